"""Stretches of passes that are no rows: plans earn what they earn with all of them as rows, and pass none."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from highspy import HighsModelStatus

from satselect import InvalidArgumentError, Opportunity, Pass, Plan, PlanBuffer, Resource, TimedTask, plan
from satselect.engine.limits import Limits
from satselect.engine.planning import solving, stretched
from satselect.engine.planning.formulation import sharing
from satselect.engine.planning.formulation.formulate import formulate
from satselect.engine.planning.formulation.reservoirs import Drains, PassStretches, Uses
from satselect.engine.planning.problem import problem_of
from satselect.engine.planning.solved import Solved
from satselect.engine.relaxation.highs import Model
from satselect.engine.relaxation.stretches import holding
from satselect.engine.timeline.stretches import UNBOUNDED, Filling, Stretches
from satselect.engine.warm import get_ready_to_plan
from tests.planning.brute import best
from tests.planning.worlds import Small, at, medium, replayed, small

PASSES, NO_ROWS, ALL_ROWS = 20, 0, 10**9


@pytest.fixture(scope="module")
def _ready() -> None:
    get_ready_to_plan()


@pytest.fixture(autouse=True)
def _few(_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stretch is a row before it matters."""
    monkeypatch.setattr(sharing, "MEMBERS", NO_ROWS)


