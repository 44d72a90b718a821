"""kill -9 at every marked point of an iteration that plans in time: nothing is lost, doubled or moved."""

import signal
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from satselect.application.failpoints import Point
from satselect.store.models import Assignment, Fleet, Iteration, Task
from tests.faults import Installation
from tests.longer import more
from tests.oracle_in_time import check_plans, settled
from tests.owners import wait_until

DATABASES = ["postgresql"]

POST = "/api/v1/fleets/orbit/tasks"
POINTS = [
    Point.BEFORE_SELECTION,
    Point.AFTER_SELECTION,
    Point.BEFORE_ITERATION_COMMIT,
    Point.AFTER_ITERATION_COMMIT,
]
SOME = [Point.AFTER_SELECTION, Point.BEFORE_ITERATION_COMMIT, *more(set(POINTS[::3]))]


def make_orbit(address: str) -> None:
    """Plans four hours ahead; ten minutes of that are frozen."""
    fleet = "/api/v1/fleets/orbit"
    for path, sent in (
        ("/api/v1/fleets", {"name": "Orbit", "fleet": "orbit", "horizon_s": 14400, "frozen_s": 600, "settle_s": None}),
        (f"{fleet}/satellites", {"name": "sat-1", "satellite": "sat-1"}),
        (f"{fleet}/satellites/sat-1/resources", {"name": "camera", "turnaround_s": 60}),
    ):
        httpx.post(address + path, json=sent, timeout=60).raise_for_status()


def orbit() -> Fleet:
    return Fleet.objects.get(slug="orbit")


def timed(name: str, begin: float, end: float, profit: float = 1) -> dict[str, object]:
    now = datetime.now(UTC)
    start, stop = ((now + timedelta(minutes=minutes)).isoformat() for minutes in (begin, end))
    spot = {"satellite": "sat-1", "from": start, "until": stop}
    return {"name": name, "resources": ["camera"], "profit": profit, "opportunities": [spot]}


def planned() -> dict[str, datetime | None]:
    live = Assignment.objects.filter(is_live=True, task__status="scheduled")
    return dict(live.values_list("task__name", "starts"))


@pytest.mark.parametrize("point", SOME)
def test_a_service_alone_that_dies_while_it_plans_loses_nothing(installation: Installation, point: Point) -> None:
    installation.bus = ""
    address, process = installation.service(FAULT_POINT=point, FAULT_PASSES="1")
    make_orbit(address)
    first = [timed("first", 20, 30), timed("loses", 40, 50, 2), timed("stays", 60, 70)]
    assert httpx.post(address + POST, json=first, timeout=60).status_code == 201
    before = planned()
    headers, second = {"Idempotency-Key": uuid4().hex}, [timed("wins", 45, 55, 9), timed("beside", 80, 90)]
    with pytest.raises(httpx.TransportError):
        httpx.post(address + POST, json=second, headers=headers, timeout=60)
    assert process.wait(timeout=30) == -signal.SIGKILL
    is_made = point == Point.AFTER_ITERATION_COMMIT
    assert check_plans(orbit()) == 1 + is_made
    assert is_made or planned() == before
    address, _ = installation.service()
    answer = httpx.post(address + POST, json=second, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert set(planned()) == {"first", "stays", "wins", "beside"}
    assert {name: at for name, at in planned().items() if name in before} == {
        name: at for name, at in before.items() if name != "loses"
    }
    assert Task.objects.count() == 5
    assert Task.objects.get(name="loses").status == "buffered"
    assert check_plans(orbit()) == 2


@pytest.mark.parametrize("point", SOME)
def test_a_worker_that_dies_while_it_plans_is_followed_by_another(installation: Installation, point: Point) -> None:
    address, _ = installation.service()
    make_orbit(address)
    for tasks in ([timed("a", 20, 30, 2), timed("b", 25, 35)], [timed("c", 22, 32, 5)]):
        answer = httpx.post(address + POST, json=tasks, headers={"Prefer": "respond-async"}, timeout=60)
        assert answer.status_code == 202
    dying = installation.worker(FAULT_POINT=point)
    wait_until(lambda: dying.poll() == -signal.SIGKILL)
    assert check_plans(orbit()) == (point == Point.AFTER_ITERATION_COMMIT)
    installation.worker()
    wait_until(lambda: settled(orbit()))
    assert set(planned()) == {"c"}
    assert check_plans(orbit()) == Iteration.objects.count() >= 1
