"""Facts leave the problem: they take their intervals, and what clashes with them goes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.candidates import Candidates
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.formulation.users import Users
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Ints


class Row(NamedTuple):
    """Candidates and their amounts, (members,), that must not pass a capacity; of which resource, from when to when."""

    members: Ints
    amounts: Ints
    capacity: int
    key: ResourceKey
    begin: int
    end: int


def without_facts(
    spots: Spots, candidates: Candidates, lines: Sequence[Users], rows: Sequence[Row], limits: Limits
) -> tuple[Bools, list[Row]]:
    """Which candidates are left, (n,), and what the rows leave to them.

    Raises:
        InvalidArgumentError: names a fact that can't be true beside others.
        OutOfTime: there was no time for all of them.
    """
    is_fact = candidates.spot >= spots.competing
    keep = ~is_fact
    if is_fact.any():
        for some in lines:
            _clear(spots, candidates, some, is_fact, keep, limits)
    left = []
    for row in rows:
        limits.check()
        facts = is_fact[row.members]
        room = row.capacity - int(row.amounts[facts].sum())
        if room < 0 and facts.any():
            first = spots.tasks[spots.task[candidates.spot[row.members[facts][0]]]].name
            why = f"must leave {row.key!r} within its {row.capacity} units, with all that is fixed"
            raise InvalidArgumentError(field="fixed", value=first, why=why)
        keep[row.members[row.amounts > room]] = False  # what alone is more than facts leave
        left.append(row._replace(members=row.members[~facts], amounts=row.amounts[~facts], capacity=room))
    return keep, [short for row in left if (short := _shortened(row, keep, spots.task[candidates.spot])) is not None]


def _clear(spots: Spots, candidates: Candidates, some: Users, is_fact: Bools, keep: Bools, limits: Limits) -> None:
    """Drops what clashes with a fact on a timeline."""
    for place in np.flatnonzero(is_fact[some.who]).tolist():
        limits.check()
        there = back = np.zeros(len(some.who), np.int64)
        if some.setup is not None and some.kind[place] >= 0:
            # -1 would be the last row of the table: what it reads there is thrown away by the next two lines.
            kind = np.maximum(some.kind, 0)
            there = np.where(some.kind < 0, 0, some.setup.table[some.kind[place], kind])
            back = np.where(some.kind < 0, 0, some.setup.table[kind, some.kind[place]])
        clash = (some.start < some.end[place] + there) & (some.start[place] < some.end + back)
        clash[place] = False  # nothing is in its own way
        others = some.who[clash]
        if is_fact[others].any():
            one, other = (
                spots.tasks[spots.task[candidates.spot[k]]].name for k in (some.who[place], others[is_fact[others]][0])
            )
            why = f"must not overlap on {some.key!r} with {other!r}"
            raise InvalidArgumentError(field="fixed", value=one, why=why)
        keep[others] = False


def _shortened(row: Row, keep: Bools, task: Ints) -> Row | None:
    """The row with what is left; None if that can't pass its capacity."""
    is_left = keep[row.members]
    members, amounts = row.members[is_left], row.amounts[is_left]
    if int(amounts.sum()) <= row.capacity:
        return None
    # Of the candidates of a task one is taken at most: if each task's counts once and all fit, nothing is short.
    first = np.unique(task[members], return_index=True)[1]
    if int(amounts[first].sum()) <= row.capacity:
        return None
    return row._replace(members=members, amounts=amounts)
