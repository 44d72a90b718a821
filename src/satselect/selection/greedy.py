"""Selections made in one pass: take what still fits, in a given order."""

import numba as nb
import numpy as np

from satselect.selection.rows import Ints, Rows


def fill(rows: Rows, order: Ints, room: Ints) -> Ints:
    """The rows that fit one after the other into `room`, (resources,), which holds what is left afterwards."""
    each = np.arange(len(rows) + 1)
    return order[fill_candidates(rows, each, each, order, room) >= 0]


def fill_candidates(rows: Rows, firsts: Ints, signatures: Ints, order: Ints, room: Ints) -> Ints:
    """For each task in this order its first candidate that fits into what room is left, or -1: (order,)."""
    return _fill(rows.starts, rows.resources, rows.amounts, firsts, signatures, order, room)


@nb.njit(cache=True)
def _fill(
    starts: Ints, resources: Ints, amounts: Ints, firsts: Ints, signatures: Ints, order: Ints, room: Ints
) -> Ints:
    taken = np.full(len(order), -1, np.int64)
    for k in range(len(order)):
        s = signatures[order[k]]
        for candidate in range(firsts[s], firsts[s + 1]):
            fits = True
            for t in range(starts[candidate], starts[candidate + 1]):
                fits &= amounts[t] <= room[resources[t]]
            if fits:
                taken[k] = candidate
                for t in range(starts[candidate], starts[candidate + 1]):
                    room[resources[t]] -= amounts[t]
                break
    return taken
