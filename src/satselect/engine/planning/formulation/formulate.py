"""A plan as arrays: which candidates there are, what timelines they are on, and what rows they share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.planning.formulation.candidates import Candidates, candidates_of, with_bonus
from satselect.engine.planning.formulation.facts import Row, without_facts
from satselect.engine.planning.formulation.reservoirs import LONG, Drains, delivery_rows, level_rows
from satselect.engine.planning.formulation.setups import check_transitive, setups_of
from satselect.engine.planning.formulation.spots import Spots, spots_of
from satselect.engine.planning.formulation.users import Users, is_implied, timelines, users_of
from satselect.engine.planning.model import TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.task import Task
from satselect.engine.problem.units import to_units
from satselect.engine.timeline.cliques import interval_rows, pair_rows
from satselect.engine.timeline.fitting import fitting
from satselect.engine.timeline.form import SharedRows, TimelineProblem

_SHARE = 0.6  # of the time left, for rows and candidates (decision 0129)
_FEWER = 4  # times fewer tasks, where that was too short


@dataclass(frozen=True, slots=True)
class Formulation:
    """A problem with its arrays.

    Attributes:
        problem: what was asked.
        spots: where tasks may run.
        candidates: at which times, facts behind.
        chosen: the candidate of each column of the form, (columns,).
        form: the columns.
        rows: what each shared row of the form is about; members are candidates.
        lines: the users of each timeline of the form.
        unseen: what the tasks earn at most that there was no time to look at, but where they are planned by now.
    """

    problem: PlanProblem
    spots: Spots
    candidates: Candidates
    chosen: Ints
    form: TimelineProblem
    rows: Sequence[Row]
    lines: Sequence[Users]
    unseen: Fraction

    @property
    def seen(self) -> int:
        """How many of the tasks were looked at, the first ones."""
        return self.spots.seen

    @property
    def is_complete(self) -> bool:
        """Whether all tasks were looked at."""
        return self.seen == len(self.problem.tasks)

    def limit(self, found: Fraction) -> Fraction:
        """What no plan earns besides the facts, where none of what was looked at earns more than was found."""
        if self.is_complete:
            return found
        # What is planned by now was looked at although its task counts as unseen, so the sum may count it twice.
        return min(found + self.unseen, exact_sum(_most_of(self.problem, task) for task in self.problem.tasks))

    def planned_now(self) -> list[Ints]:
        """The columns of what is planned by now, and of what earns a bonus, as far as each fits together: (chosen,)."""
        problem = self.problem
        starts = [self.spots.planned, self.spots.stay]
        if problem.planned is problem.kept:  # the same plan twice: a fresh plan knows only one
            starts = starts[:1] if problem.kept else []
        if not starts:
            return []
        spot, start = self.candidates.spot[self.chosen], self.candidates.start[self.chosen]
        by_worth = np.argsort(-self.candidates.worth[self.chosen], kind="stable")
        return [fitting(self.form, by_worth[(start == at[spot])[by_worth]]) for at in starts]


def formulate(problem: PlanProblem, limits: Limits | None = None) -> Formulation:
    """The arrays of a problem, with as many of its tasks as there is time for.

    Raises:
        InvalidArgumentError: a transition breaks the triangle inequality, passes lie inside each other, or facts
            can't be true together.
    """
    limits = limits or Limits()
    spots = spots_of(problem, limits, len(problem.tasks))
    while spots.seen:
        try:
            return _formulated(problem, spots, limits.share(_SHARE))
        except OutOfTime:
            # Read anew: of tasks that are no longer looked at there are spots only where they are planned by now.
            spots = spots_of(problem, limits, spots.seen // _FEWER)
    return _formulated(problem, spots, Limits.of_the_least())  # the facts, and what is planned by now


def _formulated(problem: PlanProblem, spots: Spots, limits: Limits) -> Formulation:
    setups = setups_of(problem, spots, limits)
    candidates = candidates_of(problem, spots, setups, limits)
    users = users_of(problem, spots, candidates, setups)
    for some in users:
        if some.setup is not None:
            name = some.key if isinstance(some.key, str) else some.key[1]
            check_transitive(name, spots, some.setup, candidates.spot[some.who], some.start, some.end, limits)
    line, lines = timelines(users, len(candidates))
    due = _due(problem, spots, candidates)
    all_rows = [
        *(row for some in users for row in _rows(problem, spots, candidates, due, some, line, lines, limits)),
        # Rows of reservoirs say this only where a task uses one that delivers.
        *_undelivered(problem, spots, candidates, due),
    ]
    keep, rows = without_facts(spots, candidates, lines, _merged(all_rows), limits)
    chosen = np.flatnonzero(keep)
    form = _form(spots, candidates, chosen, line, lines, rows)
    unseen = exact_sum(_most_of(problem, task) for task in problem.tasks[spots.seen :])
    return Formulation(problem, spots, candidates, chosen, form, rows, lines, unseen)


def _most_of(problem: PlanProblem, task: Task) -> float:
    """What a task earns at most, wherever it runs."""
    most = task.profit
    if isinstance(task, TimedTask):
        most = max((task.profit if one.profit is None else one.profit for one in task.opportunities), default=0)
    return with_bonus(most, problem.stay) if task in problem.kept else most


def _rows_of_line(some: Users, limits: Limits) -> Iterator[Row]:
    """The rows that say what a timeline says, or any renewable resource."""
    if some.setup is None:
        numbers = np.unique(some.task, return_inverse=True)[1]
        # An interval graph: at most one maximal clique for each end says all of it (decision 0120).
        found = interval_rows(some.start, some.end, some.amount, numbers, some.supply.units, limits)
    else:
        # Transitions make conflicts of no interval graph, so these rows are cliques grown greedily.
        found = pair_rows(some.start, some.end, some.task, some.kind, some.setup.table, limits)
    starts, members = found
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        who = members[a:b]
        moments = sorted((int(some.start[who].max()), int(some.end[who].min())))
        yield Row(some.who[who], some.amount[who], some.supply.units, some.key, *moments)


def _rows(
    problem: PlanProblem,
    spots: Spots,
    candidates: Candidates,
    due: Ints,
    some: Users,
    line: Ints,
    lines: Sequence[Users],
    limits: Limits,
) -> Iterator[Row]:
    """The rows of one resource, unless timelines say as much."""
    if some.supply.kind == "renewable":
        if not is_implied(some, line, lines):
            yield from _rows_of_line(some, limits)
        return
    # Facts that ended before the horizon have used nothing of it.
    counts = (some.end > 0) | (some.start >= 0) | (candidates.spot[some.who] < spots.competing)
    who, amounts = some.who[counts], some.amount[counts]
    if some.supply.kind == "budget":
        yield Row(who, amounts, some.supply.units, some.key, 0, problem.horizon.length)
        return
    drains, start, end = Drains.of(problem, some.key), some.start[counts], some.end[counts]
    stretches = level_rows(drains, start, end, some.supply.units, some.supply.level)
    if drains.delivers:
        stretches = chain(stretches, delivery_rows(drains, end, due[who]))
    for inside, room, begin, stop in stretches:
        limits.check()
        if inside.any() and int(amounts[inside].sum()) > room:
            yield Row(who[inside], amounts[inside], room, some.key, max(begin, 0), min(stop, problem.horizon.length))


def _due(problem: PlanProblem, spots: Spots, candidates: Candidates) -> Ints:
    """When what each candidate brings has to be on the ground, `LONG` for any time: (n,). Facts are not asked."""
    of_task = [
        problem.horizon.last_within(task.deliver_by) if isinstance(task, TimedTask) and task.deliver_by else LONG
        for task in spots.tasks
    ]
    # A fact that comes too late is true all the same.
    of_task[len(spots.tasks) - spots.facts :] = [LONG] * spots.facts
    return np.array(of_task, np.int64)[spots.task[candidates.spot]]


def _undelivered(problem: PlanProblem, spots: Spots, candidates: Candidates, due: Ints) -> Iterator[Row]:
    """That those are not taken which have to be delivered, and no pass over a station follows in time."""
    late = np.flatnonzero(due < LONG)
    by_satellite: dict[str | None, tuple[Ints, Ints]] = {}
    for k in late.tolist():
        satellite = spots.satellite(candidates.spot[k])
        if satellite not in by_satellite:
            by_satellite[satellite] = _contacts(problem, satellite)
        starts, ends = by_satellite[satellite]
        if not (ends[starts >= candidates.end[k]] <= due[k]).any():
            key = spots.keys[0] if spots.keys else ""
            yield Row(np.array([k]), np.ones(1, np.int64), 0, key, 0, problem.horizon.length)


def _contacts(problem: PlanProblem, satellite: str | None) -> tuple[Ints, Ints]:
    """When the passes of a satellite over stations start and end, both (passes,)."""
    found = [one for one in problem.passes if one.satellite == satellite and one.station is not None]
    at = problem.horizon.first_within
    starts, ends = [at(one.start) for one in found], [at(one.end) for one in found]
    return np.array(starts, np.int64), np.array(ends, np.int64)


def _merged(rows: Sequence[Row]) -> list[Row]:
    """The rows, of equal ones the first."""
    found: dict[tuple[bytes, bytes, int], Row] = {}
    for row in rows:
        order = np.argsort(row.members)
        tidy = row._replace(members=row.members[order], amounts=row.amounts[order])
        found.setdefault((tidy.members.tobytes(), tidy.amounts.tobytes(), row.capacity), tidy)
    return list(found.values())


def _form(
    spots: Spots, candidates: Candidates, chosen: Ints, line: Ints, lines: Sequence[Users], rows: Sequence[Row]
) -> TimelineProblem:
    number = np.full(len(candidates), -1)
    number[chosen] = np.arange(len(chosen))
    end, kind = candidates.end.copy(), np.zeros(len(candidates), np.int64)
    setups: list[Ints | None] = []
    for some in lines:
        end[some.who] = some.end  # on a timeline an end has its turnaround in it
        setups.append(None)
        if some.setup is not None:
            # Kinds that need no transition share one more, behind.
            setups[-1] = np.pad(some.setup.table, (0, 1))
            kind[some.who] = np.where(some.kind < 0, len(some.setup.table), some.kind)
    # Of what is left alone: a large profit of a fact would leave the others coarser units.
    units = to_units(candidates.worth[chosen])
    return TimelineProblem(
        line=line[chosen],
        start=candidates.start[chosen],
        end=end[chosen],
        value=units.profits,
        task=spots.task[candidates.spot[chosen]],
        kind=kind[chosen],
        setups=setups,
        rows=SharedRows.of([(number[row.members], row.amounts, row.capacity) for row in rows]),
        units=units,
    )
