"""kill -9 while targets and passes are worked out, and between new elements and the next plan: all of it comes true."""

import signal
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from satselect.application.failpoints import Point
from satselect.orbits import Conditions, Elements, read_elements
from satselect.orbits import Point as Spot
from satselect.orbits import Station as Antenna
from satselect.orbits import opportunities as sights_of
from satselect.orbits import passes as passes_of
from satselect.store.models import ElementSet, Fleet, Opportunity, Pass, Station, Target, Task
from satselect.store.queries.orbits.targets import counting
from tests.api.test_elements import message
from tests.faults import Installation
from tests.longer import more
from tests.oracle_in_time import check_plans
from tests.owners import wait_until

DATABASES = ["postgresql"]

FLEET = "/api/v1/fleets/orbit"
ELEMENTS = f"{FLEET}/satellites/sat-1/elements"
POINTS = [
    Point.BEFORE_PASSES_COMMIT,
    Point.AFTER_PASSES_COMMIT,
    Point.BEFORE_OPPORTUNITIES_COMMIT,
    Point.AFTER_OPPORTUNITIES_COMMIT,
]
SOME = [Point.BEFORE_OPPORTUNITIES_COMMIT, *more([POINTS[0], POINTS[1], POINTS[3]])]
AFTER_ELEMENTS = [
    Point.BEFORE_PASSES_COMMIT,
    Point.AFTER_OPPORTUNITIES_COMMIT,
    *more({POINTS[1], POINTS[2], Point.AFTER_CLAIM}),
]
Interval = tuple[datetime, datetime]
SETTLED = timedelta(minutes=1)
"""What begins sooner may have begun while a test ran."""


def make_orbit(address: str, settle_s: float | None) -> None:
    """Plans eight hours ahead, with a station."""
    horizon = {"horizon_s": 28_800, "settle_s": settle_s}
    for method, path, sent in (
        ("POST", "/api/v1/fleets", {"name": "Orbit", "fleet": "orbit", **horizon}),
        ("POST", f"{FLEET}/satellites", {"name": "sat-1", "satellite": "sat-1"}),
        ("POST", f"{FLEET}/satellites/sat-1/resources", {"name": "camera", "turnaround_s": 60}),
        ("POST", f"{FLEET}/satellites/sat-1/resources", {"name": "disk", "capacity": 9, "kind": "reservoir"}),
        ("PUT", ELEMENTS, {"source": message(-0.5)}),
        ("PUT", f"{FLEET}/stations/north", {"latitude": 67.9, "longitude": 21.1, "drains_per_s": {"disk": 0.01}}),
    ):
        httpx.request(method, address + path, json=sent, timeout=60).raise_for_status()


def aimed(name: str, longitude: float) -> dict[str, Any]:
    """A task that looks at a place so near the pole that each revolution sees it, whatever time it is."""
    target = {"geometry": {"type": "Point", "coordinates": [longitude, 88.0]}, "conditions": {"maximum_off_nadir": 60}}
    return {"name": name, "resources": ["camera"], "profit": 1, "duration": 10, "target": target}


def check_nothing_is_lost_doubled_or_old(begun: datetime) -> None:
    """Passes and opportunities are those of one search from the newest elements."""
    row, since = ElementSet.objects.latest("id"), begun + SETTLED
    elements = read_elements(row.source)[0]
    found = list(Pass.objects.filter(ends__gt=since).order_by("starts"))
    assert all(a.ends <= b.starts for a, b in pairwise(found))
    north = Antenna(67.9, 21.1)
    until = Station.objects.get().searched_until
    assert until
    later = [one for one in found if one.starts > since]
    assert {one.origin_id for one in later} == {row.id}
    over = passes_of(elements, north, begun, until + timedelta(hours=3))
    check_same(
        [(one.starts, one.ends) for one in later], [(one.start, one.end) for one in over if since < one.start < until]
    )
    for target in Target.objects.select_related("task"):
        assert target.searched_until
        rows = Opportunity.objects.filter(counting(), task=target.task_id, starts__gt=since).order_by("starts")
        assert {one.origin_id for one in rows} == {row.id}
        seen = _seen(elements, target, begun)
        check_same(
            [(one.starts, one.ends) for one in rows], [one for one in seen if since < one[0] < target.searched_until]
        )


def check_same(found: list[Interval], expected: list[Interval]) -> None:
    """Edges are rounded to milliseconds from where a search begins."""
    assert len(found) == len(expected) >= 1
    for one, other in zip(found, expected, strict=True):
        assert all(abs(a - b) <= timedelta(milliseconds=5) for a, b in zip(one, other, strict=True))


def _seen(elements: Elements, target: Target, begun: datetime) -> list[tuple[datetime, datetime]]:
    longitude, latitude = target.sent["geometry"]["coordinates"]
    found = sights_of(
        elements,
        Spot(latitude, longitude),
        begun,
        begun + timedelta(hours=14),
        conditions=Conditions(maximum_off_nadir=60),
    )
    return [(one.start, one.end) for one in found]


def orbit() -> Fleet:
    return Fleet.objects.get(slug="orbit")


def is_known() -> bool:
    """Whether nothing is to be worked out."""
    unknown = (
        Station.objects.filter(searched_until=None).exists() or Target.objects.filter(searched_until=None).exists()
    )
    return not unknown and Target.objects.exists()


@pytest.mark.parametrize("point", SOME)
def test_a_service_alone_that_dies_while_it_works_out_is_followed(installation: Installation, point: Point) -> None:
    installation.bus, begun = "", datetime.now(UTC)
    address, process = installation.service(FAULT_POINT=point)
    make_orbit(address, settle_s=None)
    tasks, headers = [aimed("a", 0.0), aimed("b", 90.0)], {"Idempotency-Key": uuid4().hex}
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{address}{FLEET}/tasks", json=tasks, headers=headers, timeout=60)
    assert process.wait(timeout=30) == -signal.SIGKILL
    assert Pass.objects.exists() == (point != Point.BEFORE_PASSES_COMMIT)
    assert Opportunity.objects.exists() == (point == Point.AFTER_OPPORTUNITIES_COMMIT)
    address, _ = installation.service()
    answer = httpx.post(f"{address}{FLEET}/tasks", json=tasks, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert Task.objects.filter(fleet=orbit()).count() == len(tasks)
    check_nothing_is_lost_doubled_or_old(begun)
    assert check_plans(orbit()) >= 1


@pytest.mark.parametrize("point", AFTER_ELEMENTS)
def test_new_elements_come_true_whoever_dies_before_the_next_plan(installation: Installation, point: Point) -> None:
    begun = datetime.now(UTC)
    address, service = installation.service()
    make_orbit(address, settle_s=0.5)
    sent = httpx.post(
        f"{address}{FLEET}/tasks", json=[aimed("a", 0.0)], headers={"Prefer": "respond-async"}, timeout=60
    )
    assert sent.status_code == 202
    first = installation.worker()
    wait_until(is_known)
    installation.end(first)
    put = httpx.put(address + ELEMENTS, json={"source": message(-0.4, MEAN_ANOMALY=60)}, timeout=60)
    assert put.status_code == 200, put.text
    installation.end(service)
    dying = installation.worker(FAULT_POINT=point)
    wait_until(lambda: dying.poll() == -signal.SIGKILL)
    installation.worker()
    wait_until(is_known)
    check_nothing_is_lost_doubled_or_old(begun)
    wait_until(lambda: not orbit().freed_by)
    assert check_plans(orbit()) >= 1
