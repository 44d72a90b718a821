"""Large batches are made ready before their turn, and let small ones go first."""

from threading import Event, Thread

import pytest

from satselect import Buffer
from satselect.application.dispatch import lane, newcomers
from satselect.application.dispatch.lane import Lanes
from satselect.application.dispatch.ready import Ready, made_ready
from satselect.application.dispatch.tickets import MOST_PASSED, SMALL, TOGETHER, Lane, Ticket
from satselect.application.errors import QuotaError
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.courtesy import Courtesy
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.shutdown import Shutdown
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Signature, Supply, Task
from tests.application.buffers import NOW, buffer, names, run, submission, task
from tests.application.dispatch.test_lane import rows_of
from tests.databases import counts
from tests.oracle import check_all
from tests.planners import forget_buffers, planner

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def lanes() -> Lanes:
    """Of a process that keeps the fleet's buffer: it has stored a batch first, and another one with its iteration."""
    forget_buffers()
    some = Lanes(planner(select=Buffer.select))
    some.submit_and_settle(submission())
    some.submit_and_settle(submission())
    return some


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> list[Ready | None]:
    """What batches were made ready, one after the other."""
    made: list[Ready | None] = []

    def noted(rows: BatchRows, kept: FleetBuffer, courtesy: Courtesy) -> Ready | None:
        made.append(made_ready(rows, kept, courtesy))
        return made[-1]

    monkeypatch.setattr(lane, "made_ready", noted)
    return made


def large(n: int, *, resources: int = 40) -> list[NewTask]:
    """No two selections of it earn the same."""
    return [
        task(f"{n}-{k}", *{f"r{n * k % resources}", f"r{(n + k) % 7}"}, profit=1 + (37 * n + 101 * k) ** 2 % 99_991)
        for k in range(1, SMALL + 20)
    ]


def again(*_: object) -> None:
    raise AssertionError("it was found out before the turn")


def test_the_same_rows_come_of_what_was_made_ready_as_of_storing_first(
    lanes: Lanes, ready: list[Ready | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Fleet.objects.create(slug="other", name="other", is_open=True)
    for _ in range(2):
        buffer(fleet="other")
        run(fleet="other")
    monkeypatch.setattr(newcomers, "demands_of", again)
    for n in range(1, 4):
        lanes.submit_and_settle(submission(*large(n)))
        buffer(*large(n), fleet="other")
        run(fleet="other")
    assert len([one for one in ready if one and len(one.made) == SMALL + 19]) == 3
    assert rows_of(Fleet.objects.get(slug="default")) == rows_of(other)
    assert check_all() == 10


def test_of_a_fleet_whose_tasks_age_it_is_ready_too(lanes: Lanes, ready: list[Ready | None]) -> None:
    Fleet.objects.update(ageing_per_hour=2.5, version=10)
    lanes.submit_and_settle(submission())
    settled = lanes.submit_and_settle(submission(*large(1)))
    assert settled.iteration is not None
    assert settled.iteration.scheduled > 0
    assert [one and len(one.made) for one in ready] == [0]


def test_what_changed_since_is_found_out_anew(
    lanes: Lanes, monkeypatch: pytest.MonkeyPatch, ready: list[Ready | None]
) -> None:
    lanes.submit_and_settle(submission(*(task(f"{n}", "r1", profit=9) for n in range(3))))

    def taken_away(rows: BatchRows, kept: FleetBuffer, courtesy: Courtesy) -> Ready | None:
        ready.append(made := made_ready(rows, kept, courtesy))
        Supply.objects.filter(resource__name="r1").update(capacity=2)
        Fleet.objects.update(version=20)
        return made

    monkeypatch.setattr(lane, "made_ready", taken_away)
    settled = lanes.submit_and_settle(submission(*(task(f"new {n}", "r1", profit=n + 1) for n in range(SMALL + 1))))
    assert settled.iteration is not None
    assert names(settled.iteration) == [f"new {SMALL - 1}", f"new {SMALL}"]
    assert ready[-1] is not None
    assert set(ready[-1].rooms.values()) == {1}


def test_what_can_not_be_any_more_is_refused_in_the_turn(lanes: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes.submit_and_settle(submission(task("names it", "r1")))
    Supply.objects.filter(resource__name="r1").update(capacity=2)
    Fleet.objects.update(version=20)
    lanes.submit_and_settle(submission())
    before = counts()

    def taken_away(rows: BatchRows, kept: FleetBuffer, courtesy: Courtesy) -> Ready | None:
        made = made_ready(rows, kept, courtesy)
        assert made is not None
        Supply.objects.filter(resource__name="r1").update(capacity=1)
        Fleet.objects.update(version=40)
        return made

    monkeypatch.setattr(lane, "made_ready", taken_away)
    with pytest.raises(InvalidError, match="r1"):
        lanes.submit_and_settle(submission(*(task(f"{n}", resources={"r1": 2}) for n in range(SMALL + 1))))
    assert Task.objects.count() == 1
    assert counts()["store_batch"] == before["store_batch"]


def test_what_is_wrong_is_refused_before_the_turn_and_leaves_nothing(
    lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "demands_of", again)
    before = counts()
    with pytest.raises(InvalidError):
        lanes.submit_and_settle(submission(*large(1), task("bad", "camera", satellites=["nowhere"])))
    assert counts() == before
    given = {name: getattr(submission(*large(1)), name) for name in Submission.__slots__}
    with pytest.raises(QuotaError):
        lanes.submit_and_settle(Submission(**given | {"quota": 5}))
    assert (counts(), Signature.objects.count(), Task.objects.count()) == (before, 0, 0)


def ticket(count: int) -> Ticket:
    return Ticket(BatchRows.of(submission(*(task(f"{n}", "r0") for n in range(count))), NOW))


def test_a_large_one_lets_small_ones_go_first_but_not_for_ever() -> None:
    waiting, mine = Lane(), ticket(SMALL + 1)
    waiting.add(mine)
    for _ in range(MOST_PASSED):
        small = ticket(1)
        waiting.add(small)
        assert waiting.take(mine) == [small]
    small, other = ticket(1), ticket(TOGETHER)
    waiting.add(small)
    waiting.add(other)
    assert waiting.take(mine) == [mine, small]
    assert waiting.take(other) == [other]


def test_who_is_served_leaves_while_another_has_the_turn() -> None:
    locks, is_served, left = FleetLocks(Shutdown()), Event(), Event()

    def wait() -> None:
        with locks.held(-1, patience_s=60, is_served=is_served.is_set):
            left.set()

    with locks.held(-1, patience_s=1):
        other = Thread(target=wait)
        other.start()
        while not locks.waited_s(-1):
            assert not left.is_set()
        is_served.set()
        locks.look(-1)
        assert left.wait(30)
        other.join(30)
        is_served.clear()
        left.clear()
        third = Thread(target=wait)
        third.start()
        assert not left.wait(0.3)  # the one that was served did not give away a turn that it never had
    assert left.wait(30)
    third.join(30)
