"""The front door of planning: which tasks run where and when, and the proof that no plan earns more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from satselect.engine.first_time import compiled_if_needed, planned_within
from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.formulate import formulate
from satselect.engine.planning.model import Assignment, Pass, Resource
from satselect.engine.planning.outcome import Plan, certified, of_all
from satselect.engine.planning.problem import STAY, PlanProblem, Transition, problem_of
from satselect.engine.planning.solving import solve_form
from satselect.engine.problem import validation
from satselect.engine.problem.task import Task

if TYPE_CHECKING:
    from satselect.engine.result.progress import OnProgress


def plan(
    tasks: Iterable[Task],
    *,
    capacities: Mapping[str, int | Resource] | None = None,
    satellites: Mapping[str, Mapping[str, int | Resource]] | None = None,
    passes: Iterable[Pass] = (),
    horizon: tuple[datetime, datetime] | None = None,
    fixed: Iterable[Assignment] = (),
    previous: Iterable[Assignment] = (),
    stay: float = STAY,
    step: float | timedelta | None = None,
    transition: Mapping[str, Transition] | None = None,
    time_limit: float | None = None,
    on_progress: "OnProgress | None" = None,
) -> Plan:
    """The plan of these tasks that earns most, each inside one of its opportunities, no resource above its capacity.

    Args:
        tasks: what competes, oldest first: `TimedTask`, and `Task` for what takes a satellite's resources all the time.
        capacities: resources where there isn't 1; with satellites what they share. `Resource` says more than units.
        satellites: the resources that each satellite owns, by name.
        passes: contacts, which drain reservoirs and deliver; one inside another counts with the times of that one.
        horizon: from when to when is planned, both aware; by default whatever has a time.
        fixed: facts: they take their intervals, whatever they are worth.
        previous: an earlier plan: what stays as it was earns a bonus, and no less is earned than what still fits of it.
        stay: that bonus, as a share of the profit.
        step: between two starts that are tried in an opportunity longer than the task, in seconds; 10 by default.
        transition: by the name of a resource of one unit, seconds from the end of a task in its opportunity to the
            start of another in its own; a function of those four, `Slew` or `Modes`.
        time_limit: seconds after which the best plan found so far is good enough; None runs to proof. However few
            they are, no less is earned than by taking tasks by worth, each at the first start at which it fits. Where
            even formulating takes longer, tasks that were not looked at count with all they could earn in the bound.
        on_progress: told what the best plan so far earns and what is proven, when that changes.

    Raises:
        InvalidProblemError: of one of its kinds, naming the field that is wrong, and its value.
    """
    began = monotonic()
    problem = problem_of(tasks, capacities, satellites, passes, horizon, fixed, previous, stay, step, transition)
    validation.seconds("time_limit", time_limit)
    validation.function("on_progress", on_progress)
    # The limit is from the call on: what reading took is gone from it.
    taken = monotonic() - began
    found = planned_within(
        lambda limits: planned(problem, limits.less(taken), on_progress), time_limit, count=len(problem.tasks)
    )
    return replace(found, _time_limit=time_limit, _asked=compiled_if_needed)


def planned(problem: PlanProblem, limits: Limits, on_progress: "OnProgress | None" = None) -> Plan:
    """The plan of a problem that is known to be right."""
    given = formulate(problem, limits)  # where and when; intervals become cliques, sums become rows
    worths = given.candidates.worth[given.chosen]
    is_start = not given.is_complete  # then there is a plan at once
    told = of_all(given, on_progress)
    solved = solve_form(given.form, worths, limits, told, given.planned_now, is_start=is_start)  # search, proof
    return certified(given, solved)  # played through, without any row
