"""A selection made in one pass: take what still fits, in a given order."""

import numba as nb
import numpy as np

from satselect.selection.packing import Bools, Ints, Rows


def fill(rows: Rows, order: Ints, room: Ints) -> Ints:
    """The rows that fit one after the other into `room`, (resources,), which holds what is left afterwards."""
    return order[_fill(rows.starts, rows.resources, rows.amounts, order, room)]


@nb.njit(cache=True)
def _fill(starts: Ints, resources: Ints, amounts: Ints, order: Ints, room: Ints) -> Bools:
    is_taken = np.zeros(len(order), np.bool_)
    for k in range(len(order)):
        entries = range(starts[order[k]], starts[order[k] + 1])
        fits = True
        for t in entries:
            if amounts[t] > room[resources[t]]:
                fits = False
                break
        if fits:
            is_taken[k] = True
            for t in entries:
                room[resources[t]] -= amounts[t]
    return is_taken
