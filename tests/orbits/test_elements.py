"""Reading elements: every form gives the same, and what is wrong is named."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from math import nan

import numpy as np
import pytest
from sgp4.api import Satrec

from satselect.engine.problem.errors import SatselectError
from satselect.orbits import (
    DecayedError,
    Elements,
    ElementsError,
    InvalidOrbitError,
    StaleElementsError,
    Station,
    TimeError,
    newest,
    passes,
    read_elements,
)
from satselect.orbits.times import Span
from satselect.orbits.track import _propagated
from tests.orbits.skies import EPOCH, elements, line_checksum, low

FIRST = line_checksum("1 25544U 98067A   26335.50000000  .00016717  00000-0  10270-3 0  900")
SECOND = line_checksum("2 25544  51.6400 208.9163 0006317  69.9862 290.2553 15.49815327 1234")
RECORD = {
    "OBJECT_NAME": "HOUSE",
    "OBJECT_ID": "1998-067A",
    "EPOCH": "2026-12-01T12:00:00.000000",
    "MEAN_MOTION": 15.49815327,
    "ECCENTRICITY": 0.0006317,
    "INCLINATION": 51.64,
    "RA_OF_ASC_NODE": 208.9163,
    "ARG_OF_PERICENTER": 69.9862,
    "MEAN_ANOMALY": 290.2553,
    "EPHEMERIS_TYPE": 0,
    "CLASSIFICATION_TYPE": "U",
    "NORAD_CAT_ID": 25544,
    "ELEMENT_SET_NO": 900,
    "REV_AT_EPOCH": 1234,
    "BSTAR": 0.0001027,
    "MEAN_MOTION_DOT": 0.00016717,
    "MEAN_MOTION_DDOT": 0,
}


def as_csv(*records: dict[str, object]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def as_key_values(*records: dict[str, object]) -> str:
    head = ["CCSDS_OMM_VERS = 2.0", "COMMENT made by hand", "CREATION_DATE = 2026-12-01T00:00:00", "ORIGINATOR = HERE"]
    fixed = ["CENTER_NAME = EARTH", "REF_FRAME = TEME", "TIME_SYSTEM = UTC", "MEAN_ELEMENT_THEORY = SGP/SGP4"]
    units = {"INCLINATION": " [deg]", "MEAN_MOTION": " [rev/day]"}
    return "\n".join(
        "\n".join([*head, *fixed, *(f"{key:20} = {value}{units.get(key, '')}" for key, value in record.items()), ""])
        for record in records
    )


def as_xml(*records: dict[str, object]) -> str:
    bodies = "".join(
        "<omm><body><segment><metadata><CENTER_NAME>EARTH</CENTER_NAME></metadata><data><meanElements>"
        + "".join(f"<{key}>{value}</{key}>" for key, value in record.items())
        + "</meanElements></data></segment></body></omm>"
        for record in records
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ndm>{bodies}</ndm>'


FORMS = {
    "json": lambda *records: json.dumps(records),
    "texts": lambda *records: json.dumps([{key: str(value) for key, value in one.items()} for one in records]),
    "csv": as_csv,
    "xml": as_xml,
    "kvn": as_key_values,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_message_gives_the_same_elements(form: str) -> None:
    other = RECORD | {"OBJECT_NAME": "OTHER", "NORAD_CAT_ID": 799501234, "MEAN_ANOMALY": 10.0}
    first, second = read_elements(FORMS[form](RECORD, other))
    assert first == elements(
        number=25544,
        name="HOUSE",
        designator="1998-067A",
        epoch=datetime(2026, 12, 1, 12, tzinfo=UTC),
        mean_motion=15.49815327,
        eccentricity=0.0006317,
        inclination=51.64,
        raan=208.9163,
        argument_of_perigee=69.9862,
        mean_anomaly=290.2553,
        bstar=0.0001027,
        mean_motion_dot=0.00016717,
    )
    assert (second.number, second.name, second.mean_anomaly) == (799501234, "OTHER", 10.0)


@pytest.mark.parametrize(
    "text", [f"{FIRST}\n{SECOND}\n", f"HOUSE\n{FIRST}\n{SECOND}", f"0 HOUSE\r\n{FIRST}\r\n{SECOND}\r\n"]
)
def test_two_lines_give_the_same_as_the_message(text: str) -> None:
    text = text.format(FIRST, SECOND)
    (one,) = read_elements(text)
    (other,) = read_elements(json.dumps(RECORD))
    names = set(Elements.__dataclass_fields__) - {"name"}
    assert {name: getattr(one, name) for name in names} == {name: getattr(other, name) for name in names}
    assert one.name == ("HOUSE" if "HOUSE" in text else "25544")


def test_positions_are_those_of_the_reference_library() -> None:
    (one,) = read_elements(f"{FIRST}\n{SECOND}")
    record = Satrec.twoline2rv(FIRST, SECOND)
    seconds = np.linspace(0, 86400, 500)
    span = Span.of(one.epoch, one.epoch + timedelta(days=1))
    _, wanted, _ = record.sgp4_array(np.full(500, record.jdsatepoch), record.jdsatepochF + seconds / 86400)
    assert np.abs(_propagated(one, span, seconds) - wanted).max() < 1e-6


@pytest.mark.parametrize("text", ["A0001", "Z9999", "00005", "    5"])
def test_a_letter_stands_for_two_digits_of_a_number(text: str) -> None:
    lines = [line_checksum(line[:2] + text + line[7:]) for line in (FIRST, SECOND)]
    numbers = {"A0001": 100_001, "Z9999": 339_999}
    assert read_elements("\n".join(lines))[0].number == numbers.get(text, 5)


@pytest.mark.parametrize("number", [0, 5, 339_999, 340_000, 999_999_999, "999999999", "000005"])
def test_numbers_of_nine_digits_are_numbers_like_others(number: int | str) -> None:
    (one,) = read_elements(json.dumps(RECORD | {"NORAD_CAT_ID": number}))
    assert one.number == int(number)
    (same,) = read_elements(json.dumps(RECORD))
    found, wanted = (passes(of, Station(48, 11), one.epoch, one.epoch + timedelta(days=1)) for of in (one, same))
    assert [p.start for p in found] == [p.start for p in wanted] != []


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"NORAD_CAT_ID": 1_000_000_000}, "NORAD_CAT_ID", 1_000_000_000),
        ({"NORAD_CAT_ID": "A0001"}, "NORAD_CAT_ID", "A0001"),
        ({"NORAD_CAT_ID": -1}, "NORAD_CAT_ID", -1),
        ({"NORAD_CAT_ID": 5.0}, "NORAD_CAT_ID", 5.0),
        ({"NORAD_CAT_ID": True}, "NORAD_CAT_ID", True),
        ({"MEAN_MOTION": "nan"}, "MEAN_MOTION", nan),
        ({"MEAN_MOTION": nan}, "MEAN_MOTION", nan),
        ({"MEAN_MOTION": 0}, "MEAN_MOTION", 0.0),
        ({"MEAN_MOTION": None}, "MEAN_MOTION", None),
        ({"MEAN_MOTION": "1_5"}, "MEAN_MOTION", "1_5"),
        ({"MEAN_MOTION": True}, "MEAN_MOTION", True),
        ({"ECCENTRICITY": 1}, "ECCENTRICITY", 1.0),
        ({"ECCENTRICITY": "6317"}, "ECCENTRICITY", 6317.0),
        ({"INCLINATION": 181}, "INCLINATION", 181.0),
        ({"RA_OF_ASC_NODE": "x"}, "RA_OF_ASC_NODE", "x"),
        ({"BSTAR": "inf"}, "BSTAR", float("inf")),
        ({"MEAN_ANOMALY": 10**400}, "MEAN_ANOMALY", 10**400),
        ({"EPOCH": "yesterday"}, "EPOCH", "yesterday"),
        ({"EPOCH": "2026-12-01"}, "EPOCH", "2026-12-01"),
        ({"EPOCH": "2026-13-01T00:00:00"}, "EPOCH", "2026-13-01T00:00:00"),
        ({"EPOCH": None}, "EPOCH", None),
        ({"EPOCH": 5}, "EPOCH", 5),
        ({"EPHEMERIS_TYPE": 4}, "EPHEMERIS_TYPE", 4),
        ({"MEAN_ELEMENT_THEORY": "SGP4-XP"}, "MEAN_ELEMENT_THEORY", "SGP4-XP"),
        ({"REF_FRAME": "GCRF"}, "REF_FRAME", "GCRF"),
        ({"CENTER_NAME": "MOON"}, "CENTER_NAME", "MOON"),
        ({"TIME_SYSTEM": "GPS"}, "TIME_SYSTEM", "GPS"),
    ],
)
def test_what_is_wrong_in_a_message_is_named(change: dict[str, object], field: str, value: object) -> None:
    with pytest.raises(ElementsError) as caught:
        read_elements(json.dumps([RECORD, RECORD | change]))
    assert caught.value.field == field
    assert caught.value.value == value or (value != value and caught.value.value != caught.value.value)
    assert caught.value.where.startswith("record 2")
    assert isinstance(caught.value, SatselectError)
    assert isinstance(caught.value, ValueError)


def changed(line: str, at: int, to: str) -> str:
    return line_checksum(line[:at] + to + line[at + len(to) :])


@pytest.mark.parametrize(
    ("lines", "field", "where"),
    [
        ([FIRST[:-1] + str((int(FIRST[-1]) + 1) % 10), SECOND], "checksum", "line 1"),
        ([FIRST, SECOND[:-1] + "x"], "checksum", "line 2"),
        ([FIRST, SECOND.replace("290.2553", "290.2554")], "checksum", "line 2"),
        ([FIRST, changed(SECOND, 2, "25545")], "number", "line 2"),
        ([FIRST], "line", "line 1"),
        ([SECOND], "line", "line 1"),
        ([FIRST, FIRST], "line", "line 2"),
        ([FIRST[:-2], SECOND], "line", "line 1"),
        ([FIRST + " x", SECOND], "line", "line 1"),
        (["HOUSE", "GARDEN", FIRST, SECOND], "line", "line 2"),
        (["HOUSE"], "line", "line 1"),
        ([changed(FIRST, 2, "I0001"), changed(SECOND, 2, "I0001")], "number", "line 1"),
        ([changed(FIRST, 2, "9 999"), changed(SECOND, 2, "9 999")], "number", "line 1"),
        ([changed(FIRST, 62, "4"), SECOND], "ephemeris type", "line 1"),
        ([changed(FIRST, 20, "400"), SECOND], "epoch", "line 1"),
        ([changed(FIRST, 20, "xyz"), SECOND], "epoch", "line 1"),
        ([changed(FIRST, 53, " 1x270-3"), SECOND], "bstar", "line 1"),
        ([FIRST, changed(SECOND, 8, "nan     ")], "inclination", "line 1"),
        ([FIRST, changed(SECOND, 26, "-063170")], "eccentricity", "line 2"),
        ([FIRST, changed(SECOND, 52, " 0.00000000")], "mean_motion", "line 1"),
    ],
)
def test_what_is_wrong_in_two_lines_is_named(lines: list[str], field: str, where: str) -> None:
    with pytest.raises(ElementsError) as caught:
        read_elements("\n".join(lines))
    assert (caught.value.field, caught.value.where) == (field, where)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "[]",
        "[1]",
        "{",
        "[" * 100_000,
        "<a/>",
        "<a>",
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "a = b\nc",
        "MEAN_MOTION,EPOCH\n1",
        'MEAN_MOTION,EPOCH\n"1',
        "MEAN_MOTION,EPOCH\n",
        b"\xff\xfe",
        "KEY = 1\nKEY = 2",
    ],
)
def test_what_holds_no_elements_is_one_clear_error(text: str | bytes) -> None:
    with pytest.raises(ElementsError):
        read_elements(text)


def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_it() -> None:
    assert len(read_elements(b"\xef\xbb\xbf" + as_csv(RECORD).encode())) == 1


def test_the_day_of_the_year_is_a_date_too() -> None:
    (one,) = read_elements(json.dumps(RECORD | {"EPOCH": "2026-335T12:00:00"}))
    assert one.epoch == datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_the_newest_elements_of_each_satellite_stay() -> None:
    old, new, other = (
        elements(number=1, epoch=EPOCH),
        elements(number=1, epoch=EPOCH + timedelta(days=1)),
        elements(number=2),
    )
    assert newest([old, other, new]) == newest([new, old, other]) == [new, other]


def test_two_sets_of_one_satellite_are_refused() -> None:
    with pytest.raises(ElementsError, match="twice"):
        passes([low(), low()], Station(0, 0), EPOCH, EPOCH + timedelta(days=1))


@pytest.mark.parametrize("number", [None, 5])
def test_a_satellite_needs_a_number_or_a_name(number: int | None) -> None:
    assert elements(name="x", number=number).key == (5 if number else "x")
    if number is None:
        with pytest.raises(ElementsError):
            elements(number=None)


def test_times_need_an_offset() -> None:
    with pytest.raises(TimeError):
        elements(number=1, epoch=datetime(2026, 12, 1))  # noqa: DTZ001


def test_elements_of_last_year_are_refused_unless_asked_for() -> None:
    late = EPOCH + timedelta(days=365)
    with pytest.raises(StaleElementsError) as caught:
        passes(low(), Station(0, 0), late, late + timedelta(days=1))
    assert caught.value.age == timedelta(days=366)
    assert "low" in str(caught.value)
    assert len(passes(low(), Station(0, 0), late, late + timedelta(days=1), max_age=None)) > 0
    early = EPOCH - timedelta(days=40)
    with pytest.raises(StaleElementsError):
        passes(low(), Station(0, 0), early, early + timedelta(days=1))


@pytest.mark.parametrize("days", [4, 9, 20, 29])
def test_what_has_decayed_is_said_also_long_after(days: int) -> None:
    falling = elements(number=8, name="falling", mean_motion=16.3, eccentricity=0.0002, bstar=0.002)
    with pytest.raises(DecayedError) as caught:
        passes(falling, Station(0, 0), EPOCH + timedelta(days=days), EPOCH + timedelta(days=days, hours=23))
    assert caught.value.satellite == "falling"
    assert EPOCH < caught.value.at < EPOCH + timedelta(days=9)


def test_an_orbit_through_the_ground_is_none() -> None:
    with pytest.raises(DecayedError):
        passes(elements(number=9, eccentricity=0.3), Station(0, 0), EPOCH, EPOCH + timedelta(days=1))


@pytest.mark.parametrize("wrong", [None, "25544", 5, [None], [Station(0, 0)]])
def test_what_are_no_elements_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidOrbitError):
        passes(wrong, Station(0, 0), EPOCH, EPOCH + timedelta(days=1))  # type: ignore[arg-type]
