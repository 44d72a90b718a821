import json
from pathlib import Path

import pytest

from tests.cli.test_keys import satselect


def test_it_says_what_there_is_and_deletes_it(migrated_folder: Path) -> None:
    counted = satselect(migrated_folder, "prune", "--days", "0", "--dry-run", "--json")
    assert json.loads(counted.stdout) | {"before": ""} == {
        "before": "",
        "is_dry_run": True,
        "tasks": 0,
        "batches": 0,
        "iterations": 0,
        "events": 0,
        "sessions": 0,
    }
    done = satselect(migrated_folder, "prune", "--before", "2026-01-31")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "deleted 0 tasks, 0 batches, 0 iterations, 0 events, 0 sessions, from before 2026-01-31 00:00 UTC\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--before"),
        (("--days", "-1"), "'-1' is not a number of days"),
        (("--days", "1", "--before", "2026-01-31"), "not allowed with"),
        (("--before", "soon"), "is not a date"),
        (("--before", "2999-01-01"), "future"),
    ],
)
def test_wrong_input_is_told_in_one_line(migrated_folder: Path, arguments: tuple[str, ...], words: str) -> None:
    done = satselect(migrated_folder, "prune", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
