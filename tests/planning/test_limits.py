"""A time limit holds for all of planning, in processor time: whatever step it meets, and with a bound that is true."""

from time import process_time

import numpy as np
import pytest

from benchmarks.plan_kept import as_tasks
from benchmarks.plan_problems import agile, budget, mixed, passes, reservoir, strips
from satselect import Opportunity, Task, TimedTask, plan
from satselect.engine.limits import Limits
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.planning.solving import solve_form
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.warm import get_ready_to_plan
from tests.planning.worlds import at

SOON, GRACE = 0.15, 0.85  # seconds of a processor: the limit, and what the last steps may take beyond it
PROBLEMS = {
    "passes": lambda: passes(40, 10, 3, 1, is_full=False),
    "strips": lambda: strips(400, 2, 1),
    "agile": lambda: agile(60, 1, 1),
    "budget": lambda: budget(60, 10, 1, 1),
    "reservoir": lambda: reservoir(400, 8, 1),
    "mixed": lambda: mixed(40, 10, 1, 1),
}


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    get_ready_to_plan()


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_form_is_solved_within_the_limit(name: str) -> None:
    form = PROBLEMS[name]()
    worths = np.array([float(form.units.worth(value)) for value in form.value.tolist()])
    began = process_time()
    solved = solve_form(form, worths, Limits.within(SOON))
    assert process_time() - began < SOON + GRACE
    assert 0 <= check_chosen(form, solved.chosen) <= solved.limit / form.units.worth(1) <= _most(form)


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != "agile"])  # has no tasks with its transitions
def test_a_plan_is_made_within_the_limit(name: str) -> None:
    tasks, world = as_tasks(PROBLEMS[name]())
    began = process_time()
    found = plan(tasks, **world, time_limit=SOON)
    assert process_time() - began < SOON + GRACE
    assert (
        0 <= found.objective <= found.bound
    )  # the limit is by the clock: a busy machine may do nothing by then <= sum(_worth(task) for task in tasks)


def test_tasks_that_nobody_had_time_for_count_in_the_bound() -> None:
    """With no time at all the bound is what everything earns together, and an explanation promises nothing."""
    tasks, world = as_tasks(passes(6, 2, 1, 1, is_full=False))
    found = plan(tasks, **world, time_limit=0)
    assert found.status == "feasible"
    assert found.bound == sum(_worth(task) for task in tasks) >= plan(tasks, **world).objective
    told = found.explain(tasks[-1])
    assert told.fits
    assert told.break_even is None
    assert found.prices == {}


def test_what_was_planned_at_once_is_explained_in_the_time_that_explaining_has() -> None:
    chance = [Opportunity("sat", at(0), at(200))]
    tasks = [TimedTask(str(i), ["camera"], profit=1, duration=20, opportunities=chance) for i in range(5)]
    found = plan(tasks, satellites={"sat": {"camera": 1}}, time_limit=0)
    assert found.status == "optimal"
    assert found.explain(tasks[0]).break_even is None
    assert found.explain(tasks[0], time_limit=60).break_even == 0


def test_an_explanation_ends_within_the_limit() -> None:
    tasks, world = as_tasks(PROBLEMS["reservoir"]())
    found = plan(tasks, **world, time_limit=SOON)
    began = process_time()
    found.explain(found.buffered[0], time_limit=SOON)
    assert process_time() - began < SOON + GRACE


def _most(form: TimelineProblem) -> int:
    """What all tasks earn together if each runs where it earns most."""
    return sum(int(form.value[form.task == number].max()) for number in np.unique(form.task))


def _worth(task: Task) -> float:
    spots = task.opportunities if isinstance(task, TimedTask) else ()
    return max([task.profit, *(spot.profit for spot in spots if spot.profit is not None)])
