"""Why a task has no place in a plan: which tasks hold what, from when to when, and what it would have to be worth."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.paths.again import Start
from satselect.engine.paths.duality import Prices
from satselect.engine.planning.formulation.formulate import Formulation, formulate
from satselect.engine.planning.formulation.reservoirs import LONG, Drains
from satselect.engine.planning.model import Assignment, Opportunity, TimedTask
from satselect.engine.planning.occupied import occupied
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.solving import solve_form, solve_form_again
from satselect.engine.planning.times import length
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import ResourceKey, name_of
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.task import Task
from satselect.engine.problem.units import LIMIT, to_units
from satselect.engine.readiness import is_compiled_to_plan
from satselect.engine.timeline.form import TimelineProblem

Use = tuple[Task, Opportunity | None]
"""A task where it runs."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A resource that a planned task holds, from start to end, where another one would need it."""

    resource: ResourceKey
    start: datetime
    end: datetime
    task: Task


class Planned(NamedTuple):
    """What was planned of what: the assignment of each planned task, and what was earned, without facts.

    `most` is the same if nothing more could be earned, None if that is not known; `known` tells where to start from,
    if that is of use.
    """

    given: Formulation
    tasks: Mapping[Task, Assignment]
    most: Fraction | None
    known: Callable[[], Start] | None


@dataclass(frozen=True, slots=True)
class TimedExplanation:
    """What decided about a task.

    Attributes:
        task: the task that it is about.
        assignment: where and when it is planned; None if it is not.
        displaced_by: who holds what it would need, while one of its opportunities lasts; empty for a planned task.
        break_even: the smallest profit with which a best plan could hold it, exact; None if no plan can, or if an
            optimum was not proven in time. A profit of an opportunity counts as much.
        fits: whether a plan can hold it at all, beside the facts.
    """

    task: Task
    assignment: Assignment | None
    displaced_by: Sequence[Holding]
    break_even: float | None
    fits: bool


def explained(planned: Planned, task: Task, limits: Limits) -> TimedExplanation:
    """Why a task, one of those given, is planned or not."""
    assignment = planned.tasks.get(task)
    if assignment is not None and assignment.is_fixed:
        return TimedExplanation(task, assignment, (), None, fits=True)
    number = planned.given.problem.tasks.index(task)
    planned = _looked_at(planned, limits)
    # A task that nobody had time for has no columns, which says nothing about whether it fits.
    is_seen = bool(planned.given.is_seen[number])
    fits = bool((planned.given.form.task == number).any()) if is_seen else _fits_alone(planned.given.problem, task)
    return TimedExplanation(
        task=task,
        assignment=assignment,
        displaced_by=() if assignment else list(_holders(planned, task)),
        break_even=_break_even(planned, number, limits) if fits and planned.given.is_complete else None,
        fits=fits,
    )


def _looked_at(planned: Planned, limits: Limits) -> Planned:
    """The same plan, of arrays of all tasks if there is time for them now."""
    if planned.given.is_complete or limits.is_over():
        return planned
    return planned._replace(given=formulate(planned.given.problem, limits), known=None)


def _fits_alone(problem: PlanProblem, task: Task) -> bool:
    """Whether a task fits beside the facts."""
    return len(formulate(replace(problem, tasks=[task])).form) > 0


def _holders(planned: Planned, task: Task) -> Iterator[Holding]:
    """The tasks that hold what this one needs while it could run, by time."""
    problem, found = planned.given.problem, []
    uses = _uses_of(planned)  # once, and not for each opportunity
    for satellite, start, end, spot in _places(problem, task):
        for key, amount in (problem.uses(task, satellite) or {}).items():
            supply = problem.supplies[key]
            since, until = _matters(problem, key, uses[key], (start, end, amount))
            for one, _ in uses[key]:
                begin, stop = _times(problem, one)
                if supply.kind == "renewable":
                    back, there = _between(problem, key, (task, spot), (one.task, one.opportunity))
                    over = stop + supply.turnaround + there  # type: ignore[operator]
                    # Of two that begin together one may have no length: neither comparison would see it.
                    is_there = (begin - back < end and start < over) or begin == start
                else:
                    is_there = since <= problem.horizon.last_within(begin) < until
                if is_there:
                    found.append(Holding(key, begin, stop, one.task))
    yield from sorted(dict.fromkeys(found), key=lambda held: (held.start, held.end, str(held.resource)))


def _uses_of(planned: Planned) -> Mapping[ResourceKey, Sequence[tuple[Assignment, int]]]:
    """What is planned on each resource, and how much of it."""
    uses: defaultdict[ResourceKey, list[tuple[Assignment, int]]] = defaultdict(list)
    for one in planned.tasks.values():
        for key, amount in (planned.given.problem.uses(one.task, one.satellite) or {}).items():
            uses[key].append((one, amount))
    return uses


