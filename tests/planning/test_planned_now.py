"""However little time there is, what is planned by now stays as far as it is possible, or gives way to more."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from satselect import Assignment, Opportunity, Plan, PlanBuffer, Slew, TimedTask, plan
from satselect.engine.limits import stopped_by
from satselect.engine.timeline.fitting import fitting
from satselect.engine.warm import get_ready_to_plan
from tests.engine.timelines import fits, random_problem
from tests.planning.simulator import faults
from tests.planning.worlds import Small, at, replayed, small

LIMITS = [0.0, 1e-5, 1e-4, 1e-3]
SEEDS = range(150)


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    get_ready_to_plan()


def _still_possible(problem: Small, known: list[Assignment]) -> float:
    """What the facts earn and what is known, worth most first, as far as it fits by the simulator."""
    runs = [problem.run(one) for one in problem.fixed]
    earned = sum(_worth(one) for one in problem.fixed)
    gone = {one.task for one in problem.fixed}
    left = []
    for one in known:
        if one.task in problem.tasks and one.task not in gone:
            there = [(worth, other) for other, worth in problem.alternatives(one.task) if _is_same(other, one)]
            left += [max(there, key=lambda pair: pair[0])] if there else []
    for worth, one in sorted(left, key=lambda pair: -pair[0]):
        if not any(faults(problem.world(), [*runs, problem.run(one)])):
            runs.append(problem.run(one))
            earned += worth
    return earned


def _is_same(one: Assignment, other: Assignment) -> bool:
    return (one.satellite, one.start, one.end) == (other.satellite, other.start, other.end)


def _worth(one: Assignment) -> float:
    return one.task.profit if one.opportunity is None or one.opportunity.profit is None else one.opportunity.profit


def _two_ways(*spots: Opportunity) -> tuple[list[TimedTask], dict[str, object]]:
    """A task with these opportunities, and another one from 5 to 8."""
    first = TimedTask("x", {"camera": 1}, profit=1, opportunities=spots)
    other = TimedTask("y", {"camera": 1}, profit=4, opportunities=[Opportunity("s", at(5), at(8))])
    return [first, other], {"satellites": {"s": {"camera": 1}}, "horizon": (at(0), at(100))}


LONG, SHORT = Opportunity("s", at(0), at(10), 5), Opportunity("s", at(0), at(3), 2)


@pytest.mark.parametrize("spots", [(LONG, SHORT), (SHORT, LONG)])
@pytest.mark.parametrize("limit", [0, 1e-6])
def test_of_two_opportunities_that_begin_together_the_planned_one_is_planned(
    spots: tuple[Opportunity, ...], limit: float
) -> None:
    tasks, given = _two_ways(*spots)
    known = plan(tasks, **given)  # type: ignore[arg-type]
    assert known.profit == 6
    assert plan(tasks, previous=known.assignments, time_limit=limit, **given).profit == 6  # type: ignore[arg-type]
    kept = PlanBuffer(given["horizon"], satellites=given["satellites"])  # type: ignore[arg-type]
    for task in tasks:
        kept.add(task)
    kept.plan()
    kept.add(TimedTask("z", {"camera": 1}, profit=1, opportunities=[SHORT]))
    assert kept.plan(time_limit=limit).profit == 6


def test_of_two_opportunities_at_the_same_time_the_planned_one_is_planned() -> None:
    near, far = (Opportunity("s", at(0), at(3), worth, {"off_nadir": roll}) for worth, roll in ((2, 0), (5, 40)))
    tasks, given = _two_ways(near, far)
    tasks[1] = TimedTask(
        "y", {"camera": 1}, profit=4, opportunities=[Opportunity("s", at(5), at(8), None, near.details)]
    )
    given["transition"] = {"camera": Slew(1, settle=0)}
    known = plan(tasks, **given)  # type: ignore[arg-type]
    assert known.profit == 6
    assert plan(tasks, previous=known.assignments, time_limit=0, **given).profit == 6  # type: ignore[arg-type]


def test_what_moves_to_a_longer_opportunity_earns_no_bonus() -> None:
    tasks, given = _two_ways(LONG, SHORT)
    known = plan(tasks, **given)  # type: ignore[arg-type]
    found = plan(tasks[:1], previous=known.assignments, **given)  # type: ignore[arg-type]
    assert found.objective == found.profit == 5


def test_what_is_released_stays_where_it_was_fixed() -> None:
    tasks, given = _two_ways(LONG)
    kept = PlanBuffer(given["horizon"], satellites=given["satellites"])  # type: ignore[arg-type]
    kept.add(tasks[0])
    kept.fix(kept.plan().assignments[0])
    kept.plan()
    kept.release(tasks[0])
    assert kept.plan(time_limit=0).profit == 5


def _changed(problem: Small, seed: int) -> Small:
    """The problem with a plan of it as what is planned by now, and then less of something."""
    random = Random(seed)
    kept = [one for one in plan(problem.tasks, **problem.arguments()).assignments if not one.is_fixed]
    changed = replace(problem, previous=kept)
    if kept and random.random() < 0.4:
        fact = replace(random.choice(kept), is_fixed=True)
        changed = replace(changed, fixed=[*problem.fixed, fact])
    if random.random() < 0.3:
        changed = replace(changed, tasks=[task for task in problem.tasks if random.random() < 0.8])
    if random.random() < 0.3 and not problem.fixed:
        changed = replace(changed, passes=[])
    if random.random() < 0.3 and not changed.fixed:
        changed = replace(changed, length=problem.length - 3)
    return changed


def _check(problem: Small, found: Plan, known: list[Assignment]) -> None:
    assert found.objective >= _still_possible(problem, known) - 1e-9
    assert replayed(problem, found) == []
    best = plan(problem.tasks, **problem.arguments())
    assert best.status == "optimal"
    assert found.bound >= best.objective - 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_earns_less_than_what_is_still_possible_of_the_one_before(seed: int) -> None:
    problem = _changed(small(seed), seed)
    limit = LIMITS[seed % len(LIMITS)]
    _check(problem, plan(problem.tasks, **problem.arguments(), time_limit=limit), problem.previous)


@pytest.mark.parametrize("seed", range(60))
def test_nor_does_one_that_is_stopped_before_it_begins(seed: int) -> None:
    problem = _changed(small(seed), seed)
    with stopped_by(lambda: True):
        found = plan(problem.tasks, **problem.arguments())
    _check(problem, found, problem.previous)


@pytest.mark.parametrize("seed", range(100))
def test_nor_does_that_of_a_buffer_than_its_last_one(seed: int) -> None:
    random, problem = Random(seed), replace(small(seed), fixed=[], previous=[])
    waiting, problem.tasks = problem.tasks[:2], problem.tasks[2:]
    arguments = problem.arguments()
    buffer = PlanBuffer(arguments.pop("horizon"), **arguments)
    for task in problem.tasks:
        buffer.add(task)
    last = list(buffer.plan().assignments)
    if random.random() < 0.5:
        buffer.prefer(last)
        problem = replace(problem, previous=last)
    for task in waiting:
        buffer.add(task)
    problem = replace(problem, tasks=[*problem.tasks, *waiting])
    if last and random.random() < 0.5:
        buffer.fix(last[0])
        problem = replace(problem, fixed=[replace(last[0], is_fixed=True)])
    _check(problem, buffer.plan(time_limit=LIMITS[seed % len(LIMITS)]), last)


@pytest.mark.parametrize("seed", range(120))
def test_what_fits_is_what_fits_one_after_the_other(seed: int) -> None:
    problem = random_problem(seed)
    order = np.random.default_rng(seed).permutation(len(problem))
    expected: list[int] = []
    for k in order.tolist():
        if fits(problem, [*expected, k]):
            expected.append(k)
    assert fitting(problem, order).tolist() == sorted(expected)
    assert fitting(problem, np.concatenate((order[:3], order))).tolist() == sorted(expected), "some are told twice"
