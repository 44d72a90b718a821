"""The comparison, from command to page, with the solvers that start quickest."""

from pathlib import Path

import pytest

from benchmarks import selection
from benchmarks.classes import generated
from benchmarks.report import page


def test_a_comparison_prints_a_row_and_writes_what_the_report_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "selection.json"
    command = ["--class", "tiny", "--seeds", "2", "--solvers", "greedy", "subsets", "--json", str(file)]
    assert selection.main(command) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("tiny ")
    shown = page([file], "2026-01-31")
    assert shown.startswith("# Benchmarks")
    assert "| tiny | - | - | 0/2 |" in shown


def test_an_unknown_class_is_an_error_that_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert selection.main(["--class", "none-such"]) == 2
    assert "drained-28" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    ["tiny", "free-1e3x20", "free-1e5x60-from-2", "correlated-300x60-from-3", "correlated-1e3x200-from-3",
     "correlated-1e6x60", "float-1e3x60", "drained-28", "capacities-1e3x20", "fleet-1000x20", "shared-1000x20"],
)  # fmt: skip
def test_a_class_has_this_name(name: str) -> None:
    assert name in generated()
