"""Larger batches share an iteration up to a sum of tasks; those who are left in the lane are answered in time, too."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import DataError

from satselect import Buffer, Selection
from satselect.application.dispatch import newcomers, tickets
from satselect.application.dispatch.lane import Settled
from satselect.application.dispatch.tickets import SMALL, TOGETHER, Lane, Ticket
from satselect.application.errors import KeyReusedError, QuotaError
from satselect.application.planning import fleet_locks, time_left
from satselect.application.planning.besides import MANY
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.planning.iterate import iterate
from satselect.application.planning.planner import SHORTEST_S
from satselect.application.planning.time_left import OUTSIDE_S, Time
from satselect.application.shutdown import Shutdown
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.engine.limits import Limits
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Fleet, Iteration, Task
from tests.application.buffers import NOW, buffer, submission, task
from tests.application.dispatch.test_lane import breaking, known, refuse, together, warm
from tests.application.planning.test_time_left import Clock
from tests.oracle import check_all
from tests.planners import forget_buffers, planner

pytestmark = pytest.mark.usefixtures("database")

FLEET, LIMIT_S, STEP_S = 7, 5.0, 0.01


@pytest.fixture(autouse=True)
def _new_process() -> None:
    forget_buffers()
    known.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (tickets, newcomers, time_left, fleet_locks):
        monkeypatch.setattr(module, "monotonic", clock)
    return clock


def large(name: str = "", size: int = SMALL + 1, **fields: object) -> Submission:
    return submission(*(task(f"{name}{n}", f"r{n % 7}", profit=n + 1, **fields) for n in range(size)))


def ticket(size: int, key: str | None = None) -> Ticket:
    return Ticket(BatchRows.of(replace(large(size=size), idempotency_key=key), NOW))


def lane(*some: Ticket) -> Lane:
    waiting = Lane()
    for one in some:
        waiting.add(one)
    return waiting


def iterations(answers: Sequence[Settled | Exception]) -> list[Iteration]:
    return [each.iteration for each in answers if isinstance(each, Settled) and each.iteration]


def test_larger_batches_that_wait_share_an_iteration() -> None:
    warm()
    answers = together(*(large(f"{n}-", 150) for n in range(6)))
    assert len({made.id for made in iterations(answers)}) == 1
    assert Task.objects.count() == 900
    assert check_all() == 2


def test_they_share_it_up_to_a_sum_of_tasks() -> None:
    some = [ticket(150) for _ in range(TOGETHER // 150 + 2)]
    waiting = lane(*some)
    assert waiting.take(some[3]) == some[:-2]
    assert waiting.take(some[-1]) == some[-2:]


def test_one_of_more_tasks_than_that_goes_without_others() -> None:
    many, few, other = ticket(TOGETHER + 1), ticket(SMALL + 1), ticket(SMALL + 1)
    waiting = lane(many, few, other)
    assert waiting.take(many) == [many]
    waiting.add(many)
    assert waiting.take(few) == [few, other]
    assert waiting.take(many) == [many]


def test_who_has_the_turn_goes_first_and_what_fits_with_it() -> None:
    some = [ticket(TOGETHER // 2), ticket(TOGETHER // 2 + 1), ticket(SMALL + 1)]
    assert lane(*some).take(some[1]) == some[1:]


def test_no_small_one_takes_larger_ones_along() -> None:
    small, other = ticket(SMALL), ticket(SMALL + 1)
    assert lane(other, small).take(small) == [small]


def test_of_larger_ones_with_equal_keys_the_first_goes() -> None:
    one, same = ticket(SMALL + 1, "k"), ticket(SMALL + 1, "k")
    assert lane(one, same).take(one) == [one]
    assert same.is_rival


def test_what_the_database_refused_goes_without_larger_ones() -> None:
    one, other = ticket(SMALL + 1), ticket(SMALL + 1)
    other.is_alone = True
    waiting = lane(one, other)
    assert waiting.take(one) == [one]
    waiting.put_back([one])
    assert waiting.take(other) == [other]


def test_how_many_iterations_serve_who_waits() -> None:
    alone = ticket(1)
    alone.is_alone = True
    assert lane().turns == 0
    assert lane(ticket(1), ticket(SMALL)).turns == 1
    assert lane(*(ticket(150) for _ in range(TOGETHER // 150 + 1))).turns == 2
    assert lane(ticket(9 * TOGETHER), ticket(1), alone).turns == 3


def test_a_larger_one_that_the_database_refuses_spoils_nothing_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    warm()
    refuse(monkeypatch, "bad0")
    answers = together(large("a"), large("bad"), large("b"))
    assert [type(each) for each in answers] == [Settled, DataError, Settled]
    assert Task.objects.count() == 2 * (SMALL + 1)
    check_all()


def test_larger_ones_that_are_refused_leave_the_others_as_they_are() -> None:
    warm()
    same = replace(large("same"), idempotency_key="k", digest="d")
    answers = together(
        replace(large("a"), quota=2 * SMALL + 2),
        large("wrong", satellites=["nowhere"]),
        replace(large("b"), quota=2 * SMALL + 2),
        replace(large("one too many"), quota=2 * SMALL + 2),
        same,
        replace(same, digest="e"),
    )
    assert [type(each) for each in answers] == [Settled, InvalidError, Settled, QuotaError, Settled, KeyReusedError]
    assert len({made.id for made in iterations(answers)}) == 1
    check_all()


def test_larger_ones_that_the_engine_breaks_at_are_stored_to_be_counted() -> None:
    warm()
    answers = together(large("a"), submission(*(task(f"{n}", "r", profit=66) for n in range(200))), engine=breaking)
    for each in answers:
        assert isinstance(each, Settled)
        assert (each.receipt.batch.state, each.iteration) == ("pending", None)
    assert not known[Fleet.objects.get().id].is_proven


@pytest.mark.parametrize("count", [2, 6])
def test_those_who_are_taken_one_by_one_are_answered_within_a_limit(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    warm()
    monkeypatch.setattr(tickets, "TOGETHER", SMALL)
    took: list[float] = []

    def tireless(waiting: Buffer, *, time_limit: float) -> Selection:
        begun, limits = clock.now, Limits()
        while clock.now < begun + time_limit and not limits.stop():
            clock.now += STEP_S
        took.append(clock.now - begun)
        return waiting.select()

    begun = clock.now
    assert len({made.id for made in iterations(together(*map(large, "abcdef"[:count]), engine=tireless))}) == count
    assert clock.now - begun <= LIMIT_S
    assert took == pytest.approx([LIMIT_S / count] * count, abs=OUTSIDE_S + 2 * STEP_S), "each has its share"


def test_who_is_left_in_the_lane_ends_the_iteration_under_way(clock: Clock) -> None:
    mine = replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()))
    taken, left = ticket(TOGETHER), ticket(TOGETHER)
    waiting = mine.locks.lines[FLEET] = lane(taken, left)
    waiting.take(taken)
    time = Time(mine, FLEET)
    time.left_s()
    clock.now += LIMIT_S / 2
    assert not time.is_over()
    clock.now += STEP_S
    assert time.is_over()


def test_nobody_ends_the_iteration_that_serves_all_of_the_lane(clock: Clock) -> None:
    mine = replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()))
    one, other = ticket(SMALL + 1), ticket(1)
    waiting = mine.locks.lines[FLEET] = lane(one, other)
    one.passed = tickets.MOST_PASSED
    assert waiting.take(one) == [one, other]
    time = Time(mine, FLEET)
    time.left_s()
    clock.now += LIMIT_S
    assert not time.is_over()


def test_what_is_refused_has_waited_since_it_came(clock: Clock) -> None:
    one = ticket(1)
    waiting = lane(one)
    group = newcomers.Group(waiting.take(one))
    clock.now += 2
    assert group.waited_s == 0, "nobody kept it waiting"
    waiting.put_back([one])
    assert newcomers.Group(waiting.take(one)).waited_s == 2


def test_an_iteration_without_the_last_batches_does_not_serve_those_who_wait(clock: Clock) -> None:
    buffer(task("a", "camera"))
    buffer(task("b", "camera"))
    fleet_id, waited_s = Fleet.objects.get().id, list[float]()
    mine = replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()))

    def select(waiting: Buffer, *, time_limit: float) -> Selection:
        waited_s.append(mine.locks.waited_s(fleet_id))
        return waiting.select()

    mine.locks.wait(fleet_id)
    clock.now += 1
    for up_to_seq in (1, None):
        iterate(replace(mine, select=select), fleet_id, at=NOW, up_to_seq=up_to_seq)
    assert waited_s == [1, 0]


@pytest.mark.parametrize(("entering", "least_s"), [(MANY, SHORTEST_S), (MANY + 1, LIMIT_S / 8)])
def test_however_long_larger_ones_have_waited_there_is_time_for_prices(
    clock: Clock, entering: int, least_s: float
) -> None:
    mine = replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()))
    waiting = mine.locks.lines[FLEET] = lane(ticket(TOGETHER))
    clock.now += 2 * LIMIT_S
    time = Time(mine, FLEET, waited_s=2 * LIMIT_S)
    assert time.left_s(entering=entering) == least_s
    assert not time.is_over()
    clock.now += least_s / 2
    assert not time.is_over()
    waiting.add(ticket(1))
    assert time.is_over(), "a small one waits for nothing that can wait"


def test_who_waits_in_no_line_waits_for_no_prices(clock: Clock) -> None:
    mine = replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()))
    mine.besides.note(FLEET, LIMIT_S, entering=MANY + 1)
    time = Time(mine, FLEET)
    time.left_s(entering=MANY + 1)
    mine.locks.wait(FLEET)
    clock.now += STEP_S
    assert time.is_over()
