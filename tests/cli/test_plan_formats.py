import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from satselect.cli import main
from satselect.cli.plan.options import FORMATS
from tests.longer import more

TASKS = [
    {
        "name": "Zürich, sharp",
        "profit": 9.2,
        "resources": {"camera": 1, "disk": 3},
        "reference": "order 1098",
        "duration": 40,
        "opportunities": [{"satellite": "25544", "from": "2026-12-31T23:59:40.250Z", "until": "2027-01-01T00:02:00Z"}],
    },
    {"name": "watch", "profit": 1, "resources": ["proc"], "satellites": ["25544"]},
    {
        "name": "too late",
        "profit": 1,
        "resources": ["camera"],
        "opportunities": [{"satellite": "25544", "from": "2026-12-31T23:59:41Z", "until": "2027-01-01T00:01:50Z"}],
    },
]
SATELLITES = {"25544": {"camera": 1, "disk": 4, "proc": 1}}
PASSES = [
    {"satellite": "25544", "from": start, "until": end, "station": "Kiruna"}
    for start, end in (
        ("2027-01-01T00:05:00Z", "2027-01-01T00:11:30Z"),
        ("2027-01-01T00:59:00Z", "2027-01-01T01:05:00Z"),
        ("2027-01-01T01:00:00Z", "2027-01-01T01:10:00Z"),
    )
]
WRITTEN = ["csv", "pytroll", *more(name for name in FORMATS if name not in {"csv", "pytroll"})]
"""By a process of its own, which takes seconds; each format is written here in this one, too."""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    names = []
    for name, content in (("tasks", TASKS), ("satellites", SATELLITES), ("passes", PASSES)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content))
        names.append(str(path))
    files = ["plan", names[0], "--satellites", names[1], "--passes", names[2]]
    return [*files, "--from", "2026-12-31T23:00Z", "--horizon", "2h"]


def printed(capfdbinary: pytest.CaptureFixture[bytes], command: list[str], name: str) -> str:
    assert main([*command, "--format", name]) == 0
    return capfdbinary.readouterr().out.decode()


def test_spreadsheets(command: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    text = printed(capfdbinary, command, "csv")
    assert text.count("\r\n") == text.count("\n")
    watch, capture = csv.DictReader(io.StringIO(text))
    assert capture == {
        "name": "Zürich, sharp",
        "satellite": "25544",
        "starts": "2026-12-31T23:59:40.250Z",
        "ends": "2027-01-01T00:00:20.250Z",
        "profit": "9.2",
        "is_frozen": "false",
        "resources": '{"camera": 1, "disk": 3}',
        "reference": "order 1098",
        "id": "",
        "details": "",
    }
    assert (watch["name"], watch["starts"], watch["ends"]) == ("watch", "", "")


def test_calendars(command: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = printed(capfdbinary, command, "ical").split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20261231T230000Z",
        "DTSTART:20261231T235941Z",
        "DTSTART:20270101T000500Z",
        "DTSTART:20270101T005900Z",  # reaches beyond the horizon; the next one begins where that ends
    ]
    (stamp, *_) = (line for line in lines if line.startswith("DTSTAMP:"))
    made_at = datetime.strptime(stamp, "DTSTAMP:%Y%m%dT%H%M%S%z")
    assert timedelta(0) <= datetime.now(UTC) - made_at < timedelta(minutes=2)


def test_open_mct(command: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    document = json.loads(printed(capfdbinary, command, "openmct"))
    assert list(document) == ["satellite 25544", "station Kiruna"]
    assert [one["name"] for one in document["satellite 25544"]] == ["watch", "Zürich, sharp"]
    assert document["satellite 25544"][1]["properties"]["resources"] == "camera, 3 disk"


def test_yamcs(command: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    items = json.loads(printed(capfdbinary, command, "yamcs"))["items"]
    assert [(one["name"], one["duration"]) for one in items] == [
        ("watch", "7200s"),
        ("Zürich, sharp", "40s"),
        ("25544 over Kiruna", "390s"),
        ("25544 over Kiruna", "360s"),
    ]


def test_pytroll(command: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([*command, "--format", "pytroll"]) == 0
    root = ElementTree.fromstring(capfdbinary.readouterr().out)  # noqa: S314 - our own
    (one,) = root.iter("pass")
    assert one.attrib == {"satellite": "25544", "start-time": "2026-12-31-23:59:41", "end-time": "2027-01-01-00:00:20"}


@pytest.mark.parametrize("name", WRITTEN)
def test_files_are_utf_8_whatever_the_terminal_shows(command: list[str], name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "satselect", *command, "--format", name],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=True,
    )
    assert "Zürich" in done.stdout.decode("utf-8") or name == "pytroll"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_full_disk_is_told(command: list[str], name: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "satselect", *command, "--format", name], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.decode() == "satselect: can't write to standard output: No space left on device\n"


def test_reasons_have_no_place_in_a_format(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--format", "ical", "--explain"]) == 2
    assert capsys.readouterr().err == "satselect: --explain: ical has no place for reasons; --json has\n"


@pytest.mark.parametrize("options", [["--format", "pdf"], ["--json", "--format", "csv"]])
def test_wrong_formats_are_refused(command: list[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, *options])
    assert stopped.value.code == 2
