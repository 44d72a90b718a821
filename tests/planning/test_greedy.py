"""However little time there is, a plan earns no less than one by worth, and is certified, with a bound that is true.

Time is counted in looks at the clock, so that these tests say the same on any machine.
"""

from dataclasses import replace
from itertools import count
from random import Random
from time import process_time

import numpy as np
import pytest

from satselect import Assignment, Opportunity, Pass, Plan, PlanBuffer, Resource, Slew, TimedTask, plan
from satselect.engine.limits import Limits
from satselect.engine.plan import planned
from satselect.engine.planning.formulation.expected import Expected
from satselect.engine.planning.formulation.formulate import formulate
from satselect.engine.planning.formulation.greedy import greedy
from satselect.engine.planning.formulation.spots import spots_of
from satselect.engine.planning.problem import STAY, PlanProblem, problem_of
from satselect.engine.planning.solved import Solved
from satselect.engine.planning.solving import _at_least
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.progress import Progress
from satselect.engine.timeline.fitting import fitting
from satselect.engine.warm import get_ready_to_plan
from tests.engine.timelines import random_problem
from tests.planning.simulator import Run, faults
from tests.planning.worlds import Small, at, medium, replayed, small

LOOKS = [0, 2, 6, 20, 60, 200]


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    get_ready_to_plan()


def _limits(looks: int) -> Limits:
    """Those of so many looks at the clock, in which a second passes at each."""
    ticks = count()
    return Limits(deadline=looks, clock=lambda: float(next(ticks)))


def _problem(problem: Small, step: float = 1) -> PlanProblem:
    return problem_of(problem.tasks, **problem.arguments(), stay=STAY, step=step)


def _by_worth(problem: Small) -> float:
    """What a plan earns that takes tasks by worth at the first whole second at which the simulator finds no fault."""
    world = problem.world()
    runs = [problem.run(one) for one in problem.fixed]
    gone = {one.task for one in problem.fixed}
    earned = sum(_worth(one) for one in problem.fixed)
    every = [pair for task in problem.tasks if task not in gone for pair in problem.alternatives(task)]
    for one, worth in sorted(every, key=lambda pair: -pair[1]):
        more: list[Run] = [*runs, problem.run(one)]
        if one.task not in gone and not any(faults(world, more)):
            runs, earned = more, earned + worth
            gone.add(one.task)
    return earned


def _worth(one: Assignment) -> float:
    return one.task.profit if one.opportunity is None or one.opportunity.profit is None else one.opportunity.profit


def _check(problem: Small, found: Plan, least: float) -> None:
    assert found.objective >= least - 1e-9
    assert found.bound >= found.objective
    assert replayed(problem, found) == []


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_earns_less_than_one_by_worth(seed: int) -> None:
    problem = small(seed)
    least, asked = _by_worth(problem), _problem(problem)
    best = plan(problem.tasks, **problem.arguments(), step=1)
    for looks in LOOKS:
        found = planned(asked, _limits(looks))
        _check(problem, found, least)
        assert found.bound >= best.objective - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_nor_does_a_larger_one(seed: int) -> None:
    problem = medium(seed)
    least, asked = _by_worth(problem), _problem(problem)
    for looks in [*LOOKS, 700, 2000]:
        _check(problem, planned(asked, _limits(looks)), least)


