import csv
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from satselect.cli import main
from satselect.orbits import Conditions, Pass, Station, passes, read_elements
from tests.uninstalled import command_without

FAR = "Äußere Mongolei; weit, weit weg, wo lange Namen gefaltet werden=46,105"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
RECORD = {
    "OBJECT_NAME": "DEMO 1",
    "NORAD_CAT_ID": 799501234,
    "EPOCH": "2026-12-01T00:00:00",
    "MEAN_MOTION": 15.2,
    "ECCENTRICITY": 0.001,
    "INCLINATION": 97.6,
    "RA_OF_ASC_NODE": 40,
    "ARG_OF_PERICENTER": 90,
    "MEAN_ANOMALY": 0,
    "BSTAR": 0.0001,
}
HIGH = RECORD | {"OBJECT_NAME": "DEMO; 2, high", "NORAD_CAT_ID": 7, "MEAN_MOTION": 1.0027379, "INCLINATION": 0.01}


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    (tmp_path / "elements.json").write_text(json.dumps([RECORD, HIGH]))
    at = ["--at", "Munich=48,11,520", "--from", "2026-12-01T12:00Z", "--minimum-elevation", "10"]
    return ["passes", "--elements", str(tmp_path / "elements.json"), *at]


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_people_get_a_table_and_what_is_always_or_never_seen(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, [*command, "--days", "2"]).splitlines()
    titles = "satellite place start (UTC) length highest at azimuths off-nadir Sun cut age"
    assert " ".join(lines[0].split()) == titles
    assert sum(line.startswith("DEMO 1 ") for line in lines) == len(expected(2))
    first = expected(2)[0]
    assert f"Munich  {first.start:%Y-%m-%d %H:%M:%S}" in next(line for line in lines if line.startswith("DEMO 1 "))
    assert lines[-2:] == ["", "DEMO; 2, high always meets the conditions at Munich."]
    assert printed(capsys, [*command, "--minimum-elevation", "89"]).splitlines() == [
        "DEMO 1 never meets the conditions at Munich.",
        "DEMO; 2, high never meets the conditions at Munich.",
    ]


def expected(days: int) -> list[Pass]:
    (one,) = read_elements(json.dumps(RECORD))
    station = Station(48, 11, 520, "Munich")
    conditions = Conditions(minimum_elevation=10)
    return list(passes(one, station, NOON, NOON + timedelta(days=days), conditions=conditions))


def test_programs_get_json(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, [*command, "--satellite", "799501234", "--days", "2", "--json"]))
    assert (document["start"], document["end"]) == ("2026-12-01T12:00:00.000Z", "2026-12-03T12:00:00.000Z")
    assert (document["always"], document["never"]) == ([], [])
    for line, one in zip(document["passes"], expected(2), strict=True):
        assert line["satellite"] == "DEMO 1"
        assert (line["number"], line["place"], line["is_cut"]) == (799501234, "Munich", False)
        assert datetime.fromisoformat(line["start"]) == one.start
        assert datetime.fromisoformat(line["end"]) == one.end
        assert line["maximum_elevation"] == pytest.approx(one.maximum_elevation, abs=1e-4)


def test_spreadsheets_get_the_same_as_csv(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, [*command, "--json"]))
    rows = list(csv.DictReader(StringIO(printed(capsys, [*command, "--csv"]))))
    assert [
        {name: str("" if value is None else value) for name, value in line.items()} for line in document["passes"]
    ] == rows
    assert printed(capsys, [*command, "--csv", "--minimum-elevation", "89.9"]).splitlines() == [",".join(rows[0])]


def test_calendars_get_events(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, [*command, "--ical", "--at", FAR])
    assert text.count("\n") == text.count("\r\n")
    lines = text.split("\r\n")
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR", "")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert "LOCATION:Äußere Mongolei\\; weit\\, weit weg\\, wo lange Namen gefaltet werden" in unfolded
    document = json.loads(
        printed(
            capsys,
            [*command, "--json", "--at", FAR],
        )
    )
    starts = [line.removeprefix("DTSTART:") for line in unfolded if line.startswith("DTSTART:")]
    assert len(starts) == len(document["passes"]) > 1
    for start, line in zip(starts, document["passes"], strict=True):
        late = datetime.strptime(start, "%Y%m%dT%H%M%S%z") - datetime.fromisoformat(line["start"])
        assert timedelta(0) <= late < timedelta(seconds=1)
    ids = [line for line in unfolded if line.startswith("UID:")]
    assert len(set(ids)) == len(ids)
    again = printed(capsys, [*command, "--ical"])
    assert set(ids) >= {line for line in again.split("\r\n") if line.startswith("UID:")}


def test_a_picture_shows_the_way_over_the_sky(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, [*command, "--satellite", "DEMO 1", "--svg"])
    root = ElementTree.fromstring(text)  # noqa: S314
    (line,) = (node for node in root.iter() if node.tag.endswith("polyline"))
    dots = [tuple(map(float, dot.split(","))) for dot in line.get("points", "").split()]
    assert len(dots) == 49
    for x, y in (dots[0], dots[-1]):
        assert ((x - 120) ** 2 + (y - 120) ** 2) ** 0.5 == pytest.approx(96 * 80 / 90, abs=0.2)  # at 10 degrees
    assert "DEMO 1 over Munich" in text


