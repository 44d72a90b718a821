"""What a plan is, as its caller sees it. Only what passes the certificate becomes one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.paths.again import Start
from satselect.engine.planning.certify import check_plan
from satselect.engine.planning.explanation import Planned, TimedExplanation, explained
from satselect.engine.planning.formulation.formulate import Formulation
from satselect.engine.planning.model import Assignment, TimedTask
from satselect.engine.planning.solved import Solved
from satselect.engine.planning.times import Horizon
from satselect.engine.problem.errors import UnknownTaskError
from satselect.engine.problem.exact import exact_sum, rounded_up
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.task import Task
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.progress import OnProgress, Progress
from satselect.engine.signals import signals_held


@dataclass(frozen=True, slots=True)
class TimedPrice:
    """What one more unit of a resource would earn from start to end: an estimate, which may be too low."""

    start: datetime
    end: datetime
    price: float


@dataclass(frozen=True, eq=False)
class Plan:
    """Tasks on satellites at times, which fit, with what is proven about them.

    Attributes:
        assignments: by start; those that take the whole horizon first. Facts are among them.
        profit: what they earn, facts too.
        objective: what was maximised: the profit, and a bonus for what stayed where it was.
        bound: no plan has a higher objective, among those that begin at a start that was tried.
        status: `optimal` if proven so, else `feasible`.
        proof: what the bound rests on: `duality`, `search` or `solver`.
        step: between two starts that were tried; None if no other start could earn more.
        horizon: what was planned.
        earned: the objective without facts, exactly.
    """

    assignments: Sequence[Assignment]
    profit: float
    objective: float
    bound: float
    status: Literal["optimal", "feasible"]
    proof: Proof
    step: timedelta | None
    horizon: Horizon
    earned: Fraction = field(repr=False)
    _given: Formulation = field(repr=False)
    _price: Callable[[Limits], Mapping[ResourceKey, Sequence[TimedPrice]]] = field(repr=False)
    _known: Callable[[], Start] | None = field(default=None, repr=False)
    _time_limit: float | None = field(default=None, repr=False)
    _asked: Callable[[Callable[[], TimedExplanation]], TimedExplanation] = field(default=lambda ask: ask(), repr=False)

    @property
    def gap(self) -> float | None:
        """`(bound - objective) / objective`: 0 proves the optimum; None if nothing is earned."""
        if self.status == "optimal":
            return 0.0
        return (self.bound - self.objective) / self.objective if self.objective else None

    @cached_property
    def tasks(self) -> Mapping[Task, Assignment]:
        """The assignment of each planned task."""
        return {one.task: one for one in self.assignments}

    @cached_property
    def buffered(self) -> Sequence[Task]:
        """The tasks that are not planned, in the order given."""
        return [task for task in self._given.problem.tasks if task not in self.tasks]

    @cached_property
    def prices(self) -> Mapping[ResourceKey, Sequence[TimedPrice]]:
        """When one more unit of a resource would earn something, and how much: an estimate, which may be too low.

        By the name of the resource; a satellite's own one by the names of both. Takes as long as planning was given
        at most, and is empty if that was too short.
        """
        with signals_held():
            return self._price(Limits.within(self._time_limit))

    def explain(self, task: Task, *, time_limit: float | None = None) -> TimedExplanation:
        """Why a task is planned or not: which tasks hold what it would need, from when to when; its break-even profit.

        Plans again without the task and with it, all within the time limit, in seconds; by default as many as
        planning was given. What isn't proven by then is None.

        Raises:
            UnknownTaskError: the task was not among those to plan.
        """
        if not isinstance(task, Task) or (task not in self.tasks and task not in self._given.problem.tasks):
            raise UnknownTaskError(task)
        with signals_held():
            seconds = self._time_limit if time_limit is None else time_limit
            most = self.earned if self.status == "optimal" else None
            planned = Planned(self._given, self.tasks, most, self._known)
            return self._asked(lambda: explained(planned, task, Limits.within(seconds)))


def of_all(given: Formulation, on_progress: OnProgress | None) -> OnProgress | None:
    """Tells that of what columns earn, and are proven to, with facts and with tasks that were not looked at."""
    if on_progress is None:
        return None
    facts = _facts(given)

    def told(columns: Progress) -> None:
        bound = columns.bound
        limit = None if bound is None else rounded_up(facts + given.limit(Fraction(bound)))
        on_progress(Progress(float(facts + Fraction(columns.profit)), limit))

    return told


def _facts(given: Formulation) -> Fraction:
    """What facts earn."""
    return exact_sum(given.spots.worth[given.spots.competing :].tolist())


def certified(given: Formulation, solved: Solved) -> Plan:
    """The plan of these columns, if it holds.

    Raises:
        CertificateError: it does not hold.
    """
    problem, chosen = given.problem, given.chosen[solved.chosen]
    facts = _facts(given)
    worths, profits = given.candidates.worth[chosen], given.spots.worth[given.candidates.spot[chosen]]
    earned = exact_sum(worths.tolist())
    plain = earned if np.array_equal(worths, profits) else exact_sum(profits.tolist())  # without what staying adds
    objective, profit = facts + earned, facts + plain
    limit = facts + given.limit(solved.limit)
    assignments = [*problem.fixed, *_assignments(given, chosen)]
    # Before anything is made of it: what doesn't hold never becomes a plan that somebody could act on.
    check_plan(problem, assignments, objective, limit)
    return Plan(
        assignments=sorted(assignments, key=lambda one: (one.start or problem.horizon.start, one.start is not None)),
        profit=float(profit),
        objective=float(objective),
        bound=float(objective) if objective == limit else rounded_up(limit),
        status="optimal" if objective == limit else "feasible",
        proof=solved.proof,
        step=None if given.candidates.is_exact else problem.step,
        horizon=problem.horizon,
        earned=earned,
        _given=given,
        _price=lambda within: _prices(given, solved, within),
        _known=None if solved.is_relaxed else lambda: Start(solved.chosen, *solved.learnt()),
    )


def _assignments(given: Formulation, chosen: Ints) -> Iterator[Assignment]:
    """What these candidates, (chosen,), are to the caller."""
    spots, at = given.spots, given.problem.horizon.at
    found = given.candidates.spot[chosen]
    times = zip(given.candidates.start[chosen].tolist(), given.candidates.end[chosen].tolist(), strict=True)
    who = zip(spots.task[found].tolist(), spots.place[found].tolist(), spots.option[found].tolist(), strict=True)
    for (number, place, option), (start, end) in zip(who, times, strict=True):
        task = spots.tasks[number]
        if isinstance(task, TimedTask):
            opportunity = task.opportunities[option]
            yield Assignment(task, opportunity.satellite, at(start), at(end), opportunity)
        else:
            yield Assignment(task, spots.satellites[place], None, None)


def _prices(given: Formulation, solved: Solved, limits: Limits) -> Mapping[ResourceKey, Sequence[TimedPrice]]:
    try:
        packed, prices = solved.price(limits)
    except OutOfTime:
        return {}
    given = given.listing(solved.listed)
    at, about = given.problem.horizon.at, list(given.rows.about(given.problem.horizon))
    shared = len(about)
    found: dict[ResourceKey, list[TimedPrice]] = {}
    for row, price in enumerate(prices.tolist()):
        # Behind those stand rows that let a task be chosen once: they are about no resource.
        if price > 0 and row < shared + len(packed.line_rows):
            if row < shared:
                key, begin, end = about[row]
            else:
                key = given.lines[packed.line_rows[row - shared]].key
                begin, end = map(at, packed.moments[row - shared].tolist())
            found.setdefault(key, []).append(TimedPrice(begin, end, price))
    return {key: sorted(some, key=lambda one: (one.start, one.end)) for key, some in found.items()}
