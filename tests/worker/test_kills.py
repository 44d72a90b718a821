"""kill -9 at every marked point: nothing is lost, nothing is done twice."""

import signal
from uuid import uuid4

import httpx
import pytest

from satselect.application.failpoints import Point
from satselect.store.models import Batch, History, Iteration, Task
from tests.faults import Installation
from tests.forked import Forked
from tests.hard import hard_tasks
from tests.longer import more
from tests.oracle import check_all
from tests.owners import wait_until

POST = "/api/v1/fleets/default/tasks"
OF_A_SERVICE = [
    Point.BEFORE_SUBMISSION_COMMIT,
    Point.AFTER_SUBMISSION_COMMIT,
    Point.BEFORE_PUBLISH,
    Point.AFTER_PUBLISH,
]
OF_A_LANE = [Point.AFTER_TAKING]
OF_BOTH_WAYS = [
    Point.BEFORE_SELECTION,
    Point.AFTER_SELECTION,
    Point.BEFORE_ITERATION_COMMIT,
    Point.AFTER_ITERATION_COMMIT,
]
"""They are reached with what is stored before, too."""
OF_A_CHANGE = [Point.BEFORE_CHANGE_COMMIT, Point.AFTER_CHANGE_COMMIT]
OF_AN_OWN_ITERATION = [Point.AFTER_CLAIM, *OF_BOTH_WAYS]
OF_A_SEARCH = [Point.AFTER_SEARCH_CLAIM, Point.BEFORE_SEARCH_COMMIT]
OF_ORBITS = [
    Point.BEFORE_PASSES_COMMIT,
    Point.AFTER_PASSES_COMMIT,
    Point.BEFORE_OPPORTUNITIES_COMMIT,
    Point.AFTER_OPPORTUNITIES_COMMIT,
]
_OF_OTHERS = {*OF_A_SERVICE, *OF_A_CHANGE, *OF_A_LANE, *OF_A_SEARCH, *OF_ORBITS, Point.AFTER_CLAIM}
OF_A_WORKER = [point for point in Point if point not in _OF_OTHERS]
ENDS = {Point.AFTER_CLAIM, Point.AFTER_SELECTION, Point.AFTER_ITERATION_COMMIT, Point.AFTER_BURIAL_COMMIT}
"""Where what is kept of the work differs from one of these points to the next; those in between are for longer runs."""


def spread(points: list[Point]) -> list[Point | pytest.ParameterSet]:
    return [*(point for point in points if point in ENDS), *more(point for point in points if point not in ENDS)]


def tasks(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "resources": ["camera"], "profit": n} for n, name in enumerate(names, start=1)]


def settled() -> bool:
    return not Batch.objects.filter(state="pending").exists()


def died(process: Forked) -> bool:
    return process.poll() == -signal.SIGKILL