@pytest.mark.parametrize("seed", range(24))
def test_nor_does_one_for_which_some_tasks_are_looked_at(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = medium(seed)
    best = plan(problem.tasks, **problem.arguments(), step=1)
    most = [0.6, 0.3, 0.1][seed % 3]
    monkeypatch.setattr(Expected, "fits", lambda _self, _limits, _times, share=1.0: share <= most)
    told = list[Progress]()
    found = planned(_problem(problem), Limits(), told.append)
    assert 0 < found._given.is_seen.mean() <= most or found.objective == found.bound
    _check(problem, found, _by_worth(problem))
    assert found.bound >= best.objective - 1e-9
    # What is told on the way knows of the facts, and of the tasks that were not looked at.
    assert all(one.profit <= found.objective + 1e-9 for one in told)
    assert all(one.bound is None or one.bound >= best.objective - 1e-9 for one in told)


@pytest.mark.parametrize("seed", range(300))
def test_the_plan_at_once_is_that_of_all_candidates_by_worth(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made from arrays, with rows: another program, which has to come to the same."""
    monkeypatch.setattr(greedy, "_FEW", 0)
    asked = _problem(small(seed) if seed % 3 else medium(seed), step=[1, 2, 3][seed % 3])
    asked = replace(asked, kept={}, planned={})
    spots, given = spots_of(asked), formulate(asked)
    found = greedy.greedy_plan(asked, spots, _limits(0))
    columns = fitting(given.form, np.argsort(-given.form.value, kind="stable"))
    there = given.chosen[columns]
    expected = zip(given.candidates.spot[there].tolist(), given.candidates.start[there].tolist(), strict=True)
    assert sorted(zip(found.spot.tolist(), found.start.tolist(), strict=True)) == sorted(expected)


@pytest.mark.parametrize("seed", range(40))
def test_what_was_found_is_no_less_than_all_candidates_by_worth(seed: int) -> None:
    form = random_problem(seed)
    worths = np.array([float(form.units.worth(value)) for value in form.value.tolist()])
    limit = form.units.worth(int(form.value.sum()) + 1)
    nothing = Solved(np.zeros(0, np.int64), limit, Proof.DUALITY, None, None)  # type: ignore[arg-type]
    found = _at_least(form, worths, tuple, nothing, None)
    by_worth = fitting(form, np.argsort(-form.value, kind="stable"))
    assert form.value[found.chosen].sum() >= form.value[by_worth].sum()


def _turning(tasks: int, seed: int) -> tuple[list[TimedTask], dict[str, object]]:
    """Tasks of satellites that turn and share two antennas."""
    random = Random(seed)

    def opportunity() -> Opportunity:
        begin, name = random.uniform(0, 3600), f"sat-{random.randrange(10)}"
        details = {"off_nadir": random.uniform(-30, 30)}
        return Opportunity(name, at(begin), at(begin + random.uniform(100, 300)), details=details)

    found = [
        TimedTask(
            f"task {i}",
            {"camera": 1, "antenna": 1},
            profit=random.randint(1, 100),
            duration=random.randint(10, 60),
            opportunities=[opportunity() for _ in range(random.randint(1, 4))],
        )
        for i in range(tasks)
    ]
    return found, {
        "satellites": {f"sat-{i}": {"camera": Resource(turnaround=2)} for i in range(10)},
        "capacities": {"antenna": 2},
        "transition": {"camera": Slew(1.5, settle=4)},
        "horizon": (at(0), at(4000)),
    }


@pytest.mark.parametrize("limit", [0, 0.05])
def test_turning_satellites_that_share_antennas_plan_within_a_moment(limit: float) -> None:
    tasks, given = _turning(400, 1)
    began = process_time()
    found = plan(tasks, **given, time_limit=limit)  # type: ignore[arg-type]
    assert process_time() - began < limit + 2
    assert found.profit > sum(task.profit for task in tasks) / 3
    buffer = PlanBuffer(given.pop("horizon"), **given)  # type: ignore[arg-type]
    for task in tasks:
        buffer.add(task)
    assert buffer.plan(time_limit=limit).profit >= found.profit * 0.99


def test_what_is_all_planned_at_once_is_the_best_plan() -> None:
    tasks, given = _turning(6, 1)
    found = plan(tasks, **given, time_limit=0)  # type: ignore[arg-type]
    assert found.status == "optimal"
    assert len(found.assignments) == 6


def test_a_fact_that_is_over_has_used_nothing_of_this_horizon() -> None:
    spot = Opportunity("s", at(0), at(9))
    task = TimedTask("now", {"money": 1, "disk": 1}, profit=1, opportunities=[spot])
    over = Assignment(TimedTask("over", {"money": 1, "disk": 1}, profit=2, opportunities=[spot]), "s", at(-20), at(-10))
    capacities = {"money": Resource(1, kind="budget"), "disk": Resource(1, kind="reservoir")}
    horizon = at(0), at(9)
    found = plan([task], satellites={"s": capacities}, fixed=[over], horizon=horizon, time_limit=0)
    assert task in found.tasks


def test_a_pass_delivers_no_more_than_it_drains() -> None:
    spots = [Opportunity("s", at(0), at(2)), Opportunity("s", at(2), at(4))]
    tasks = [
        TimedTask(f"{i}", {"disk": 2}, profit=1, opportunities=[spot], deliver_by=at(9)) for i, spot in enumerate(spots)
    ]
    given = {"satellites": {"s": {"disk": Resource(9, kind="reservoir")}}, "horizon": (at(0), at(9))}
    contacts = [Pass("s", at(5), at(8), "Kiruna", {"disk": 3})]
    assert len(plan(tasks, passes=contacts, time_limit=0, **given).assignments) == 1  # type: ignore[arg-type]


def test_what_is_taken_counts_where_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    long = TimedTask("long", {"camera": 1}, profit=10, opportunities=[Opportunity("s", at(0), at(900))])
    short = [
        TimedTask(f"{i}", {"camera": 1}, profit=9, opportunities=[Opportunity("s", at(9 * i), at(9 * i + 9))])
        for i in range(100)
    ]
    given = problem_of([long, *short], None, {"s": {"camera": 1}}, (), None, (), (), STAY, None, None)
    assert greedy.greedy_plan(given, spots_of(given), _limits(0)).worth.sum() == 900
    monkeypatch.setattr(greedy, "_FEW", 0)
    assert greedy.greedy_plan(given, spots_of(given), _limits(0)).worth.sum() == 10
    assert greedy.greedy_plan(given, spots_of(given), _limits(9)).worth.sum() == 900
