"""The demo that plans, end to end: elements, targets, stations, a disk; planned, shown, exported, executed."""

import csv
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from satselect.cli.demo.days import BATCH_HOURS, FIRST_WISHES, FLEET, RESOURCES, WISHES_A_BATCH, Hour, days
from satselect.cli.demo.planning import SLUG, PlanningService
from satselect.cli.demo.playing import Clock, play
from satselect.cli.demo.sky import PLACES, SATELLITES, STATIONS
from satselect.cli.main import main
from satselect.orbits import Point, read_elements
from tests.levels import most_held
from tests.longer import more
from tests.orbits.skies import elevation, off_nadir, satellite, sidereal_degrees

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAPACITY = {str(one["name"]): int(str(one.get("capacity", 1))) for one in RESOURCES}
Json = dict[str, Any]


@dataclass(frozen=True)
class Flight:
    """What a service says of the fleet after it was played: what is planned or was executed, by start."""

    plan: Sequence[Json]
    tasks: Mapping[str, Json]
    passes: Sequence[Json]
    outages: Sequence[Json]

    @classmethod
    def read(cls, service: httpx.Client, start: datetime) -> "Flight":
        plan = service.get(f"/api/v1/fleets/{SLUG}/plan", params=_within(start)).json()["items"]
        tasks = _items(service, f"/api/v1/tasks?fleet={SLUG}&limit=500")
        passes = _items(service, f"/api/v1/fleets/{SLUG}/passes?limit=500")
        outages = _items(service, f"/api/v1/fleets/{SLUG}/outages")
        return cls(plan, {one["id"]: one for one in tasks}, list(passes), list(outages))

    @property
    def executed(self) -> Sequence[Json]:
        return [one for one in self.plan if one["status"] == "completed"]

    def uses(self, resource: str, slug: str) -> Sequence[tuple[datetime, datetime, int, Json]]:
        """Start, end, units and opportunity of all that uses it, by start."""
        return [
            (*_times(one, "starts", "ends"), units, self.spot(one))
            for one in self.plan
            if one["satellite"] == slug and (units := _amounts(self.tasks[one["task"]]).get(resource))
        ]

    def spot(self, planned: Json) -> Json:
        """The opportunity that it lies in."""
        starts, ends = _times(planned, "starts", "ends")
        for one in self.tasks[planned["task"]]["opportunities"]:
            begins, until = _times(one)
            if one["satellite"] == planned["satellite"] and begins <= starts and ends <= until:
                found: Json = one
                return found
        raise AssertionError(planned)


def _amounts(task: Json) -> Mapping[str, int]:
    """A list if it is one of each."""
    given: Any = task["resources"]
    return dict.fromkeys(given, 1) if isinstance(given, list) else given


def _within(start: datetime) -> Mapping[str, str]:
    return {"from": start.isoformat(), "until": (start + timedelta(days=12)).isoformat()}


def _items(service: httpx.Client, path: str | None) -> Iterator[Json]:
    while path:
        page = service.get(path).json()
        yield from page["items"]
        path = page["next"]


def _times(one: Json, *names: str) -> tuple[datetime, datetime]:
    first, last = names or ("from", "until")
    return datetime.fromisoformat(one[first]), datetime.fromisoformat(one[last])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [2, *more([7])])
