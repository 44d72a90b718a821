"""Facts leave the problem: they take their intervals, and what clashes with them goes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.candidates import Candidates
from satselect.engine.planning.formulation.plan_rows import PlanRows
from satselect.engine.planning.formulation.reservoirs import PassStretches
from satselect.engine.planning.formulation.sharing import Shared
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.formulation.users import Users
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Ints


def without_facts(
    spots: Spots, candidates: Candidates, lines: Sequence[Users], shared: Shared, limits: Limits
) -> tuple[Bools, Shared]:
    """Which candidates are left, (n,), and what is left to them of what is shared.

    Raises:
        InvalidArgumentError: names a fact that can't be true beside others.
        OutOfTime: there was no time for all of them.
    """
    is_fact = candidates.spot >= spots.competing
    keep = ~is_fact
    if is_fact.any():
        for some in lines:
            _clear(spots, candidates, some, is_fact, keep, limits)
    rows, sums = shared.rows, shared.rows.sums
    room = sums.capacities
    if is_fact.any():
        facts = is_fact[sums.candidates]
        room = room - rows.totals(np.where(facts, sums.amounts, 0))
        for row in np.flatnonzero(room < 0).tolist():
            here = slice(sums.starts[row], sums.starts[row + 1])
            who, key = sums.candidates[here][facts[here]], rows.keys[int(rows.resource[row])]
            raise _too_much(spots, candidates, who, key, int(sums.capacities[row]))
    keep[sums.candidates[sums.amounts > room[sums.owners]]] = False  # what alone is more than facts leave
    rooms = [_rest(spots, candidates, one, is_fact, keep) for one in shared.stretches]
    limits.check()
    left = rows.only(keep[sums.candidates])
    left = _short(replace(left, sums=replace(left.sums, capacities=room)), spots.task[candidates.spot])
    stretches = [one.only(keep[one.sums.candidates], room) for one, room in zip(shared.stretches, rooms, strict=True)]
    return keep, Shared(left, stretches)


def _rest(spots: Spots, candidates: Candidates, some: PassStretches, is_fact: Bools, keep: Bools) -> Ints:
    """What facts leave of stretches, (size, size); what alone is more than that goes."""
    facts, sums = is_fact[some.sums.candidates], some.sums
    for one in sums.passed(facts):
        who = sums.candidates[facts & sums.within(one)]
        raise _too_much(spots, candidates, who, some.key, int(sums.room[one]))
    left = replace(sums, room=sums.room - sums.sums(facts).astype(np.int64))
    keep[sums.candidates[sums.amounts > left.least[sums.first, sums.last]]] = False
    return left.room


def _too_much(spots: Spots, candidates: Candidates, facts: Ints, key: ResourceKey, units: int) -> InvalidArgumentError:
    first = spots.tasks[spots.task[candidates.spot[facts[0]]]].name
    why = f"must leave {key!r} within its {units} units, with all that is fixed"
    return InvalidArgumentError(field="fixed", value=first, why=why)


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


def _short(rows: PlanRows, task: Ints) -> PlanRows:
    """The rows that can pass their capacity: of the candidates of a task, (n,), one is taken at most."""
    of = task[rows.sums.candidates]
    is_first = np.append(True, of[1:] != of[:-1])  # candidates stand by task, members by candidate
    is_first[rows.sums.starts[:-1][np.diff(rows.sums.starts) > 0]] = True
    return rows.take(rows.totals(np.where(is_first[: len(of)], rows.sums.amounts, 0)) > rows.sums.capacities)