def _times(problem: PlanProblem, one: Assignment) -> tuple[datetime, datetime]:
    return one.start or problem.horizon.start, one.end or problem.horizon.end


def _matters(
    problem: PlanProblem,
    key: ResourceKey,
    uses: Sequence[tuple[Assignment, int]],
    asked: tuple[datetime, datetime, int],
) -> tuple[int, int]:
    """Between which starts others leave less of what is used up to a task that would run then.

    Of a budget that is always; of a reservoir only until all that they bring has left.
    """
    supply, horizon = problem.supplies[key], problem.horizon
    if supply.kind != "reservoir":
        return -LONG, LONG
    spans = [*((*_times(problem, one), amount) for one, amount in uses), asked]
    *writes, mine = [(horizon.last_within(start), horizon.first_within(end), units) for start, end, units in spans]
    return occupied(Drains.of(problem, key), supply.level, writes, mine)


def _between(problem: PlanProblem, key: ResourceKey, one: Use, other: Use) -> tuple[timedelta, timedelta]:
    """How long a resource takes from the one to the other, and back; none where nothing is said of it."""
    transition = problem.transitions.get(name_of(key))
    if transition is None or one[1] is None or other[1] is None:
        return timedelta(0), timedelta(0)
    back, there = transition(*one, *other), transition(*other, *one)  # type: ignore[arg-type]
    return length("transition", back), length("transition", there)


def _places(problem: PlanProblem, task: Task) -> Iterator[tuple[str | None, datetime, datetime, Opportunity | None]]:
    if not isinstance(task, TimedTask):
        places: Sequence[str | None] = [None] if problem.owned is None else list(task.satellites or problem.owned)
        yield from ((satellite, problem.horizon.start, problem.horizon.end, None) for satellite in places)
        return
    for spot in task.opportunities:
        start, end = max(spot.start, problem.horizon.start), min(spot.end, problem.horizon.end)
        if task.window is not None:
            start, end = max(start, task.window[0]), min(end, task.window[1])
        if start <= end:
            yield spot.satellite, start, end, spot


def _break_even(planned: Planned, number: int, limits: Limits) -> float | None:
    """What is earned at best without the task, less what the others can earn beside it at best.

    None as soon as one of these isn't proven: then the other one is not looked for.
    """
    given = planned.given
    worths, its_own, without = given.candidates.worth[given.chosen], given.form.task == number, planned.most
    if given.problem.tasks[number] in planned.tasks:
        without = _best(planned, np.where(its_own, 0.0, worths), limits)
    if without is None:
        return None
    # Worth more than the others earn without it, it is in every best plan, wherever it leaves most to them. Were it
    # worth far more, what is left open would look small beside it.
    most = 2.0 ** math.frexp(float(without) + 1.0)[1]
    beside = _best(planned, np.where(its_own, most, worths), limits, np.flatnonzero(its_own))
    # Taken off as it was counted: a profit is its shortest decimal, which of large powers of two is another number.
    return None if beside is None else float(without - (beside - exact_sum([most])))


def _best(planned: Planned, worths: Floats, limits: Limits, first: Ints | None = None) -> Fraction | None:
    """What the best plan earns if candidates are worth this; None if that isn't proven in time.

    It starts from the plan that there is, unless relaxations are all that it took, with one of the first, (first,),
    which are worth more.
    """
    if limits.is_over():
        return None
    units, form = to_units(worths), planned.given.form
    other = replace(form, value=units.profits, units=units)
    known = planned.known() if planned.known is not None and is_compiled_to_plan() else None
    finer = units.exponent - form.units.exponent
    # Beside the largest profit others are counted in coarse units: without it, its prices may be beyond all integers.
    if known is None or any(int(prices.sum()) * Fraction(10) ** finer > LIMIT for prices in known.prices):
        solved = solve_form(other, worths, limits)
    else:
        solved = solve_form_again(other, worths, limits, _start(known, other, finer, first))
    earned = exact_sum(worths[solved.chosen].tolist())
    # A difference of two optima: an estimate of one of them would be no bound on anything.
    return earned if earned == solved.limit else None


def _start(known: Start, form: TimelineProblem, finer: int, first: Ints | None) -> Start:
    """What is known in units that are finer by so many digits, with one of the first candidates, (first,), besides."""
    tasks, rows = (np.rint(prices * 10.0**finer).astype(np.int64) for prices in known.prices)
    chosen = known.chosen
    if first is not None:
        # Priced below what it is worth here, its candidates on several timelines would all count in the bound.
        tasks[form.task[first]] = form.value[first]
        chosen = np.concatenate((first, chosen))
    return Start(chosen, Prices(tasks, rows), known.is_priced, is_proof_asked=True)