def test_days_are_planned_shown_exported_and_executed_and_nothing_is_over_its_level(
    service: httpx.Client, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    address, before = str(service.base_url), datetime.now(UTC)
    assert main(["demo", "--url", address, "--plan", "--days", str(count), "--speed", "1e9"]) == 0
    flight = Flight.read(service, before)
    said = f"{count} days of the fleet 'demo-plan': {len(flight.executed)} tasks executed"
    assert said in capsys.readouterr().out
    _check_executed(service, flight, before, count)
    _check_small(flight)
    for slug in (one.slug for one in SATELLITES):
        _check_resources(flight, slug)
        _check_seen(service, flight, slug)
    _check_exported(service, flight, before)
    page = service.get(f"/fleets/{SLUG}/plan", params={"span": 259_200}, headers={"Accept": "text/html"})
    assert all(
        f"/tasks/{one['task']}" in page.text
        for one in flight.plan
        if _times(one, "starts", "ends")[0] < before + 2 * 24 * HOUR
    )


def _check_executed(service: httpx.Client, flight: Flight, before: datetime, count: int) -> None:
    """All of the days, in order; the first plan was one for two days."""
    over = before + timedelta(days=count)
    assert all(one["status"] == "completed" for one in flight.plan if _times(one, "starts", "ends")[1] <= over)
    assert len(flight.executed) >= 10 * count
    reported = sorted(flight.executed, key=lambda one: str(flight.tasks[one["task"]]["updated"]))
    assert [one["ends"] for one in reported] == sorted(one["ends"] for one in reported)
    *_, first = _items(service, f"/api/v1/fleets/{SLUG}/iterations")
    mine = [one for one in flight.plan if flight.tasks[one["task"]]["iteration"] == first["id"]]
    assert any(_times(one, "starts", "ends")[0] > before + 24 * HOUR for one in mine)
    fleet = service.get(f"/api/v1/fleets/{SLUG}").json()
    left = (over - datetime.now(UTC)).total_seconds()
    assert left < fleet["frozen_s"] - 3600 < left + 60, "what was played is frozen"
    assert {one["status"] for one in flight.tasks.values()} <= {
        "completed",
        "scheduled",
        "buffered",
        "cancelled",
        "failed",
    }


def _check_small(flight: Flight) -> None:
    """Of no more starts than are planned without compiled code: what came first, and what there is in the end."""
    first = min(task["created"] for task in flight.tasks.values())
    for some in (
        [task for task in flight.tasks.values() if task["created"] == first],
        [task for task in flight.tasks.values() if task["status"] in {"scheduled", "buffered"}],
    ):
        assert len(some) >= 20
        assert sum(_starts(task) for task in some) <= 3_000


def _starts(task: Json) -> int:
    lengths = [(until - begins).total_seconds() for begins, until in map(_times, task["opportunities"])]
    step = float(str(FLEET["step_s"]))
    return sum(int((length - task["duration"]) // step) + 1 for length in lengths if length >= task["duration"])


def _check_resources(flight: Flight, slug: str) -> None:
    drains = [(*_times(one), one["drains"].get("disk", 0)) for one in flight.passes if one["satellite"] == slug]
    writes = [(starts, ends, units) for starts, ends, units, _ in flight.uses("disk", slug)]
    assert 0 < most_held(writes, drains) <= CAPACITY["disk"]
    assert sum(units for *_, units, _ in flight.uses("manoeuvres", slug)) <= CAPACITY["manoeuvres"]
    for resource in RESOURCES[:2]:
        for (_, ends, _, one), (starts, _, _, other) in pairwise(flight.uses(str(resource["name"]), slug)):
            assert (starts - ends).total_seconds() >= _setup_s(resource, one["details"], other["details"])
    for outage in (one for one in flight.outages if one["satellite"] == slug):
        for used in [outage["resource"]] if outage["resource"] else CAPACITY:
            begins, until = _times(outage)
            assert not any(starts < until and begins < ends for starts, ends, *_ in flight.uses(used, slug))


def _setup_s(resource: Mapping[str, Any], before: Json, after: Json) -> float:
    """Busy after one use; where it turns, also the turn to the next and settling."""
    busy: float = resource["turnaround_s"]
    if turn := resource.get("transition"):
        busy += abs(after["roll"] - before["roll"]) / turn["rate"] + turn["settle_s"]
    return busy


def _check_seen(service: httpx.Client, flight: Flight, slug: str) -> None:
    """By a second computation from the elements; and what is urgent is followed by a pass in time."""
    source = service.get(f"/api/v1/fleets/{SLUG}/satellites/{slug}/elements").json()["source"]
    where = satellite(read_elements(source)[0])
    for one in (one for one in flight.plan if one["satellite"] == slug):
        starts, ends = _times(one, "starts", "ends")
        task = flight.tasks[one["task"]]
        longitude, latitude = task["target"]["geometry"]["coordinates"]
        asked, place = task["target"]["conditions"], Point(latitude, longitude)
        for moment in (starts, starts + (ends - starts) / 2, ends):
            assert off_nadir(where(moment), place) <= (asked["maximum_off_nadir"] or 90) + 0.02
            assert elevation(where(moment), place) >= asked["minimum_elevation"] - 0.02
        if due := task.get("deliver_by"):
            after = [_times(each) for each in flight.passes if each["satellite"] == slug]
            assert any(begins >= ends and until <= datetime.fromisoformat(due) for begins, until in after)


def _check_exported(service: httpx.Client, flight: Flight, before: datetime) -> None:
    """Each format has each task that was executed, with its times, and each pass where it has passes at all."""
    found = {
        format: service.get(f"/api/v1/fleets/{SLUG}/plan", params={**_within(before), "format": format}).text
        for format in ("csv", "ical", "openmct", "yamcs")
    }
    rows = {(row["id"], row["starts"], row["ends"]) for row in csv.DictReader(io.StringIO(found["csv"], newline=""))}
    calendar = found["ical"].replace("\r\n ", "")
    groups = json.loads(found["openmct"])
    bars = {(one["name"], one["start"], one["end"]) for name in groups for one in groups[name]}
    items = {(one["name"], one["start"]) for one in json.loads(found["yamcs"])["items"]}
    for one in flight.executed:
        starts, ends = _times(one, "starts", "ends")
        assert (one["task"], _written(starts), _written(ends)) in rows
        assert (one["name"], _milliseconds(starts), _milliseconds(ends)) in bars
        assert (one["name"], _written(starts)) in items
        assert f"SUMMARY:{one['name']}" in calendar
    passes = [one for one in flight.passes if _times(one)[1] > before]
    assert calendar.count("BEGIN:VEVENT") == len(flight.plan) + len(passes)
    assert {f"station {slug}" for slug in STATIONS} <= set(groups)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def test_the_same_seed_and_start_give_the_same_days() -> None:
    first, second, other = (_told(days(seed=seed, count=2, start=START)) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def _told(hours: Iterable[Hour]) -> object:
    return [(hour.starts, hour.wishes, hour.outages, hour.chance.random()) for hour in hours]


def test_days_want_all_places_within_the_horizon_and_know_of_two_outages() -> None:
    hours = days(seed=1, count=2, start=START)
    assert [len(hour.wishes) for hour in hours[::BATCH_HOURS]] == [FIRST_WISHES, *[WISHES_A_BATCH] * 11]
    assert sum(len(hour.wishes) for hour in hours) == FIRST_WISHES + 11 * WISHES_A_BATCH
    asked: defaultdict[str, int] = defaultdict(int)
    for hour in hours:
        for wish in hour.wishes:
            asked[next(place for place in PLACES if place in str(wish["name"]))] += 1
            begins, ends = _times(wish["window"])  # type: ignore[arg-type]
            assert hour.starts + HOUR <= begins < ends <= hour.starts + float(str(FLEET["horizon_s"])) / 3600 * HOUR
    assert asked.keys() == PLACES.keys()
    assert len(PLACES) == 10
    assert [outage.get("resource") for hour in hours for outage in hour.outages] == [None, "camera"]


class _Fake:
    """A service and a clock that only note what they are told; a task is over at half past each hour."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def wait_until(self, moment: datetime) -> None:
        self.told.append(("waited", moment))

    def roll_to(self, moment: datetime) -> None:
        self.told.append(("rolled", moment))

    def take_out(self, outage: Json) -> None:
        self.told.append(("out", outage["words"]))

    def give_up(self, moment: datetime) -> None:
        self.told.append(("gave up", moment))

    def plan(self, tasks: Sequence[Json]) -> float:
        self.told.append(("planned", len(tasks)))
        return float(len(self.told))

    def executed(self, since: datetime, until: datetime) -> Sequence[SimpleNamespace]:
        self.told.append(("asked", since))
        return [SimpleNamespace(task=until.hour, ends=until - HOUR / 2)]

    def report(self, task: int, fault: str | None) -> bool:
        self.told.append(("reported", task))
        return task != 11  # of which somebody else told


def test_each_hour_is_planned_and_then_executed_in_order() -> None:
    fake, hours = _Fake(), days(seed=1, count=1, start=START)
    played = play(fake, hours, fake, lambda hour, played: None)  # type: ignore[arg-type]
    assert fake.told[:8] == [
        ("waited", START),
        ("rolled", START),
        ("out", "software update"),
        ("gave up", START + HOUR),
        ("planned", FIRST_WISHES),
        ("asked", START - timedelta(days=30)),
        ("waited", START + HOUR / 2),
        ("reported", 10),
    ]
    assert fake.told[8:11] == [("waited", START + HOUR), ("rolled", START + HOUR), ("asked", START)]
    assert fake.told[-2:] == [("waited", START + 24 * HOUR), ("rolled", START + 24 * HOUR)]
    moments = [moment for what, moment in fake.told if what == "waited"]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert played.completed + played.failed == 23
    assert played.failed


def test_the_clock_of_a_demo_is_faster_and_waits_for_nothing_that_is_over() -> None:
    clock, begun = Clock(START, 3600), time.monotonic()
    clock.wait_until(START - HOUR)
    clock.wait_until(START + timedelta(minutes=6))
    assert 0.1 <= time.monotonic() - begun < 0.5


def test_what_somebody_else_told_is_left_alone_and_a_second_demo_goes_on(service: httpx.Client) -> None:
    (hour, *_) = days(seed=1, count=1, start=datetime.now(UTC))
    with PlanningService(str(service.base_url), None) as fleet:
        assert abs(fleet.begins_at() - datetime.now(UTC)) < timedelta(seconds=5)
        for _ in range(2):
            fleet.prepare(hour.starts)
        assert fleet.plan(hour.wishes[:5]) > 0
        (one, *_) = _items(service, f"/api/v1/tasks?fleet={SLUG}&status=scheduled")
        service.post(f"/api/v1/tasks/{one['id']}/cancel", json={}).raise_for_status()
        assert not fleet.report(one["id"], None)
        assert not fleet.report(one["id"], "clouds")
        fleet.roll_to(hour.starts + 30 * HOUR)
        assert abs(fleet.begins_at() - hour.starts - 30 * HOUR) < timedelta(seconds=5)
        fleet.give_up(hour.starts + 60 * HOUR)
    assert not list(_items(service, f"/api/v1/tasks?fleet={SLUG}&status=buffered"))


def test_orbits_keep_time_with_the_sun() -> None:
    """On their way south they are over the equator at the same local hour, in each season."""
    for month in (1, 5, 9):
        epoch = datetime(2026, month, 1, 12, tzinfo=UTC)
        mean_sun = sidereal_degrees(epoch)  # at noon it is over Greenwich
        for one in SATELLITES:
            southwards = float(str(one.elements(epoch)["RA_OF_ASC_NODE"])) + 180
            assert ((southwards - mean_sun) / 15 + 12) % 24 == pytest.approx(one.local_hour, abs=0.01)
