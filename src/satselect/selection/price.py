"""Prices for resources: the dual of the linear relaxation, and the bound that any prices prove.

For whole prices y >= 0 no selection earns more than
    sum(capacity * y) + sum over columns of max(0, profit - cost at y)
(weak duality), so prices may be rounded as one likes: the bound stays true and exact.
"""

from dataclasses import dataclass

import numpy as np

from satselect.selection.highs import Model
from satselect.selection.packing import Floats, Ints
from satselect.selection.presolve import Part

_BATCH = 1000  # columns that enter the relaxation at a time
_LARGEST = 100.0  # HiGHS sees profits up to this


@dataclass(frozen=True, slots=True)
class Prices:
    """An optimum of the linear relaxation.

    Shapes: y (resources,) int64 units >= 0; fraction (columns,) float64, how much of each column is taken.
    """

    y: Ints
    fraction: Floats


def price(part: Part) -> Prices:
    """Optimal prices of the part's linear relaxation.

    Column generation: starts from the columns worth most per unit they use and adds what the prices at hand
    would still take, until they would take nothing more.
    """
    unit = max(int(part.profits.max()), 1) / _LARGEST
    model = Model(part.capacities)
    inside = np.zeros(len(part.profits), bool)
    entered: list[Ints] = []
    new = _first_columns(part)
    while True:
        model.add(part.rows.take(new), part.profits[new] / unit)
        inside[new] = True
        entered.append(new)
        model.run()
        solution = model.highs.getSolution()
        y = _whole_prices(np.array(solution.row_dual) * -unit, part)
        reduced = np.where(inside, 0, reduced_profits(part, y))
        new = np.argsort(-reduced, kind="stable")[:_BATCH]
        new = new[reduced[new] > 0]
        if not len(new):
            break
    fraction = np.zeros(len(part.profits))
    fraction[np.concatenate(entered)] = solution.col_value
    return Prices(y, fraction)


def reduced_profits(part: Part, y: Ints) -> Ints:
    """Each column's profit minus the prices of what it uses: (columns,) int64 units."""
    return part.profits - part.rows.cost(y)


def bound(part: Part, y: Ints) -> int:
    """Units that no selection of the part exceeds, proven by these prices."""
    held = sum(capacity * one for capacity, one in zip(part.capacities.tolist(), y.tolist(), strict=True))
    total = held + int(np.maximum(reduced_profits(part, y), 0).sum())
    return total // part.step * part.step


def _first_columns(part: Part) -> Ints:
    shares = np.add.reduceat(part.rows.amounts / part.capacities[part.rows.resources], part.rows.starts[:-1])
    return np.argsort(-part.profits / shares, kind="stable")[:_BATCH]


def _whole_prices(dual: Floats, part: Part) -> Ints:
    # A price above everything there is to earn is noise, and could overflow.
    most = part.profits.sum() / part.capacities
    return np.rint(np.clip(dual, 0, most)).astype(np.int64)
