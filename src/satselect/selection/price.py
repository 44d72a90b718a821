"""Prices for resources: the dual of the linear relaxation, and the bound that any prices prove.

For prices y >= 0 no selection earns more than
    sum(capacity * y) + sum over columns of max(0, profit - cost at y)
(weak duality), so prices may be rounded as one likes: the bound stays true, and in whole units exact (`costs.py`).
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
from highspy import HighsModelStatus

from satselect.selection.costs import costs_at, readable, sums
from satselect.selection.highs import Model, sizes_of
from satselect.selection.presolve import Part
from satselect.selection.rows import Floats, Ints, Ints32, Rows
from satselect.selection.simplex import relax

_LARGEST = 100.0  # the relaxation sees profits up to this
_DENSE_RESOURCES = 400  # above, HiGHS' sparse simplex is faster than a dense inverse
_DENSE_ENTRIES = 10**8
_BATCH = 1000  # columns that enter HiGHS' relaxation at a time
_PIVOTS = 100_000


@dataclass(frozen=True, slots=True)
class Prices:
    """An optimum of the linear relaxation.

    Shapes: y (resources,) float64 units >= 0; fractions (columns,) float64, how much of each column is taken.
    """

    y: Floats
    fractions: Floats


def price(part: Part) -> Prices:
    """Optimal prices of the part's linear relaxation."""
    unit = unit_of(part)
    is_dense = len(part.capacities) <= _DENSE_RESOURCES and len(part.rows) * part.rows.width <= _DENSE_ENTRIES
    dual, fractions = _relax_dense(part, unit) if is_dense else _relax_sparse(part, unit)
    return Prices(rounded(dual * unit, part.rows, part.profits, part.capacities), fractions)


def rounded(dual: Floats, rows: Rows, profits: Ints, capacities: Ints) -> Floats:
    """These prices as they are read to prove something."""
    users = np.bincount(rows.resources, weights=profits[rows.owners].astype(np.float64), minlength=len(capacities))
    return readable(dual, users, capacities)


def unit_of(part: Part) -> float:
    """So many units are one to the relaxation."""
    return max(int(part.profits.max()), 1) / _LARGEST


def reduced_profits(part: Part, y: Floats) -> Ints:
    """Each column's profit minus the prices of what it uses: (columns,) int64 units."""
    costs, _ = costs_at(y, part.rows.resources, part.rows.amounts, part.capacities)
    return part.profits - sums(part.rows, costs)


def bound(part: Part, y: Floats) -> int:
    """Units that no selection of the part exceeds, proven by these prices."""
    return raw_bound(part, y, reduced_profits(part, y)) // part.step * part.step


def raw_bound(part: Part, y: Floats, reduced: Ints) -> int:
    """The same before it is lowered to the next multiple of the part's step."""
    nothing = np.zeros(0, np.int64)
    _, held = costs_at(y, nothing, nothing, part.capacities)
    return int(held.sum()) + int(np.maximum(reduced, 0).sum())


def _relax_dense(part: Part, unit: float) -> tuple[Floats, Floats]:
    uses, amounts = padded(part.rows, len(part.capacities))
    y, fractions = relax(uses, amounts, part.profits / unit, part.capacities.astype(np.float64), _PIVOTS)
    return y, fractions


def padded(rows: Rows, filler: int) -> tuple[Ints32, Floats]:
    """Rows as two arrays (width, rows): resources, the filler behind a row's last, and amounts, 0 there."""
    uses = np.full((rows.width, len(rows)), filler, np.int32)
    amounts = np.zeros((rows.width, len(rows)))
    _pad(rows.starts, rows.resources, rows.amounts, uses, amounts)
    return uses, amounts


@nb.njit(cache=True, nogil=True)
def _pad(starts: Ints, resources: Ints, amounts: Ints, uses: Ints32, padded: Floats) -> None:
    for j in range(len(starts) - 1):
        for t in range(starts[j], starts[j + 1]):
            uses[t - starts[j], j], padded[t - starts[j], j] = resources[t], amounts[t]


def _relax_sparse(part: Part, unit: float) -> tuple[Floats, Floats]:
    """Column generation: the best columns first, then those that the prices at hand would take."""
    model = Model(part.capacities, sizes_of(part.rows, len(part.capacities)))
    entered = np.array([], np.int64)
    y, fractions = np.zeros(len(part.capacities)), np.zeros(len(part.profits))  # these, too, prove a bound
    gains = part.profits / np.add.reduceat(
        part.rows.amounts / part.capacities[part.rows.resources], part.rows.starts[:-1]
    )
    while len(new := _most_gaining(gains)):
        model.add(part.rows.take(new), part.profits[new] / unit)
        entered = np.concatenate((entered, new))
        if model.run() != HighsModelStatus.kOptimal:
            break
        solution = model.highs.getSolution()
        y = model.prices()
        gains = part.profits / unit - np.add.reduceat(part.rows.amounts * y[part.rows.resources], part.rows.starts[:-1])
        gains[entered] = 0
        fractions[entered] = solution.col_value
    return y, fractions


def _most_gaining(gains: Floats) -> Ints:
    best = np.argsort(-gains, kind="stable")[:_BATCH]
    return best[gains[best] > 1e-9]