@pytest.mark.parametrize("point", OF_A_SERVICE)
def test_a_service_that_dies_loses_no_submission_and_doubles_none(installation: Installation, point: Point) -> None:
    installation.worker()
    address, process = installation.service(FAULT_POINT=point)
    headers = {"Idempotency-Key": uuid4().hex}
    with pytest.raises(httpx.TransportError):
        httpx.post(address + POST, json=tasks("a", "b"), headers=headers, timeout=60)
    assert process.wait(timeout=30) == -signal.SIGKILL
    address, _ = installation.service()
    answer = httpx.post(address + POST, json=tasks("a", "b"), headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert sorted(Task.objects.values_list("name", "status")) == [("a", "buffered"), ("b", "scheduled")]
    assert check_all() == 1


@pytest.mark.parametrize(
    "point",
    [*OF_A_LANE, *OF_BOTH_WAYS],
)
def test_a_service_alone_that_dies_in_its_lane_loses_nothing_that_it_answered(
    installation: Installation, point: Point
) -> None:
    installation.bus = ""
    address, process = installation.service(FAULT_POINT=point, FAULT_PASSES="2" if point in OF_BOTH_WAYS else "1")
    headers = {"Idempotency-Key": uuid4().hex}
    for names in (("a",), ("b",)):  # the first is stored before it is tried
        assert httpx.post(address + POST, json=tasks(*names), timeout=60).status_code == 201
    with pytest.raises(httpx.TransportError):
        httpx.post(address + POST, json=tasks("c", "d"), headers=headers, timeout=60)
    assert process.wait(timeout=30) == -signal.SIGKILL
    is_stored = point == Point.AFTER_ITERATION_COMMIT
    assert Batch.objects.count() == 2 + is_stored
    assert Iteration.objects.count() == 2 + is_stored
    address, _ = installation.service()
    answer = httpx.post(address + POST, json=tasks("c", "d"), headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert answer.headers.get("Idempotent-Replayed") == ("true" if is_stored else None)
    assert Task.objects.filter(name__in=["c", "d"]).count() == 2
    assert check_all() == 3


@pytest.mark.parametrize("point", OF_A_CHANGE)
def test_a_service_that_dies_makes_a_change_once_or_not_at_all(installation: Installation, point: Point) -> None:
    installation.worker()
    address, _ = installation.service()
    httpx.post(address + POST, json=tasks("a", "b"), timeout=60)
    path = f"/api/v1/tasks/{Task.objects.get(name='b').id}/fail"
    dying, process = installation.service(FAULT_POINT=point)
    with pytest.raises(httpx.TransportError):
        httpx.post(dying + path, timeout=60)
    assert process.wait(timeout=30) == -signal.SIGKILL
    is_made = point == Point.AFTER_CHANGE_COMMIT
    assert Task.objects.get(name="b").status == ("failed" if is_made else "scheduled")
    assert httpx.post(address + path, timeout=60).status_code == (409 if is_made else 200)
    assert History.objects.filter(task__name="b", after="failed").count() == 1
    check_all()


@pytest.mark.parametrize("point", spread(OF_A_WORKER))
def test_a_worker_that_dies_loses_nothing_and_doubles_nothing(installation: Installation, point: Point) -> None:
    address, _ = installation.service()
    for names in (("a", "b"), ("c",), ("d",)):
        answer = httpx.post(address + POST, json=tasks(*names), headers={"Prefer": "respond-async"}, timeout=60)
        assert answer.status_code == 202
    dies = "burial" in point
    if dies:
        Batch.objects.filter(seq=2).update(attempts=8)
    first = installation.worker(FAULT_POINT=point)
    wait_until(lambda: died(first))
    check_all()
    installation.worker()
    wait_until(settled)
    states = dict(Batch.objects.values_list("seq", "state"))
    assert states == {1: "done", 2: "dead" if dies else "done", 3: "done"}
    assert httpx.post(address + POST, json=[], timeout=60).status_code == 201
    assert check_all() == Iteration.objects.count()


@pytest.mark.parametrize("point", spread(OF_AN_OWN_ITERATION))
def test_a_worker_that_dies_of_an_iteration_of_its_own_is_followed_by_another(
    installation: Installation, point: Point
) -> None:
    installation.settings["SATSELECT_TIME_LIMIT"] = "1"
    address, _ = installation.service()
    first = installation.worker()
    httpx.patch(f"{address}/api/v1/fleets/default", json={"release": "completion", "settle_s": 0}).raise_for_status()
    httpx.post(address + POST, json=tasks("a", "b"), timeout=60).raise_for_status()
    assert installation.end(first, signal.SIGTERM) == 0
    httpx.post(f"{address}/api/v1/tasks/{Task.objects.get(name='b').id}/complete").raise_for_status()
    dying = installation.worker(FAULT_POINT=point)
    wait_until(lambda: died(dying))
    is_made = point == Point.AFTER_ITERATION_COMMIT
    assert Task.objects.get(name="a").status == ("scheduled" if is_made else "buffered")
    installation.worker()
    wait_until(lambda: Task.objects.get(name="a").status == "scheduled")
    assert check_all() == Iteration.objects.filter(cause="completion").count() + 1 == 2


def test_a_worker_that_dies_while_it_selects_loses_nothing(installation: Installation) -> None:
    installation.settings["SATSELECT_TIME_LIMIT"] = "60"  # far more than it lives: it is not done when it dies
    address, _ = installation.service()
    httpx.post(address + POST, json=hard_tasks(), headers={"Prefer": "respond-async"}, timeout=60).raise_for_status()
    first = installation.worker(FAULT_POINT=Point.BEFORE_SELECTION, FAULT_DELAY="0.5")
    wait_until(lambda: died(first))
    assert not Iteration.objects.exists()
    installation.settings["SATSELECT_TIME_LIMIT"] = "1"
    installation.worker()
    wait_until(settled)
    assert check_all(may_be_cut=True) == 1


def test_a_frozen_worker_that_wakes_up_after_another_took_over_is_refused(installation: Installation) -> None:
    address, _ = installation.service()
    httpx.post(address + POST, json=tasks("a", "b"), headers={"Prefer": "respond-async"}, timeout=60)
    frozen = installation.worker(FAULT_POINT=Point.AFTER_SELECTION, FAULT_SIGNAL="SIGSTOP")
    wait_until(lambda: is_stopped(frozen))
    assert not Iteration.objects.exists()
    installation.worker()
    wait_until(settled)  # the lease is over, and the other one has taken over
    assert httpx.post(address + POST, json=tasks("c"), timeout=60).status_code == 201
    frozen.send_signal(signal.SIGCONT)
    assert httpx.post(address + POST, json=tasks("d"), timeout=60).status_code == 201
    assert installation.end(frozen, signal.SIGTERM) == 0  # after what was under way
    assert check_all() == Iteration.objects.count() == 3


def test_a_worker_that_is_frozen_within_a_transaction_does_not_keep_its_fleet(installation: Installation) -> None:
    address, _ = installation.service()
    httpx.post(address + POST, json=tasks("a", "b"), headers={"Prefer": "respond-async"}, timeout=60)
    frozen = installation.worker(FAULT_POINT=Point.BEFORE_ITERATION_COMMIT, FAULT_SIGNAL="SIGSTOP")
    wait_until(lambda: is_stopped(frozen))
    installation.worker()
    wait_until(settled)  # the server has ended the session that held the fleet
    frozen.send_signal(signal.SIGCONT)
    assert frozen.wait(timeout=60) == 1  # it can't know what became of it, and whoever started it starts it again
    assert httpx.post(address + POST, json=tasks("c"), timeout=60).status_code == 201
    assert check_all() == Iteration.objects.count() == 2


def is_stopped(process: Forked) -> bool:
    with open(f"/proc/{process.pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"
