"""What candidates share beside timelines, as rows; and as stretches what would be too many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.candidates import Candidates
from satselect.engine.planning.formulation.dues import dues_of, latest_ends
from satselect.engine.planning.formulation.plan_rows import PlanRows
from satselect.engine.planning.formulation.reservoirs import LONG, Drains, PassStretches, Uses
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.formulation.users import Users, is_implied
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Ints
from satselect.engine.timeline.cliques import interval_rows, pair_rows
from satselect.engine.timeline.form import SharedRows

_PER_MEMBER = 10  # elementary operations with a member of a row, twice
MEMBERS = 300_000  # of rows of all stretches of passes, up to which they are rows (decision 0198)


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows, and stretches of passes, of candidates."""

    rows: PlanRows
    stretches: Sequence[PassStretches]


def shared_of(
    problem: PlanProblem,
    spots: Spots,
    candidates: Candidates,
    users: Sequence[Users],
    line: Ints,
    lines: Sequence[Users],
    limits: Limits,
) -> Shared:
    """All that is not said by timelines, (n,) and the users of each.

    Raises:
        OutOfTime: there was no time for all of it.
    """
    due, length = dues_of(problem, spots), problem.horizon.length
    rows, stretches = list[PlanRows](), list[PassStretches]()
    are_rows = members_of_stretches({some.key: len(some.who) for some in users}, problem) <= MEMBERS
    for some in users:
        if some.supply.kind == "renewable":
            rows += [] if is_implied(some, line, lines) else [_rows_of_line(some, limits)]
            continue
        uses = _uses(spots, candidates, some)
        if some.supply.kind == "budget":
            rows.append(_row(some.key, uses, some.supply.units, length))
            continue
        found, lost = _of_reservoir(some, Drains.of(problem, some.key), uses, due[candidates.spot[uses.who]], length)
        rows.append(lost)
        if are_rows:
            rows += [one.rows(one.sums.telling(), length) for one in found]
        else:
            stretches += found
        limits.check()
    # Rows of reservoirs say this only where a task uses one that delivers.
    rows.append(_undelivered(problem, spots, candidates, due))
    limits.check(_PER_MEMBER * sum(len(some.sums.candidates) for some in rows))
    return Shared(PlanRows.joined(rows), stretches)


def _uses(spots: Spots, candidates: Candidates, some: Users) -> Uses:
    """What is used up; facts that ended before the horizon have used nothing of it."""
    counts = np.flatnonzero((some.end > 0) | (some.start >= 0) | (candidates.spot[some.who] < spots.competing))
    counts = counts[np.argsort(some.who[counts])]
    return Uses(some.who[counts], some.amount[counts], some.start[counts], some.end[counts])


def members_of_stretches(users: Mapping[ResourceKey, float], problem: PlanProblem) -> float:
    """How many members rows of all stretches of passes would have, where each resource has so many users."""
    reservoirs = [key for key in users if problem.supplies[key].kind == "reservoir"]
    # A third of the users counts in a stretch, on average.
    return sum(len(problem.drained.get(key, ())) ** 2 / 2 * users[key] / 3 for key in reservoirs)


def _of_reservoir(
    some: Users, drains: Drains, uses: Uses, due: Ints, length: int
) -> tuple[list[PassStretches], PlanRows]:
    """That it is never too full, and that what is due, (n,), is delivered in time; and who can't be."""
    stretches = [PassStretches.levels(some.key, drains, uses, some.supply.units, some.supply.level)]
    if not drains.delivers or (due == LONG).all():
        return stretches, PlanRows.joined([])
    is_lost = (due < LONG) & (drains.until(due) < drains.after(uses.end))
    rest = (due < LONG) & ~is_lost
    stretches.append(PassStretches.deliveries(some.key, drains, uses.take(rest), due[rest]))
    return stretches, _row(some.key, uses.take(is_lost), 0, length)


def _row(key: ResourceKey, uses: Uses, room: int, length: int) -> PlanRows:
    """A row over a horizon of so many milliseconds."""
    return PlanRows.of(key, SharedRows.of([(uses.who, uses.amount, room)]), np.array([0]), np.array([length]))


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
    limits.check(_PER_MEMBER * len(members))
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


def _undelivered(problem: PlanProblem, spots: Spots, candidates: Candidates, due: Ints) -> PlanRows:
    """That those are not taken which have to be delivered, and no pass over a station follows in time."""
    lost = np.flatnonzero(candidates.end > latest_ends(problem, spots, due)[candidates.spot])
    if not len(lost):
        return PlanRows.joined([])
    starts, ends = candidates.start[lost], candidates.end[lost]
    return _row(
        spots.keys[0] if spots.keys else "", Uses(lost, np.ones_like(lost), starts, ends), 0, problem.horizon.length
    )