def week(seed: int, count: int = 60, disk: int = 6) -> Small:
    """One satellite that has twice as much to do as its passes bring down, some of it due."""
    random = Random(seed)
    passes = [Pass("sat-0", at(100 * k + 60), at(100 * k + 90), "Kiruna", {"disk": 4}) for k in range(PASSES)]
    tasks = []
    for number in range(count):
        spots = []
        for _ in range(random.randint(1, 2)):
            begin = random.randint(0, 100 * PASSES - 30)
            spots.append(Opportunity("sat-0", at(begin), at(begin + random.randint(3, 9))))
        due = at(random.randint(800, 100 * PASSES)) if random.random() < 0.3 else None
        uses = {"camera": 1, "disk": random.randint(1, 4)}
        tasks.append(
            TimedTask(f"{number}", uses, profit=random.randint(1, 20), opportunities=spots, duration=3, deliver_by=due)
        )
    owned = {"camera": Resource(1), "disk": Resource(disk, kind="reservoir", level=disk // 2)}
    return Small([*tasks], {}, {"sat-0": owned}, passes, 100 * PASSES)


def _planned(problem: Small, **more: object) -> Plan:
    found = plan(problem.tasks, **(problem.arguments() | more))
    assert replayed(problem, found) == []
    assert found.objective <= found.bound
    return found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("is_found_by_plans", [False, True])
def test_small_plans_earn_what_trying_everything_earns(
    seed: int, is_found_by_plans: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_found_by_plans:
        monkeypatch.setattr(stretched, "holding", lambda *_: [])
    found = _planned(small(seed))
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best(small(seed)))


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("make", [medium, week])
def test_larger_plans_earn_what_they_earn_with_all_rows(
    seed: int, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = make(seed)  # type: ignore[operator]
    monkeypatch.setattr(sharing, "MEMBERS", ALL_ROWS)
    expected = _planned(problem)
    monkeypatch.setattr(sharing, "MEMBERS", NO_ROWS)
    found = _planned(problem)
    assert (found.status, found.objective) == ("optimal", expected.objective)


@pytest.mark.parametrize("seed", [0, 3])
def test_few_of_the_stretches_become_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    solved = list[Solved]()

    def watched(*arguments: object, **more: object) -> Solved:
        solved.append(stretched.solve_stretched(*arguments, **more))  # type: ignore[arg-type]
        return solved[-1]

    monkeypatch.setattr(solving, "solve_stretched", watched)
    assert _planned(week(seed)).status == "optimal"
    assert 0 < len(solved[0].listed) <= 3 * PASSES < PASSES * (PASSES + 1) / 2


@pytest.mark.parametrize("time_limit", [0.0, 0.02, 0.1, 0.5])
def test_however_little_time_there_is_no_less_is_earned_than_by_worth(
    time_limit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        at_once = _planned(week(seed), time_limit=0)
        found = _planned(week(seed), time_limit=time_limit)
        assert found.objective >= at_once.objective
        # Without any relaxation plans pass stretches, and what fits of them counts.
        monkeypatch.setattr(stretched, "holding", lambda *_: [])
        assert _planned(week(seed), time_limit=time_limit).objective >= at_once.objective
        monkeypatch.setattr(stretched, "holding", holding)


def test_what_is_told_on_the_way_can_be_flown() -> None:
    told = list[tuple[float, float]]()
    found = _planned(week(3), on_progress=lambda one: told.append((one.profit, one.bound)))
    assert told
    assert max(profit for profit, _ in told) <= found.objective <= min(bound for _, bound in told)


@pytest.mark.parametrize("seed", [0])
def test_break_even_counts_all_stretches(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = week(seed, 24, disk=4)
    found = _planned(problem)
    told = [found.explain(task).break_even for task in problem.tasks[:8]]
    assert all(prices for prices in found.prices.values())
    monkeypatch.setattr(sharing, "MEMBERS", ALL_ROWS)
    again = _planned(problem)
    assert told == [again.explain(task).break_even for task in problem.tasks[:8]]


def test_whoever_is_asked_to_stop_looks_no_further_for_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = list[Limits]()
    run = Model.run

    def counted(model: Model, limits: Limits) -> HighsModelStatus:
        runs.append(limits)
        return run(model, limits)

    monkeypatch.setattr(Model, "run", counted)
    problem = week(0)
    asked = problem_of(problem.tasks, **(problem.arguments() | {"stay": 0.0, "step": None}))
    form = formulate(asked).form
    assert holding(form, Limits())
    assert len(runs) > 1
    runs.clear()
    holding(form, Limits(stop=lambda: bool(runs)))
    assert len(runs) == 1


def test_a_kept_plan_earns_what_a_fresh_one_earns() -> None:
    problem = week(3)
    buffer = PlanBuffer(satellites=problem.satellites, passes=problem.passes, horizon=(at(0), at(problem.length)))
    for task in problem.tasks[:40]:
        buffer.add(task)
    first = buffer.plan()
    for task in problem.tasks[40:]:
        buffer.add(task)
    assert first.status == "optimal"
    assert buffer.plan().objective == _planned(problem).objective


def test_facts_leave_others_less_of_every_stretch_they_are_in() -> None:
    problem = week(2)
    first = _planned(problem)
    fixed = [replace(one, is_fixed=True) for one in first.assignments[::2]]
    found = _planned(replace(problem, fixed=fixed))
    assert found.objective == first.objective
    # A fact whose task would pass a stretch beside the others is refused, as it is where stretches are rows.
    full = [
        TimedTask(f"f{k}", {"disk": 3}, profit=1, opportunities=[Opportunity("sat-0", at(1), at(4))]) for k in (1, 2)
    ]
    facts = [one for task in full for one in plan([task], **problem.arguments()).assignments]
    with pytest.raises(InvalidArgumentError, match="within its 3 units"):
        plan(full, **(problem.arguments() | {"fixed": facts}))


def _random_stretches(seed: int) -> tuple[PassStretches, Drains, Uses]:
    rng = np.random.default_rng(seed)
    passes, count = int(rng.integers(0, 6)), int(rng.integers(1, 12))
    starts = np.sort(rng.integers(0, 60, passes))
    drains = Drains(
        starts, np.maximum.accumulate(starts + rng.integers(1, 9, passes)), rng.integers(1, 5, passes), True
    )
    begin = rng.integers(-3, 60, count)
    uses = Uses(np.arange(count), rng.integers(1, 4, count), begin, begin + rng.integers(0, 25, count))
    return PassStretches.levels("disk", drains, uses, 5, 2), drains, uses


@pytest.mark.parametrize("seed", range(25))
def test_who_counts_in_a_stretch_is_who_starts_before_its_end_and_ends_after_its_beginning(seed: int) -> None:
    some, drains, uses = _random_stretches(seed)
    sums, shares = some.sums, np.random.default_rng(seed).random(len(uses.who)) < 0.5
    begins, stops = [-UNBOUNDED, *drains.start.tolist()], [*drains.end.tolist(), UNBOUNDED]
    for j, begin in enumerate(begins):
        for k, stop in enumerate(stops[j:], j):
            inside = (uses.start < stop) & (uses.end > begin)
            room = 5 + int(drains.units[j:k].sum()) - (2 if j == 0 else 0)
            assert sums.room[j, k] == room
            assert int(sums.sums(shares)[j, k]) == int(uses.amount[inside & shares].sum())


@pytest.mark.parametrize("seed", range(25))
def test_stretches_that_tell_say_what_all_of_them_say(seed: int) -> None:
    sums = _random_stretches(seed)[0].sums
    random, telling = np.random.default_rng(seed), sums.telling()
    for _ in range(40):
        shares = random.random(len(sums.amounts)) < random.random()
        is_passed = bool(sums.passed(shares))
        assert is_passed == any(sums.amounts[sums.within(one) & shares].sum() > sums.room[one] for one in telling)


@pytest.mark.parametrize("seed", range(25))
def test_what_fits_beside_what_was_taken_passes_no_stretch(seed: int) -> None:
    sums = _random_stretches(seed)[0].sums
    if (sums.room < 0).any():
        return
    filling, taken = Filling([sums]), np.zeros(len(sums.amounts), np.bool_)
    for k in np.random.default_rng(seed).permutation(len(taken)).tolist():
        taken[k] = True
        fits = not sums.passed(taken)
        assert fits == filling.fits(k) == bool(filling.fitting(np.array([k]))[0])
        if fits:
            filling.take(k)
        taken[k] = fits


def test_nothing_is_passed_where_there_are_no_stretches() -> None:
    none = np.zeros(0, np.int64)
    assert Stretches(none, none, none, none, np.zeros((0, 0), np.int64)).passed(np.zeros(0, np.bool_)) == []
