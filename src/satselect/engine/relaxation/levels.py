"""Levels of profit: where a few tasks are worth many times the others, only so many of them can be selected.

The bound of a relaxation holds for profits, so it holds for profits that are divided and rounded down: with a bound of
22,281 no selection has 23 tasks of 1,000, even if the relaxation takes 22.2 of them and makes up for the rest with
small ones (Gomory 1958, on the row of the objective). Nothing else about a problem with priorities is as far off.
"""

import numpy as np

from satselect.engine.problem.rows import Floats, Ints, starts_of
from satselect.engine.relaxation.odd_cycles import Cycles

_APART = 2  # times the next smaller profit: where a level begins
_MOST = 10**6  # units that a task uses of a level: rows of larger ones are no help to floats
_EXCESS = 1e-3  # over its capacity, that makes a level worth a resource


def levels(profits: Ints, bound: int, fractions: Floats) -> Cycles:
    """Levels that these fractions violate, as resources, if no selection earns more than the bound.

    Shapes: profits (columns,) units, fractions (columns,).
    """
    values = np.unique(profits[profits > 0])
    firsts = values[1:][values[1:] // _APART >= values[:-1]]
    firsts = firsts[int(values.max(initial=0)) // firsts <= _MOST]
    amounts = profits // firsts[:, None]
    rooms = bound // firsts
    is_violated = amounts @ fractions > rooms + _EXCESS
    level, columns = np.nonzero(amounts[is_violated])
    sizes = np.bincount(level, minlength=int(is_violated.sum()))
    return Cycles(starts_of(sizes), columns, amounts[is_violated][level, columns], rooms[is_violated])
