"""Every fault of a command line is told in one line, and ends with exit code 2."""

from pathlib import Path

import pytest

from satselect.cli import main
from tests.uninstalled import command_without

WRONG = [
    [],
    ["nonsense"],
    ["a\nb"],
    ["select"],
    ["select", "--capacity"],
    ["select", "tasks.json", "--capacity", "disk"],
    ["select", "tasks.json", "--capacity", "=3"],
    ["select", "tasks.json", "--capacity", "di\nsk=x"],
    ["select", "tasks.json", "--time-limit", "soon\r\n"],
    ["select", "tasks.json", "--time-limit=-1"],
    ["select", "tasks.json", "more\nthan one"],
    ["select", "no such\nfile.json"],
    ["select", "tasks.json", "--nonsense"],
    ["serve", "--port", "http"],
    ["serve", "--port", "70000"],
    ["worker", "tasks.json"],
    ["batches"],
    ["batches", "requeue", "1"],
    ["batches", "list", "--state", "gone"],
    ["users", "create", "ada"],
    ["users", "create", "ada", "--role", "king"],
    ["users", "limit", "ada", "many"],
    ["keys", "create"],
    ["keys", "create", "--user", "ada", "--days", "0"],
    ["keys", "create", "--user", "ada", "--overlap-hours", "nan"],
    ["prune"],
    ["prune", "--before", "2026-13-01"],
    ["prune", "--days", "1", "--before", "2026-01-01"],
    ["submit"],
    ["submit", "no such\nfile.json"],
    ["status", "--url"],
    ["demo", "--days", "0"],
    ["demo", "--speed", "0"],
    ["passes"],
    ["passes", "--elements", "no such\nfile.txt", "--at", "48,11"],
    ["passes", "--elements", "elements.txt", "--at"],
    ["passes", "--elements", "elements.txt", "--from", "now"],
    ["passes", "--elements", "elements.txt", "--days", "-1"],
    ["passes", "--elements", "elements.txt", "--side", "up"],
    ["passes", "--elements", "elements.txt", "--json", "--csv"],
    ["passes", "--elements", "elements.txt", "--minimum-elevation", "high\n"],
]


@pytest.mark.parametrize(
    "arguments", WRONG, ids=lambda arguments: " ".join(arguments).encode("unicode_escape").decode()
)
def test_a_fault_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code  # type: ignore[assignment]
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("satselect: ")
    assert len(err.splitlines()) == 1


def test_several_faults_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", "no\nfile", "--satellites", "neither\rnor", "--capacity", "a\tb=1"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("satselect: ") for line in lines)


@pytest.mark.parametrize(
    "command", ["status", "submit tasks.json", "stations list --fleet imagers", "demo", "demo --plan"], ids=str
)
def test_who_asks_a_service_without_the_extra_is_told_what_to_install(command: str, tmp_path: Path) -> None:
    (tmp_path / "tasks.json").write_text("[]")
    done = command_without("httpx", command.split(), tmp_path)
    assert done.returncode == 2
    assert done.stderr == "satselect: this needs httpx: pip install 'satselect[client]'\n"
