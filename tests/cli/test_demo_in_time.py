"""The demo that plans, end to end: elements, targets, stations, a disk; planned, shown, exported, executed."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from satselect.cli.demo.days import FLEET, RESOURCES, days
from satselect.cli.demo.planning import SLUG, PlanningService
from satselect.cli.demo.sky import SATELLITES, STATIONS
from satselect.cli.main import main
from satselect.orbits import Point, read_elements
from tests.levels import most_held
from tests.longer import more
from tests.orbits.skies import elevation, off_nadir, satellite

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


@pytest.mark.in_turn
@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [2, *more([7])])
def test_days_are_planned_shown_exported_and_executed_and_nothing_is_over_its_level(
    service: httpx.Client, count: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, before, plan = str(service.base_url), datetime.now(UTC), PlanningService.plan
    first: list[tuple[Json, Sequence[Json]]] = []

    def planned(fleet: PlanningService, tasks: Sequence[Json]) -> float:
        profit = plan(fleet, tasks)
        if not first:
            there = service.get(f"/api/v1/fleets/{SLUG}/plan").json()
            first.append((there, list(_items(service, f"/api/v1/tasks?fleet={SLUG}"))))
        return profit

    monkeypatch.setattr(PlanningService, "plan", planned)
    assert main(["demo", "--url", address, "--plan", "--days", str(count), "--speed", "1e9"]) == 0
    _check_first(*first[0], before)
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


def _check_first(plan: Json, tasks: Sequence[Json], before: datetime) -> None:
    """The first plan is one for two days, with all that can be seen in them.

    What is seen last begins 35 to 47 hours ahead, which depends on the hour of the day (72 of them were looked at).
    """
    begins, until = _times(plan)
    assert until - begins >= timedelta(days=2)
    assert len(plan["items"]) >= 10
    assert any(_times(spot)[0] > before + 32 * HOUR for task in tasks for spot in task["opportunities"])


def _check_executed(service: httpx.Client, flight: Flight, before: datetime, count: int) -> None:
    """All of the days, in order."""
    over = before + timedelta(days=count)
    assert all(one["status"] == "completed" for one in flight.plan if _times(one, "starts", "ends")[1] <= over)
    assert len(flight.executed) >= 10 * count
    reported = sorted(flight.executed, key=lambda one: str(flight.tasks[one["task"]]["updated"]))
    assert [one["ends"] for one in reported] == sorted(one["ends"] for one in reported)
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


@pytest.mark.in_turn
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
