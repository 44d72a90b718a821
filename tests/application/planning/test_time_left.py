"""How long an iteration may select is counted from when the first of those asked whom it serves."""

from dataclasses import replace

import pytest

from satselect.application.planning import fleet_locks, time_left
from satselect.application.planning.besides import KEPT, PER_TASK_S, TIMES, Besides, Part
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.planning.planner import SHORTEST_S, Planner
from satselect.application.planning.time_left import OUTSIDE_S, Time
from satselect.application.shutdown import Shutdown
from tests.planners import planner

FLEET, LIMIT_S = 7, 1.0


class Clock:
    """One that goes as fast as a test wants it to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time_left, "monotonic", clock)
    monkeypatch.setattr(fleet_locks, "monotonic", clock)
    return clock


@pytest.fixture
def mine() -> Planner:
    return replace(planner(LIMIT_S), locks=FleetLocks(Shutdown()), besides=Besides())


def test_what_the_last_ones_took_and_reading_takes_is_taken_off(clock: Clock, mine: Planner) -> None:
    assert Time(mine, FLEET).left_s() == pytest.approx(LIMIT_S - OUTSIDE_S)
    mine.besides.note(FLEET, 0.1)
    mine.besides.note(FLEET, 0.05, part=Part.ANSWERING)
    time = Time(mine, FLEET)
    clock.now += 0.15
    assert time.left_s(has_small=True) == pytest.approx(0.55 - OUTSIDE_S)
    assert time.left_s(entering=900, has_small=True) == pytest.approx(0.55 - OUTSIDE_S - TIMES * 900 * PER_TASK_S)
    assert time.left_s(entering=2500, has_small=True) == pytest.approx(0.85 - OUTSIDE_S - TIMES * 2500 * PER_TASK_S), (
        "none known"
    )
    clock.now += 0.5
    assert time.left_s(entering=20_000, has_small=True) == LIMIT_S / 8
    assert time.left_s(entering=20_000) == LIMIT_S / 2, "nobody small waits"
    assert Time(mine, FLEET + 1).left_s() == pytest.approx(LIMIT_S - OUTSIDE_S), "another fleet"


def test_who_waited_has_that_much_less(clock: Clock, mine: Planner) -> None:
    mine.locks.wait(FLEET)
    clock.now += 0.6
    time = Time(mine, FLEET)
    assert mine.locks.waited_s(FLEET) == 0, "they are served"
    clock.now += 0.1
    assert time.left_s() == pytest.approx(0.3 - OUTSIDE_S)
    clock.now += 0.5
    assert time.left_s() == SHORTEST_S


def test_it_is_over_when_somebody_else_waited_for_half_of_the_limit_less_what_follows(
    clock: Clock, mine: Planner
) -> None:
    mine.besides.note(FLEET, 0.125)
    time = Time(mine, FLEET)
    time.left_s()
    mine.locks.wait(FLEET)
    clock.now += 0.25
    assert not time.is_over()
    clock.now += 0.0625
    assert time.is_over()


def test_what_follows_is_never_taken_for_more_than_three_quarters(clock: Clock, mine: Planner) -> None:
    mine.besides.note(FLEET, 0.25)
    assert Time(mine, FLEET).left_s(has_small=True) == pytest.approx(LIMIT_S - OUTSIDE_S - 0.5), "twice what it took"
    mine.besides.note(FLEET, 9 * LIMIT_S)
    assert Time(mine, FLEET).left_s(has_small=True) == pytest.approx(LIMIT_S / 4 - OUTSIDE_S)


@pytest.mark.parametrize("limit_s", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("entering", [0, 10_000])
def test_it_is_not_over_while_nobody_waits(clock: Clock, mine: Planner, limit_s: float, entering: int) -> None:
    mine = replace(mine, time_limit_s=limit_s)
    mine.besides.note(FLEET, 3 * limit_s, entering=entering)
    time = Time(mine, FLEET)
    assert time.left_s(entering=entering) == pytest.approx(limit_s / 2), "half is left where nobody waits"
    clock.now += limit_s / 4
    assert not time.is_over()
    mine.locks.wait(FLEET)
    clock.now += limit_s / 100
    assert time.is_over(), "somebody waits for what takes longer than half of the limit"


def test_a_small_batch_after_a_large_one_selects_as_if_there_had_been_none(clock: Clock, mine: Planner) -> None:
    mine.besides.note(FLEET, 5.0, entering=10_000)
    mine.besides.note(FLEET, 2.0, entering=10_000, part=Part.ANSWERING)
    time = Time(mine, FLEET)
    assert time.left_s(entering=5, has_small=True) == pytest.approx(LIMIT_S - OUTSIDE_S, abs=1e-3)
    assert time.left_s(entering=10_000) == LIMIT_S / 2


def test_a_process_that_ends_is_over(mine: Planner) -> None:
    time = Time(mine, FLEET)
    time.left_s()
    assert not time.is_over()
    mine.locks.shutdown.begin()
    assert time.is_over()


@pytest.mark.parametrize(
    ("selecting_s", "waiting_s", "noted_s"),
    [
        (0.25, None, 0.125),  # proven early: recording
        (1.5, None, 0.625 + OUTSIDE_S),  # half a second late
        (0.75, 0.125, 0.25),  # somebody waited for long enough from 0.625 on, which was found then
    ],
)
def test_what_passed_after_it_was_over_is_noted(
    clock: Clock, mine: Planner, selecting_s: float, waiting_s: float | None, noted_s: float
) -> None:
    time, begun = Time(mine, FLEET), clock.now
    time.left_s()
    if waiting_s is not None:
        clock.now = begun + waiting_s
        mine.locks.wait(FLEET)
        clock.now = begun + 0.625 + 1e-9
        assert time.is_over()
    clock.now = begun + selecting_s
    time.selected()
    clock.now += 0.125
    time.recorded()
    assert mine.besides.expected_s(FLEET) == pytest.approx(TIMES * noted_s, abs=1e-6)


def test_the_longest_is_forgotten_little_by_little() -> None:
    besides = Besides()
    besides.note(FLEET, 1.0)
    for times in range(1, 4):
        besides.note(FLEET, 0.25)
        assert besides.expected_s(FLEET) == pytest.approx(TIMES * KEPT**times)
    besides.note(FLEET, 0.75)
    assert besides.expected_s(FLEET) == TIMES * 0.75
    besides.clear()
    assert besides.expected_s(FLEET) == 0


def test_what_a_slow_machine_needs_for_large_ones_is_expected_of_the_next_ones() -> None:
    besides = Besides()
    besides.note(FLEET, 2000 * PER_TASK_S + 0.25, entering=2000)
    assert besides.expected_s(FLEET) == 0, "of others nothing is known"
    assert besides.expected_s(FLEET, entering=5000) == pytest.approx(TIMES * (0.25 + 5000 * PER_TASK_S))
    besides.note(FLEET, 0.0, entering=2000)
    expected_s = TIMES * (0.25 * KEPT + 2000 * PER_TASK_S)
    assert besides.expected_s(FLEET, entering=2000) == pytest.approx(expected_s), "faster than expected is no credit"
