"""A service alone, and one customer who submits too much."""

import pytest

from benchmarks.heavy import FLEETS, HEAD, main


@pytest.mark.long
@pytest.mark.timeout(300)
def test_what_others_wait_for_is_told_in_a_row_for_each_fleet(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--batches", "5", "--satellites", "5", "--part", "100"]
    assert main([*small, "--seconds", "2", "--time-limit", "0.2"]) == 0
    head, *rows, legend = capsys.readouterr().out.splitlines()
    assert all(column in head for column in HEAD)
    told = [row.split() for row in rows[: len(FLEETS)]]
    assert [row[1] for row in told] == list(FLEETS)
    assert [row[-1] for row in told] == ["0"] * len(FLEETS)  # none failed
    assert "{201: 5}" in legend
