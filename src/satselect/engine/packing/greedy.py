"""Selections made in one pass: take what still fits, in a given order."""

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.problem.rows import Ints, Rows, starts_of
from satselect.engine.readiness import either

_AT_ONCE = 4096


def fill(rows: Rows, order: Ints, room: Ints) -> Ints:
    """The rows that fit one after the other into `room`, (resources,), which holds what is left afterwards."""
    each = np.arange(len(rows) + 1)
    return order[fill_candidates(rows, each, each, order, room) >= 0]


def fill_candidates(rows: Rows, firsts: Ints, signatures: Ints, order: Ints, room: Ints) -> Ints:
    """For each task in this order its first candidate that fits into what room is left, or -1: (order,)."""
    fill = either(_fill, _plain_fill)
    return fill(rows.starts, rows.resources, rows.amounts, firsts, signatures, order, room)


@compiled()
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


def _plain_fill(
    starts: Ints, resources: Ints, amounts: Ints, firsts: Ints, signatures: Ints, order: Ints, room: Ints
) -> Ints:
    """For each task in this order its first candidate that fits into what room is left, or -1: (order,)."""
    taken = np.full(len(order), -1, np.int64)
    rows = Rows(starts, resources, amounts)
    for at in range(0, len(order), _AT_ONCE):
        some = signatures[order[at : at + _AT_ONCE]]
        fits = starts_of(rows.fit(room))  # what doesn't fit now won't once more is taken
        for k in np.flatnonzero(fits[firsts[some + 1]] > fits[firsts[some]]).tolist():
            for candidate in range(firsts[some[k]], firsts[some[k] + 1]):
                uses = slice(starts[candidate], starts[candidate + 1])
                if (amounts[uses] <= room[resources[uses]]).all():
                    taken[at + k] = candidate
                    room[resources[uses]] -= amounts[uses]
                    break
    return taken
