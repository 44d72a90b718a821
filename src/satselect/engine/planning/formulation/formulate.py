"""A plan as arrays: which candidates there are, what timelines they are on, and what rows they share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.planning.formulation.candidates import Candidates, candidates_of, with_bonus
from satselect.engine.planning.formulation.facts import without_facts
from satselect.engine.planning.formulation.plan_rows import PlanRows
from satselect.engine.planning.formulation.reservoirs import LONG, Drains, delivery_rows, level_rows
from satselect.engine.planning.formulation.setups import check_transitive, setups_of
from satselect.engine.planning.formulation.spots import Spots, spots_of
from satselect.engine.planning.formulation.users import Users, is_implied, timelines, users_of
from satselect.engine.planning.model import TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import ResourceKey
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
    rows: PlanRows
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
    said = [_rows(problem, spots, candidates, due, some, line, lines, limits) for some in users]
    # Rows of reservoirs say this only where a task uses one that delivers.
    said.append(_undelivered(problem, spots, candidates, due))
    keep, rows = without_facts(spots, candidates, lines, PlanRows.joined(said), limits)
    rows = rows.distinct()
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


def _rows_of_line(some: Users, limits: Limits) -> PlanRows:
    """The rows that say what a timeline says, or any renewable resource."""
    if some.setup is None:
        numbers = np.unique(some.task, return_inverse=True)[1]
        # An interval graph: at most one maximal clique for each end says all of it (decision 0120).
        found = interval_rows(some.start, some.end, some.amount, numbers, some.supply.units, limits)
    else:
        # Transitions make conflicts of no interval graph, so these rows are cliques grown greedily.
        found = pair_rows(some.start, some.end, some.task, some.kind, some.setup.table, limits)
    starts, members = found
    limits.check()
    latest = np.maximum.reduceat(some.start[members], starts[:-1]) if len(members) else starts[:-1]
    first = np.minimum.reduceat(some.end[members], starts[:-1]) if len(members) else starts[:-1]
    # By candidate in each row: sorted as one number, of the row and the place of the candidate among all users.
    by_number = np.argsort(some.who)
    place = np.empty_like(by_number)
    place[by_number] = np.arange(len(by_number))
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    members = by_number[np.sort(rows * len(by_number) + place[members]) - rows * len(by_number)]
    capacities = np.full(len(starts) - 1, some.supply.units)
    sums = SharedRows(starts, some.who[members], some.amount[members], capacities)
    return PlanRows.of(some.key, sums, np.minimum(latest, first), np.maximum(latest, first))


def _rows(
    problem: PlanProblem,
    spots: Spots,
    candidates: Candidates,
    due: Ints,
    some: Users,
    line: Ints,
    lines: Sequence[Users],
    limits: Limits,
) -> PlanRows:
    """The rows of one resource, unless timelines say as much."""
    if some.supply.kind == "renewable":
        return PlanRows.joined([]) if is_implied(some, line, lines) else _rows_of_line(some, limits)
    # Facts that ended before the horizon have used nothing of it.
    counts = np.flatnonzero((some.end > 0) | (some.start >= 0) | (candidates.spot[some.who] < spots.competing))
    counts = counts[np.argsort(some.who[counts])]
    who, amounts, length = some.who[counts], some.amount[counts], problem.horizon.length
    if some.supply.kind == "budget":
        return _listed(some.key, [(who, amounts, some.supply.units, 0, length)])
    drains, start, end = Drains.of(problem, some.key), some.start[counts], some.end[counts]
    stretches = level_rows(drains, start, end, some.supply.units, some.supply.level)
    if drains.delivers:
        stretches = chain(stretches, delivery_rows(drains, end, due[who]))
    found = []
    for inside, room, begin, stop in stretches:
        limits.check()
        if inside.any() and int(amounts[inside].sum()) > room:
            found.append((who[inside], amounts[inside], room, max(begin, 0), min(stop, length)))
    return _listed(some.key, found)


def _listed(key: ResourceKey, rows: Sequence[tuple[Ints, Ints, int, int, int]]) -> PlanRows:
    """Rows of one resource, each of members, ascending, amounts, capacity, begin and end."""
    begin, end = (np.array([row[k] for row in rows], np.int64) for k in (3, 4))
    return PlanRows.of(key, SharedRows.of([row[:3] for row in rows]), begin, end)


def _due(problem: PlanProblem, spots: Spots, candidates: Candidates) -> Ints:
    """When what each candidate brings has to be on the ground, `LONG` for any time: (n,). Facts are not asked."""
    of_task = [
        problem.horizon.last_within(task.deliver_by) if isinstance(task, TimedTask) and task.deliver_by else LONG
        for task in spots.tasks
    ]
    # A fact that comes too late is true all the same.
    of_task[len(spots.tasks) - spots.facts :] = [LONG] * spots.facts
    return np.array(of_task, np.int64)[spots.task[candidates.spot]]


def _undelivered(problem: PlanProblem, spots: Spots, candidates: Candidates, due: Ints) -> PlanRows:
    """That those are not taken which have to be delivered, and no pass over a station follows in time."""
    late, place = np.flatnonzero(due < LONG), spots.place[candidates.spot]
    lost = [np.zeros(0, np.int64)]
    for number in np.unique(place[late]).tolist():
        here, (starts, soonest) = late[place[late] == number], _contacts(problem, spots.satellites[number])
        lost.append(here[soonest[np.searchsorted(starts, candidates.end[here])] > due[here]])
    who = np.sort(np.concatenate(lost))
    key = spots.keys[0] if spots.keys else ""
    return _listed(key, [(who, np.ones_like(who), 0, 0, problem.horizon.length)] if len(who) else [])


def _contacts(problem: PlanProblem, satellite: str | None) -> tuple[Ints, Ints]:
    """When the passes of a satellite over stations start, (passes,), and when the first from each on is over.

    The last of these, (passes + 1,), stands for no pass: `LONG`.
    """
    at = problem.horizon.first_within
    found = sorted(
        (at(one.start), at(one.end)) for one in problem.passes if one.satellite == satellite and one.station is not None
    )
    starts, ends = [start for start, _ in found], [end for _, end in found]
    soonest = np.minimum.accumulate(np.array([*ends, LONG], np.int64)[::-1])[::-1]
    return np.array(starts, np.int64), soonest


def _form(
    spots: Spots, candidates: Candidates, chosen: Ints, line: Ints, lines: Sequence[Users], rows: PlanRows
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
        rows=replace(rows.sums, candidates=number[rows.sums.candidates]),
        units=units,
    )
