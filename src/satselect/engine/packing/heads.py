"""Heads: of the tasks that share a signature only the best few can be selected."""

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.packing.packing import Packing
from satselect.engine.problem.rows import Bools, Floats, Ints, starts_of
from satselect.engine.readiness import either, is_compiled


def heads(packing: Packing) -> Ints:
    """The tasks that an optimum may need, oldest first.

    Of each signature as many of the best as fit together, of equally good ones the oldest. Tasks with a candidate that
    uses nothing are no heads: they conflict with nothing.
    """
    # Why no other task is needed: if a selection holds one that is no head, at most room - 1 of the heads of its
    # signature are in it, so one is free, uses the same, and earns no less. It takes the place, and nothing else
    # changes.
    rows = packing.rows
    room_of = either(_room, _plain_room)
    room = room_of(packing.firsts, rows.starts, rows.resources, rows.amounts, packing.capacities)
    if not is_compiled():
        return np.flatnonzero(_best(packing.signatures, packing.profits, room))
    are_heads, are_contested = _sorted_out(packing.signatures, packing.profits, room)
    contested = np.flatnonzero(are_contested)
    best_first = contested[np.argsort(-packing.profits[contested], kind="stable")]
    _take(best_first, packing.signatures, room, are_heads)
    return np.flatnonzero(are_heads)


@compiled()
def _room(firsts: Ints, starts: Ints, resources: Ints, amounts: Ints, capacities: Ints) -> Ints:
    """How many tasks of each signature fit together, 0 if it has a candidate that uses nothing: (signatures,)."""
    room = np.zeros(len(firsts) - 1, np.int64)
    for s in range(len(room)):
        for candidate in range(firsts[s], firsts[s + 1]):
            if starts[candidate] == starts[candidate + 1]:
                room[s] = 0
                break
            # More than there can be tasks, and little enough that sums over all candidates stay within 64 bits.
            most = 1 << 40
            for t in range(starts[candidate], starts[candidate + 1]):
                most = min(most, capacities[resources[t]] // amounts[t])
            room[s] += most
    return room


@compiled()
def _sorted_out(signatures: Ints, profits: Floats, room: Ints) -> tuple[Bools, Bools]:
    """Which tasks are heads, and of which only their order can tell: more than fit, where several do; both (tasks,)."""
    counts, best = np.zeros(len(room), np.int64), np.full(len(room), -1)
    for i in range(len(signatures)):
        s = signatures[i]
        counts[s] += 1
        # More, not as much: tasks come oldest first, and of equals the oldest stays.
        if best[s] < 0 or profits[i] > profits[best[s]]:
            best[s] = i
    are_heads, are_contested = np.zeros(len(signatures), np.bool_), np.zeros(len(signatures), np.bool_)
    for i in range(len(signatures)):
        s = signatures[i]
        # Where there is room for one, the pass before has found it: most signatures are never sorted.
        are_heads[i] = counts[s] <= room[s] or (room[s] == 1 and best[s] == i)
        are_contested[i] = 1 < room[s] < counts[s]
    return are_heads, are_contested


@compiled()
def _take(best_first: Ints, signatures: Ints, room: Ints, are_heads: Bools) -> None:
    for i in best_first:
        if room[signatures[i]] > 0:
            room[signatures[i]] -= 1
            are_heads[i] = True


def _plain_room(firsts: Ints, starts: Ints, resources: Ints, amounts: Ints, capacities: Ints) -> Ints:
    """How many tasks of each signature fit together, 0 if it has a candidate that uses nothing: (signatures,)."""
    is_empty = starts[1:] == starts[:-1]
    most = np.full(len(starts) - 1, 1 << 40)
    if len(resources):
        units = np.minimum(capacities[resources] // amounts, 1 << 40)
        most[~is_empty] = np.minimum.reduceat(units, starts[:-1][~is_empty])
    sums, empties = starts_of(most), starts_of(is_empty)
    return np.where(empties[firsts[1:]] > empties[firsts[:-1]], 0, sums[firsts[1:]] - sums[firsts[:-1]])


def _best(signatures: Ints, profits: Floats, room: Ints) -> Bools:
    """Of each signature as many of the best tasks as there is room for, of equally good ones the oldest: (tasks,)."""
    order = np.lexsort((-profits, signatures))
    ranked = signatures[order]
    firsts = np.searchsorted(ranked, np.arange(len(room)))
    are_best = np.zeros(len(signatures), np.bool_)
    are_best[order] = np.arange(len(order)) - firsts[ranked] < room[ranked]
    return are_best
