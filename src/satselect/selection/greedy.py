"""Selections made in one pass: take what still fits, in a given order."""

from collections.abc import Iterable

import numpy as np

from satselect.selection.packing import Ints, Rows


def fill(rows: Rows, order: Iterable[int], room: Ints) -> Ints:
    """The rows that fit one after the other into `room`, (resources,), which is what is left afterwards."""
    taken = []
    for row in order:
        entries = slice(rows.starts[row], rows.starts[row + 1])
        resources, amounts = rows.resources[entries], rows.amounts[entries]
        if (amounts <= room[resources]).all():
            room[resources] -= amounts
            taken.append(row)
    return np.array(taken, np.int64)
