"""Small batches that come while a large one is let into the buffer share its iteration, where nothing changed since."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connections

from satselect import Buffer, Selection
from satselect.application.dispatch.lane import Lanes, Settled
from satselect.application.dispatch.tickets import SMALL, Lane
from satselect.application.errors import KeyReusedError, QuotaError
from satselect.application.planning.besides import PER_TASK_S
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.tasks.submission import Submission
from satselect.schemas.tasks import NewTask
from satselect.store.models import Batch, Fleet, Iteration, Task
from tests.application.buffers import NOW, names, submission, task
from tests.oracle import check_all
from tests.owners import wait_until
from tests.planners import forget_buffers, planner

pytestmark = pytest.mark.usefixtures("database")

TAKES = timedelta(minutes=10)


@dataclass
class Meanwhile:
    """Sends what comes while a large batch is let in, from threads of their own; it takes some time."""

    lanes: Lanes
    pool: ThreadPoolExecutor
    some: list[Submission] = field(default_factory=list)
    told: list["Future[Settled]"] = field(default_factory=list)
    at: datetime = NOW

    def send(self) -> None:
        """Once, and waits until all of them wait."""
        some, self.some = self.some, []
        self.at += TAKES if some else timedelta()
        lane = self.lanes.of(Fleet.objects.get(slug="default").id)
        for number, one in enumerate(some, 1):  # in this order
            self.told.append(self.pool.submit(self._sent, one))
            wait_until(partial(self._are_waiting, lane, number))

    def _are_waiting(self, lane: Lane, count: int) -> bool:
        return len(lane._waiting) == count

    def _sent(self, one: Submission) -> Settled:
        try:
            return self.lanes.submit_and_settle(one)
        finally:
            connections.close_all()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meanwhile]:
    """Of a process that keeps the fleet's buffer."""
    forget_buffers()
    lanes = Lanes(planner(clock=lambda: found.at, select=Buffer.select))
    offer: Callable[..., None] = FleetBuffer.offer
    with ThreadPoolExecutor(4) as pool:
        found = Meanwhile(lanes, pool)
        for _ in range(2):
            lanes.submit_and_settle(submission(task("known", "camera", profit=0)))

        def offered(kept: FleetBuffer, *given: object) -> None:
            offer(kept, *given)
            found.send()

        monkeypatch.setattr(FleetBuffer, "offer", offered)
        yield found


def large() -> list[NewTask]:
    """All for one camera; the last is worth most."""
    return [task(f"{n}", "camera", profit=n) for n in range(1, SMALL + 2)]


def sent(meanwhile: Meanwhile, first: Submission, *late: Submission) -> tuple[Settled, list[Settled]]:
    """What becomes of a large batch, and of those that come while it is let in."""
    meanwhile.some = [*late]
    settled = meanwhile.lanes.submit_and_settle(first)
    return settled, [one.result(timeout=30) for one in meanwhile.told]


def made(settled: Settled) -> Iteration:
    assert settled.iteration is not None
    return settled.iteration


def test_small_ones_that_come_meanwhile_share_its_iteration(meanwhile: Meanwhile) -> None:
    better, worse = submission(task("better", "camera", profit=1000)), submission(task("worse", "camera", profit=0.5))
    first, late = sent(meanwhile, submission(*large()), better, worse)
    assert {made(one).id for one in late} == {made(first).id}
    assert names(made(first)) == ["better"]
    assert [one.receipt.batch.seq for one in (first, *late)] == [3, 4, 5]
    assert made(first).considered_seq == 5
    assert made(first).settings["time_limit_s"] < planner().time_limit_s - SMALL * PER_TASK_S
    assert all(batch.created <= made(first).as_of for batch in Batch.objects.all())
    assert check_all() == 3


def test_large_ones_that_come_meanwhile_have_their_own(meanwhile: Meanwhile) -> None:
    first, late = sent(meanwhile, submission(*large()), submission(*large()))
    assert made(late[0]).version == made(first).version + 1
    assert check_all() == 4


def test_one_that_needs_what_nobody_asked_for_waits(meanwhile: Meanwhile) -> None:
    first, late = sent(meanwhile, submission(*large()), submission(task("new", "antenna", profit=3)))
    assert made(late[0]).version == made(first).version + 1
    assert "new" in names(made(late[0]))
    assert check_all() == 4


def test_one_that_is_refused_is_told_so_and_leaves_the_others(meanwhile: Meanwhile) -> None:
    meanwhile.some = [
        replace(submission(task("one too many", "camera")), quota=SMALL + 1),
        submission(task("fine", "camera", profit=1000)),
    ]
    first = meanwhile.lanes.submit_and_settle(replace(submission(*large()), quota=SMALL + 1))
    with pytest.raises(QuotaError):
        meanwhile.told[0].result(timeout=30)
    assert made(meanwhile.told[1].result(timeout=30)).id == made(first).id
    assert not Task.objects.filter(name="one too many").exists()
    check_all()


def test_the_key_of_the_large_one_is_looked_up_after_it(meanwhile: Meanwhile) -> None:
    meanwhile.some = [submission(task("other", "camera"), key="same", digest="another")]
    first = meanwhile.lanes.submit_and_settle(submission(*large(), key="same", digest="one"))
    with pytest.raises(KeyReusedError):
        meanwhile.told[0].result(timeout=30)
    assert names(made(first)) == [f"{SMALL + 1}"]
    check_all()


SOON = {"not_before": NOW + timedelta(minutes=1)}, {"deadline": NOW + timedelta(minutes=1)}


@pytest.mark.parametrize("fields", SOON)
def test_where_time_changes_what_may_be_selected_they_wait(meanwhile: Meanwhile, fields: dict[str, object]) -> None:
    timely = task("timely", "camera", profit=2000, **fields)
    first, late = sent(meanwhile, submission(*large(), timely), submission(task("late", "camera", profit=1000)))
    assert made(late[0]).version == made(first).version + 1
    assert names(made(late[0])) == (["timely"] if "not_before" in fields else ["late"])
    check_all()


@pytest.mark.parametrize("fields", SOON)
def test_so_they_do_where_time_changes_what_is_buffered(meanwhile: Meanwhile, fields: dict[str, object]) -> None:
    timely = task("timely", "camera", profit=2000, **fields)
    meanwhile.lanes.submit_and_settle(submission(timely, task("rival", "camera", profit=3000)))
    first, late = sent(meanwhile, submission(*large()), submission(task("late", "camera", profit=1000)))
    assert made(late[0]).version == made(first).version + 1
    assert names(made(first)) == ([f"{SMALL + 1}"] if "not_before" in fields else ["timely"])
    check_all()


def test_they_wait_again_if_the_iteration_is_refused(meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = iter([True])

    def selected(waiting: Buffer, *, time_limit: float | None = None) -> Selection:
        if next(moved, False):
            Fleet.objects.update(version=50)
        return waiting.select(time_limit=time_limit)

    monkeypatch.setattr(meanwhile.lanes, "_planner", replace(meanwhile.lanes._planner, select=selected))
    first, late = sent(meanwhile, submission(*large()), submission(task("late", "camera", profit=1000)))
    assert made(late[0]).version == 51
    assert names(made(late[0])) == ["late"]
    assert made(first).version in {51, 52}
    assert Task.objects.filter(name="late").count() == 1
