"""Prices for resources: the dual of the linear relaxation, and the bound that any prices prove.

For prices y >= 0 no selection earns more than
    sum(capacity * y) + sum over columns of max(0, profit - cost at y)
(weak duality), so prices may be rounded as one likes: the bound stays true, and in whole units exact (`costs.py`).
"""

from dataclasses import dataclass

import numpy as np
from highspy import HighsModelStatus

from satselect.engine.compiled import compiled
from satselect.engine.limits import PORTION, Limits
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Floats, Ints, Ints32, Rows
from satselect.engine.readiness import either, is_compiled
from satselect.engine.relaxation.costs import costs_at, plain_costs_at, plain_readable, readable, sums
from satselect.engine.relaxation.highs import Model
from satselect.engine.relaxation.hybrid import Hybrid
from satselect.engine.relaxation.simplex import fractions_of, go_on, relax, slack_basis

_LARGEST = 100.0  # the relaxation sees profits up to this
_DENSE_RESOURCES = 400  # above, HiGHS' sparse simplex is faster than a dense inverse
_DENSE_ENTRIES = 10**8
_LISTED = 4  # columns per resource that are looked at for each pivot
_BATCH = 1000  # columns that enter HiGHS' relaxation at a time
_PIVOTS = 100_000
_LONG = 10**9  # elementary operations that the simplex methods may take, above which a limit may end them before
_SHARES = 0.2, 0.4  # of the time left: for prices that come near the best ones, and then for these


@dataclass(frozen=True, slots=True)
class Prices:
    """An optimum of the linear relaxation, or what comes near it.

    Shapes: y (resources,) float64 units >= 0; fractions (columns,) float64, how much of each column is taken.
    """

    y: Floats
    fractions: Floats


