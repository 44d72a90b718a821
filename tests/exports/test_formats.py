import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.cli.plan.options import FORMATS as OFFERED
from satselect.exports.formats import FORMATS
from satselect.exports.timetable import Contact, PlannedTask, Timetable
from tests.exports.plans import DAY, MICROSECOND, PLANS, SECOND, TEN, plan, task

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)
SURROGATES = st.text(st.characters(), min_size=1)


def text_of(name: str, timetable: Timetable) -> str:
    return FORMATS[name].write(timetable).decode()


def rows_of(timetable: Timetable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of("csv", timetable), newline="")))


def events_of(timetable: Timetable) -> list[dict[str, str]]:
    lines = text_of("ical", timetable).replace("\r\n ", "").split("\r\n")
    blocks = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    return [dict(line.split(":", 1) for line in block.split("\nEND:VEVENT")[0].split("\n")) for block in blocks]


def plain(value: str) -> str:
    """What a text in a calendar says."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def groups_of(timetable: Timetable) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = json.loads(text_of("openmct", timetable))
    return groups


def items_of(timetable: Timetable) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(text_of("yamcs", timetable))["items"]
    return items


def passes_of(timetable: Timetable) -> list[tuple[str, str, str]]:
    root = ElementTree.fromstring(FORMATS["pytroll"].write(timetable))  # noqa: S314 - our own
    return [(one.attrib["satellite"], one.attrib["start-time"], one.attrib["end-time"]) for one in root.iter("pass")]


def ids_of(timetable: Timetable) -> list[str]:
    return [item["id"] for item in items_of(timetable)]


def test_the_command_line_offers_all() -> None:
    assert tuple(FORMATS) == OFFERED


def test_a_table_has_a_row_for_each_task() -> None:
    (row, *_) = rows_of(PLANS["day"]())
    assert row == {
        "name": "Berlin, sharp",
        "satellite": "sat-1",
        "starts": "2026-12-01T10:00:00.000Z",
        "ends": "2026-12-01T10:00:40.000Z",
        "profit": "9.2",
        "is_frozen": "true",
        "resources": '{"camera": 1, "disk": 3}',
        "reference": "order 1098",
        "id": "",
        "details": "",
    }
    (untimed,) = [row for row in rows_of(PLANS["day"]()) if row["name"] == "watch"]
    assert (untimed["starts"], untimed["ends"]) == ("", "")


def test_a_calendar_has_an_event_for_each_task_and_pass() -> None:
    events = events_of(PLANS["day"]())
    assert [event["SUMMARY"] for event in events] == [
        r"Berlin\, sharp",
        "Paris",
        "watch",
        "Paris",
        "anywhere",
        "sat-1 over Kiruna",
        "pass of sat-2",
    ]
    assert (events[0]["DTSTART"], events[0]["DTEND"]) == ("20261201T100000Z", "20261201T100040Z")
    assert (events[0]["STATUS"], events[1]["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert (events[2]["DTSTART"], events[2]["DTEND"]) == ("20261201T100000Z", "20261202T100000Z")
    assert "DTEND" not in events[4]  # RFC 5545, 3.8.2.2: an end is later than its start
    assert (events[5]["CATEGORIES"], events[5]["LOCATION"]) == ("pass", "Kiruna")
    assert {event["DTSTAMP"] for event in events} == {"20261201T095959Z"}


def test_open_mct_gets_groups_that_are_no_numbers() -> None:
    groups = groups_of(PLANS["day"]())
    assert list(groups) == ["no satellite", "satellite sat-1", "satellite sat-2", "no station", "station Kiruna"]
    assert not any(name[0].isdigit() for name in groups_of(PLANS["names"]()))
    assert [(one["name"], one["start"], one["end"]) for one in groups["satellite sat-1"]] == [
        ("Berlin, sharp", 1796119200000, 1796119240000),
        ("watch", 1796119200000, 1796205600000),
        ("Paris", 1796119240000, 1796119270250),
    ]


def test_yamcs_gets_tasks_that_wait_for_an_operator_and_events() -> None:
    items = items_of(PLANS["day"]())
    assert [(item["type"], item.get("autoStart")) for item in items] == [("ACTIVITY", False)] * 5 + [
        ("EVENT", None)
    ] * 2
    assert (items[0]["start"], items[0]["duration"]) == ("2026-12-01T10:00:00.000Z", "40s")
    assert items[3]["duration"] == "30.250s"
    assert items[4]["duration"] == "0s"
    assert items[5]["tags"] == ["satselect", "sat-1", "Kiruna"]


def test_pytroll_gets_what_a_station_can_receive() -> None:
    assert passes_of(PLANS["day"]()) == [
        ("sat-1", "2026-12-01-10:00:00", "2026-12-01-10:00:40"),
        ("sat-2", "2026-12-01-10:00:00", "2026-12-01-10:00:40"),
        ("sat-1", "2026-12-01-10:00:40", "2026-12-01-10:01:10"),
    ]


def test_what_opportunities_say_besides_is_told_where_there_is_a_place_for_it() -> None:
    told = plan(task(details={"mode": "spot", "roll": -12.3}), task("plain", start=TEN + DAY / 2, end=TEN + DAY / 2))
    rows, items = rows_of(told), items_of(told)
    assert [row["details"] for row in rows] == ['{"mode": "spot", "roll": -12.3}', ""]
    assert [item["extra"].get("details") for item in items] == ['{"mode": "spot", "roll": -12.3}', None]
    assert [r"details: mode spot\, roll -12.3" in event["DESCRIPTION"] for event in events_of(told)] == [True, False]
    (activities,) = groups_of(told).values()
    assert [one["properties"].get("details") for one in activities] == ["mode spot, roll -12.3", None]


def test_an_empty_plan_is_a_file_of_its_format() -> None:
    empty = plan()
    assert [rows_of(empty), events_of(empty), items_of(empty), passes_of(empty)] == [[], [], [], []]
    assert groups_of(empty) == {}
    assert text_of("csv", empty).startswith("name,satellite,")
    assert text_of("ical", empty).startswith("BEGIN:VCALENDAR\r\n")


@given(TEXTS, TEXTS)
def test_names_come_back(name: str, satellite: str) -> None:
    timetable = plan(task(name, satellite=satellite))
    ((row,), (item,)) = rows_of(timetable), items_of(timetable)
    assert {row["name"], row["name"].removeprefix("'")} & {name, name.removeprefix("'")}
    assert (item["name"], item["extra"]["satellite"]) == (name, satellite)
    assert groups_of(timetable)[f"satellite {satellite}"][0]["name"] == name


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cf")), min_size=1))
def test_visible_names_come_back_from_calendars_and_xml(name: str) -> None:
    timetable = plan(task(name, satellite=name))
    (event,) = events_of(timetable)
    assert (plain(event["SUMMARY"]), plain(event["LOCATION"])) == (name, name)
    assert passes_of(timetable)[0][0] == name


@given(SURROGATES)
def test_no_text_breaks_a_format(name: str) -> None:
    timetable = plan(
        task(name, satellite=name, resources={name: 2}, reference=name),
        passes=(Contact(satellite=name, station=name, start=TEN, end=TEN + SECOND),),
        name=name,
    )
    assert len(rows_of(timetable)) == len(passes_of(timetable)) == 1
    assert len(events_of(timetable)) == len(items_of(timetable)) == 2
    assert [len(group) for group in groups_of(timetable).values()] == [1, 1]
    calendar = FORMATS["ical"].write(timetable)
    assert max(map(len, calendar.split(b"\r\n"))) <= 75
    assert calendar.count(b"\r\n") == calendar.count(b"\n") == calendar.count(b"\r")


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_are_never_outside(one: datetime, other: datetime) -> None:
    start, end = sorted([one, other])
    timetable = plan(task(start=start, end=end))
    ((row,), (item,), (event,), (found,)) = (
        rows_of(timetable),
        items_of(timetable),
        events_of(timetable),
        passes_of(timetable),
    )
    whole, fraction = (item["duration"][:-1] + ".").split(".")[:2]
    begins = datetime.fromisoformat(item["start"])
    lasts = timedelta(seconds=int(whole), milliseconds=int(fraction or 0))
    ((activity,),) = groups_of(timetable).values()
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    fine = [
        (datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])),
        (begins, begins + lasts),
        tuple(epoch + timedelta(milliseconds=activity[name]) for name in ("start", "end")),
    ]
    assert len(set(fine)) == 1
    coarse = [
        tuple(datetime.fromisoformat(event.get(name, event["DTSTART"])) for name in ("DTSTART", "DTEND")),
        tuple(datetime.strptime(f"{text}+0000", "%Y-%m-%d-%H:%M:%S%z") for text in found[1:]),
    ]
    assert len(set(coarse)) == 1
    for unit, (first, last) in ((1000 * MICROSECOND, fine[0]), (SECOND, coarse[0])):
        assert (start <= first and last <= end) or (
            first == last and start - unit < first < start and end < first + unit
        )


def test_what_touches_still_touches() -> None:
    edge = TEN + 40 * SECOND
    timetable = plan(task("first", end=edge), task("second", start=edge, end=edge + SECOND))
    first, second = rows_of(timetable)
    assert first["ends"] == second["starts"]
    one, other = groups_of(timetable)["satellite sat-1"]
    assert one["end"] == other["start"]
    (_, _, ends), (_, begins, _) = passes_of(timetable)
    assert ends == begins
    event, following = events_of(timetable)
    assert event["DTEND"] == following["DTSTART"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-12-31T23:59:59.500Z", "2027-01-01T00:00:02Z"),
        ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z"),
        ("2027-01-01T05:29:59+05:30", "2027-01-01T05:30:00+05:30"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_years_change(start: str, end: str) -> None:
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    (row,) = rows_of(plan(task(start=first, end=last)))
    assert (datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])) == (first, last)
    ((_, begins, ends),) = passes_of(plan(task(start=first, end=last)))
    assert begins == f"{(first + SECOND - MICROSECOND).astimezone(UTC):%Y-%m-%d-%H:%M:%S}".zfill(19)
    assert ends == f"{last.astimezone(UTC):%Y-%m-%d-%H:%M:%S}"


def test_ids_stay_while_a_task_moves() -> None:
    moved = task("Paris", satellite="sat-2", start=TEN + DAY / 2, end=TEN + DAY / 2 + SECOND, profit=7, is_frozen=True)
    before, after = plan(task("Berlin"), task("Paris")), plan(moved, task("Berlin"))
    assert set(ids_of(before)) == set(ids_of(after))
    assert {event["UID"] for event in events_of(before)} == set(ids_of(before))
    assert {one["id"] for group in groups_of(before).values() for one in group} == set(ids_of(before))


def test_ids_are_of_one_task_each() -> None:
    own = UUID("8e9c42a1-2a51-4b1e-a1b8-35f0f0f1d5e4")
    timetable = plan(
        task("Paris"),
        task("Paris"),
        task("Paris", reference="a"),
        task("Rome", reference="a"),
        task("a"),
        task("Oslo", id=own),
        task("Oslo", id=own),
        passes=(Contact(satellite="a", start=TEN, end=TEN + SECOND), Contact(satellite="a", start=TEN, end=TEN)),
    )
    ids = ids_of(timetable)
    assert len(set(ids)) == len(ids) == 9
    assert str(own) in ids
    assert set(ids).isdisjoint(ids_of(plan(task("Paris"), name="another")))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: task(start=TEN.replace(tzinfo=None)), "no offset"),
        (lambda: task(end=None), "a start or an end only"),
        (lambda: task(end=TEN - SECOND), "before it starts"),
        (lambda: Contact(satellite="a", start=TEN, end=TEN - SECOND), "before it starts"),
        (lambda: plan(made_at=TEN.replace(tzinfo=None)), "no offset"),
        (lambda: plan(end=TEN - SECOND), "before it starts"),
        (lambda: task(start=datetime.fromisoformat("0001-01-01T00:00:00+01:00")), "outside of the years"),
    ],
)
def test_times_that_are_none_are_refused(make: Callable[[], PlannedTask | Contact | Timetable], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()
