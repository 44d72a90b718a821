"""Plans beside those of referees: trying everything, and a simulator that replays them."""

from dataclasses import replace

import pytest

from satselect import TimedTask, plan
from satselect.engine.limits import Limits
from satselect.engine.paths import relaxed
from satselect.engine.paths.budgets import solve
from satselect.engine.paths.budgets.solve import solve_within
from satselect.engine.planning import solving
from satselect.engine.planning.formulation import candidates
from satselect.engine.problem.rows import Floats
from satselect.engine.timeline.form import TimelineProblem
from tests.planning.brute import best
from tests.planning.worlds import Small, replayed, small

_SEEDS = range(100)


def _check(problem: Small, step: float | None = None) -> None:
    found = plan(problem.tasks, step=step, **problem.arguments())
    assert found.status == "optimal"
    assert found.objective == found.bound == pytest.approx(best(problem))
    assert replayed(problem, found) == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_small_plans_earn_what_trying_everything_earns(seed: int) -> None:
    _check(small(seed))


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_grid_that_holds_every_start_earns_as_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_FEW_SPOTS", 0)
    _check(small(seed), step=1)


@pytest.mark.parametrize("seed", range(25))
def test_plans_along_timelines_earn_as_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_PACKED", -1)
    monkeypatch.setattr(solving, "_PACKED_IF_SETUPS", -1)
    _check(small(seed))


def test_plans_whose_paths_keep_budgets_earn_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turnarounds, instants, what is fixed and what earns more where it stays among them."""
    entered = kept = facts = 0

    def watched(*args: object) -> object:
        nonlocal entered, kept, facts
        found = solve_within(*args)  # type: ignore[arg-type]
        entered += found is not None
        kept += found is not None and bool(problem.previous)
        facts += found is not None and bool(problem.fixed)
        return found

    monkeypatch.setattr(relaxed, "solve_within", watched)
    monkeypatch.setattr(solve, "_are_worth_it", lambda owned: len(owned) > 0)
    monkeypatch.setattr(solving, "_relaxed_first", _within_budgets)
    for seed in range(1000, 1160):
        problem = small(seed)
        timed = [_on_camera(task) for task in problem.tasks if isinstance(task, TimedTask)]
        given = {task.name: task for task in timed}
        stayed = [replace(one, task=given[one.task.name]) for one in problem.previous if one.task.name in given]
        problem = replace(problem, tasks=[*timed], turns=False, previous=stayed)
        if timed:
            _check(problem)
    assert entered > 20
    assert min(kept, facts) > 3


def _on_camera(task: TimedTask) -> TimedTask:
    """The same task, on a timeline whatever else it uses."""
    return TimedTask(
        task.name,
        {**task.resources, "camera": 1},
        profit=task.profit,
        opportunities=task.opportunities,
        duration=task.duration,
        window=task.window,
        deliver_by=task.deliver_by,
    )


def _within_budgets(form: TimelineProblem, worths: Floats, limits: Limits) -> relaxed.Relaxed | None:
    """What paths within budgets say right after the relaxation."""
    found = relaxed.relaxed(form, worths, limits)
    return found and found._with(found._within_budgets(found._tight_answer(), limits))
