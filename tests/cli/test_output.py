"""Standard output that can't take what is printed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.longer import more

TASKS = [{"name": f"caf\u00e9 {number}", "resources": [f"camera {number}"], "profit": 1} for number in range(3_000)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.json").write_text(json.dumps(TASKS[:1]))
    (tmp_path / "many.json").write_text(json.dumps(TASKS))
    return tmp_path


def shell(folder: Path, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail\n{command}"],  # noqa: S607
        cwd=folder,
        env=os.environ | {"SATSELECT": f"{sys.executable} -m satselect"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", *more(["1"])])
@pytest.mark.parametrize(("name", "how"), [("one", ""), ("many", "--json"), *more([("one", "--json"), ("many", "")])])
@pytest.mark.parametrize(
    ("where", "said"), [("> /dev/full", "No space left on device"), (">&-", "it is closed"), ("| true", None)]
)
def test_what_does_not_arrive_is_a_failure(
    folder: Path, name: str, how: str, where: str, said: str | None, unbuffered: str
) -> None:
    done = shell(folder, f"$SATSELECT select {name}.json {how} {where}", PYTHONUNBUFFERED=unbuffered)
    words = "" if said is None else f"satselect: can't write to standard output: {said}\n"
    if where == "| true" and name == "one" and done.returncode == 0:
        return  # it was read before who reads ended
    assert (done.returncode, done.stderr) == (1, words)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_that_a_terminal_can_not_show_are_no_failure(folder: Path, encoding: str) -> None:
    shown = shell(folder, "$SATSELECT select one.json > shown", PYTHONIOENCODING=encoding)
    assert (shown.returncode, shown.stderr) == (0, "")
    name = "caf\\xe9 0" if encoding == "ascii" else "caf\u00e9 0"
    assert name in (folder / "shown").read_text(encoding)
    document = shell(folder, "$SATSELECT select one.json --json", PYTHONIOENCODING=encoding)
    assert json.loads(document.stdout)["tasks"][0]["name"] == "caf\u00e9 0"
