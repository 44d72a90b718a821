"""A service alone, and more clients than it lets in."""

import pytest

from benchmarks.flood import HEAD, main


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_second_of_three_times_the_clients_is_told_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--clients", "4", "--seconds", "1"]) == 0
    head, row, *_ = capsys.readouterr().out.splitlines()
    assert all(column in head for column in HEAD)
    _, held, _, _, refused, silent, other, _ = row.split(maxsplit=7)
    assert float(held) > 0
    assert (refused, silent, other) == ("0", "0", "0")  # the service lets in all twelve of them