def test_standard_input_is_read_and_now_is_the_start() -> None:
    record = RECORD | {"EPOCH": datetime.now(UTC).replace(tzinfo=None).isoformat()}
    done = subprocess.run(
        [sys.executable, "-m", "satselect", "passes", "--elements", "-", "--at", "48,11", "--json"],
        input=json.dumps(record),
        capture_output=True,
        text=True,
        check=True,
    )
    start = datetime.fromisoformat(json.loads(done.stdout)["start"])
    assert abs(datetime.now(UTC) - start) < timedelta(minutes=1)


def test_standard_input_is_read_once(command: list[str]) -> None:
    point = {"type": "Point", "coordinates": [11, 48, 520]}
    stations = json.dumps({"type": "Feature", "geometry": point, "properties": {"name": "Munich"}})
    arguments = [sys.executable, "-m", "satselect", *command[:3], "--from", "2026-12-01T12:00Z", "--svg"]
    drawn = subprocess.run([*arguments, "--stations", "-"], input=stations, capture_output=True, text=True, check=True)
    assert "over Munich" in drawn.stdout
    twice = subprocess.run(
        [*arguments[:4], "--elements", "-", "--stations", "-"],
        input=stations,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (twice.returncode, "standard input can hold one file only" in twice.stderr) == (2, True)


def test_targets_come_with_conditions(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    square = [[10, 47], [12, 47], [12, 49], [10, 49], [10, 47]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [square]},
        "properties": {"name": "field", "swath_km": 60},
    }
    (tmp_path / "targets.json").write_text(json.dumps(feature))
    given = [*command[:3], "--from", "2026-12-01", "--days", "3", "--targets", str(tmp_path / "targets.json")]
    wide = json.loads(printed(capsys, [*given, "--json"]))["passes"]
    options = ["--maximum-off-nadir", "35", "--minimum-sun-elevation", "5", "--side", "left", "--sunlight", "full"]
    some = json.loads(printed(capsys, [*given, *options, "--json"]))["passes"]
    assert {line["part"] for line in wide} == {0, 1, 2}
    assert 0 < len(some) < len(wide)
    for line in some:
        assert line["least_off_nadir"] <= 35
        assert line["sun_elevation"] > 0
        assert line["side"] == "left"
    assert "field (3)" in printed(capsys, given)
    for more in ([], ["--minimum-elevation", "89.99"]):
        assert printed(capsys, [*given, *more, "--csv"]).splitlines()[0] == ",".join(wide[0])


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (["--elements", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["--at", "x"], "--at: 'x' is not [NAME=]LATITUDE,LONGITUDE[,METRES]"),
        (["--at", "1,2,3,4"], "--at: '1,2,3,4' is not [NAME=]LATITUDE,LONGITUDE[,METRES]"),
        (["--at", "95,0"], "--at: 95.0,0.0: latitude: 95.0 must be from -90 to 90"),
        (["--at", "nan,0"], "--at: nan,0.0: latitude: nan must be from -90 to 90"),
        (["--satellite", "nobody"], "no satellite 'nobody'"),
        (["--from", "2028-12-01"], "elements of DEMO 1 are of 2026-12-01, 732 days from what is asked; 30 are allowed"),
        (["--from", "9999-12-31T12:00Z"], "no calendar reaches"),
        (["--maximum-off-nadir", "-5"], "maximum_off_nadir: -5.0 must be from 0 to 180"),
        (["--earth", "nowhere.txt"], "nowhere.txt: No such file or directory"),
        (["--stations", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["--targets", "nowhere.json"], "--targets goes with neither --at nor --stations, --ical nor --svg"),
        (["--minimum-elevation", "89.99", "--svg"], "there is no pass to draw"),
    ],
)
def test_wrong_input_is_one_clear_line_and_exit_code_2(
    command: list[str], capsys: pytest.CaptureFixture[str], change: list[str], line: str
) -> None:
    assert main([*command, "--satellite", "DEMO 1", *change]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert line in output.err


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("--elements", "nonsense", "line 1"),
        ("--elements", "", "holds no elements"),
        ("--stations", "{", "not JSON"),
        ("--stations", "\xff", "not JSON"),
        ("--stations", "{}", "feature 1"),
        ("--earth", "nonsense", "is no line of finals2000A"),
    ],
)
def test_wrong_files_are_one_clear_line(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, line: str
) -> None:
    (tmp_path / "wrong").write_bytes(text.encode("latin-1"))
    assert main([*command, name, str(tmp_path / "wrong")]) == 2
    output = capsys.readouterr().err
    assert output.count("\n") == 1
    assert f"{tmp_path / 'wrong'}: " in output
    assert line in output


@pytest.mark.parametrize(
    "option",
    ["--days 0", "--days nan", "--days 400", "--from soon", "--side up", "--csv --json", "--minimum-length x"],
)
def test_wrong_options_are_refused(command: list[str], option: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, *option.split()])
    assert stopped.value.code == 2


def test_help_and_the_front_page_load_no_orbits() -> None:
    lines = (
        "import sys, satselect, satselect.cli.parser; print('sgp4' in sys.modules, 'satselect.orbits' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_without_the_extra_it_says_what_to_install(command: list[str]) -> None:
    done = command_without("sgp4", command)
    assert done.returncode == 2
    assert "pip install 'satselect[orbits]'" in done.stderr