def price(part: Part, limits: Limits | None = None) -> Prices:
    """Prices of the part's linear relaxation: optimal ones, or the best that are found within the limits."""
    limits = limits or Limits()
    if limits.is_over():
        return Prices(np.zeros(len(part.capacities)), np.zeros(len(part.profits)))
    unit = unit_of(part)
    if not is_compiled():
        return _best(part, unit, [_relax_sparse(part, unit, limits)])
    is_long = len(part.capacities) ** 2 * (len(part.capacities) + len(part.rows.resources) // 16) > _LONG
    # The optimum itself where nobody waits for it, or it takes little; else first something that proves a bound in any
    # case.
    if limits.seconds_left() is None or not is_long:
        return _best(part, unit, [_relaxed(part, unit, limits)])
    near = relax_nearly(part, unit, limits.share(_SHARES[0]))
    return _best(part, unit, [near, _relaxed(part, unit, limits.share(_SHARES[1]))])


def _relaxed(part: Part, unit: float, limits: Limits) -> tuple[Floats, Floats]:
    is_dense = len(part.capacities) <= _DENSE_RESOURCES and len(part.rows) * part.rows.width <= _DENSE_ENTRIES
    if is_dense:
        return relax_dense(part.rows, part.profits / unit, part.capacities, limits)
    return _relax_sparse(part, unit, limits)


def _best(part: Part, unit: float, found: list[tuple[Floats, Floats]]) -> Prices:
    """What proves most."""
    whole = [Prices(rounded(dual * unit, part.rows, part.profits, part.capacities), taken) for dual, taken in found]
    return whole[0] if len(whole) == 1 else min(whole, key=lambda prices: bound(part, prices.y))


def rounded(dual: Floats, rows: Rows, profits: Ints, capacities: Ints) -> Floats:
    """These prices as they are read to prove something."""
    users = np.bincount(rows.resources, weights=profits[rows.owners], minlength=len(capacities))
    return either(readable, plain_readable)(dual, users.astype(np.float64), capacities)


def unit_of(part: Part) -> float:
    """So many units are one to the relaxation."""
    return max(int(part.profits.max()), 1) / _LARGEST


def reduced_profits(part: Part, y: Floats) -> Ints:
    """Each column's profit minus the prices of what it uses: (columns,) int64 units."""
    costs, _ = either(costs_at, plain_costs_at)(y, part.rows.resources, part.rows.amounts, part.capacities)
    return part.profits - sums(part.rows, costs)


def bound(part: Part, y: Floats) -> int:
    """Units that no selection of the part exceeds, proven by these prices."""
    # What a selection earns is a multiple of the step, so the largest multiple below the bound is one, too.
    return raw_bound(part, y, reduced_profits(part, y)) // part.step * part.step


def raw_bound(part: Part, y: Floats, reduced: Ints) -> int:
    """The same before it is lowered to the next multiple of the part's step."""
    nothing = np.zeros(0, np.int64)
    _, held = either(costs_at, plain_costs_at)(y, nothing, nothing, part.capacities)
    return int(held.sum()) + int(np.maximum(reduced, 0).sum())


def relax_nearly(part: Part, unit: float, limits: Limits) -> tuple[Floats, Floats]:
    """Prices (resources,) and fractions (columns,) near the best ones, as far as it comes within the limits."""
    capacities, rows = part.capacities, part.rows
    shares = rows.amounts / capacities[rows.resources]
    hybrid = Hybrid(rows.starts, rows.resources, shares, part.profits / unit, len(capacities))
    while not limits.is_over() and hybrid.go_on():
        pass
    return hybrid.y / capacities, hybrid.fractions


def relax_dense(rows: Rows, profits: Floats, capacities: Ints, limits: Limits) -> tuple[Floats, Floats]:
    """Prices (resources,) and fractions (columns,) by the simplex method, as far as it comes within the limits."""
    pivots = _pivots_of_a_portion(rows, len(capacities))
    uses, amounts = padded(rows, np.ones(len(capacities)))
    y, fractions, is_done = relax(uses, amounts, profits, capacities.astype(np.float64), pivots)
    if is_done or limits.is_over():
        return y, fractions
    return relax_in_portions(rows, profits, capacities, limits)


def relax_in_portions(rows: Rows, profits: Floats, capacities: Ints, limits: Limits) -> tuple[Floats, Floats]:
    """The same, with a look at the clock between portions: what is easy is done sooner within compiled code."""
    m = len(capacities)
    sizes = rows.magnitudes(m)
    uses, amounts = padded(rows, sizes)
    now = slack_basis(len(profits), capacities / sizes)
    pivots = _pivots_of_a_portion(rows, m)
    for _ in range(0, _PIVOTS, pivots):
        if go_on(uses, amounts, profits, now, pivots) or limits.is_over():
            break
    return now.y[:m] / sizes, fractions_of(now, len(profits))


def _pivots_of_a_portion(rows: Rows, resources: int) -> int:
    return max(PORTION // (resources * resources + _LISTED * resources * rows.width), 1)


def padded(rows: Rows, sizes: Floats) -> tuple[Ints32, Floats]:
    """Rows as two arrays (width, rows): resources, a filler behind a row's last, and amounts by size, 0 there."""
    uses = np.full((rows.width, len(rows)), len(sizes), np.int32)
    amounts = np.zeros((rows.width, len(rows)))
    _pad(rows.starts, rows.resources, rows.amounts / sizes[rows.resources], uses, amounts)
    return uses, amounts


@compiled()
def _pad(starts: Ints, resources: Ints, amounts: Floats, uses: Ints32, padded: Floats) -> None:
    for j in range(len(starts) - 1):
        for t in range(starts[j], starts[j + 1]):
            uses[t - starts[j], j], padded[t - starts[j], j] = resources[t], amounts[t]


def _relax_sparse(part: Part, unit: float, limits: Limits) -> tuple[Floats, Floats]:
    """Column generation: the best columns first, then those that the prices at hand would take."""
    model = Model(part.capacities, part.rows.magnitudes(len(part.capacities)))
    entered = np.array([], np.int64)
    y, fractions = np.zeros(len(part.capacities)), np.zeros(len(part.profits))  # these, too, prove a bound
    gains = part.profits / np.add.reduceat(
        part.rows.amounts / part.capacities[part.rows.resources], part.rows.starts[:-1]
    )
    # Once no column outside would gain, the prices of those inside are optimal for all (Gilmore, Gomory 1961).
    while len(new := _most_gaining(gains)) and not limits.is_over():
        model.add(part.rows.take(new), part.profits[new] / unit)
        entered = np.concatenate((entered, new))
        status = model.run(limits)
        solution = model.highs.getSolution()
        is_optimal = status == HighsModelStatus.kOptimal
        # Any prices prove a bound, so a first run that was cut short is better than none; a later one may be worse than
        # the one before.
        if is_optimal or (len(entered) == len(new) and len(solution.row_dual) == len(y)):
            y = model.prices()
            fractions[entered] = solution.col_value
        if not is_optimal:
            break
        gains = part.profits / unit - np.add.reduceat(part.rows.amounts * y[part.rows.resources], part.rows.starts[:-1])
        # HiGHS may leave them a gain within its tolerance: to add them again would change nothing, for ever.
        gains[entered] = 0
    return y, np.clip(fractions, 0, 1)


def _most_gaining(gains: Floats) -> Ints:
    best = np.argsort(-gains, kind="stable")[:_BATCH]
    return best[gains[best] > 1e-9]
