"""Prices at which no task that was left out of the heads would gain.

Of each signature only the heads are priced. If all of them are taken whole they may pay anything for what they use up,
from what the best task behind them would pay to what they would pay themselves, and the relaxation tells any of these
prices: 0, if it likes. The least one at which nobody behind them gains is optimal for all tasks, too.
"""

import numpy as np

from satselect.engine.packing.packing import Packing
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.result.certificate import Beside

_MARGIN = 1e-9  # relative: what sums of a few floats err by is no gain


def priced_out(packing: Packing, prices: Floats, divisors: Ints, beside: Beside = ()) -> Floats:
    """The prices, raised where tasks behind the heads would gain at them: (resources,).

    Shapes: prices (resources,) in profit a unit; divisors (resources,): so many units are used together, or none.
    """
    # Where more tasks of a signature gain than fit, even in parts, each of them pays what the resource that limits
    # them rises by, and that costs no more: what prices prove of all tasks only falls. If whole tasks use it up, those
    # that fit pay just what it costs, so nothing changes for the heads. Others gain less than before at raised prices,
    # so one pass over the signatures is enough.
    like = np.array([number for number, _ in beside], np.int64)
    signatures = np.concatenate((packing.signatures, packing.signatures[like]))
    profits = np.concatenate((packing.profits, [profit for _, profit in beside]))
    usable = _usable(packing, divisors)
    room = np.floor(_room(packing, usable) + _MARGIN).astype(np.int64)
    gaining = np.flatnonzero(profits - _cheapest(packing, prices)[signatures] > _MARGIN * profits)
    counts = np.bincount(signatures[gaining], minlength=len(room))
    is_crowded = (counts > room) & (room > 0)
    if not is_crowded.any():
        return prices
    gaining = gaining[is_crowded[signatures[gaining]]]
    gaining = gaining[np.lexsort((-profits[gaining], signatures[gaining]))]
    crowded = np.flatnonzero(is_crowded)
    firsts = np.searchsorted(signatures[gaining], crowded)
    raised = prices.copy()
    for s, behind in zip(crowded.tolist(), profits[gaining[firsts + room[crowded]]].tolist(), strict=True):
        _raise(packing, range(packing.firsts[s], packing.firsts[s + 1]), behind, raised, usable)
    return raised


def _raise(packing: Packing, candidates: range, behind: float, prices: Floats, usable: Floats) -> None:
    """Raises the price of what limits each of these candidates until it costs what the task behind would pay."""
    rows = packing.rows
    for candidate in candidates:
        uses = slice(rows.starts[candidate], rows.starts[candidate + 1])
        resources, amounts = rows.resources[uses], rows.amounts[uses]
        if (amounts > packing.capacities[resources]).any():
            continue
        limit = int(np.argmin(usable[uses]))
        others = float(np.delete(amounts * prices[resources], limit).sum())
        prices[resources[limit]] = max(prices[resources[limit]], (behind - others) / int(amounts[limit]))


def _usable(packing: Packing, divisors: Ints) -> Floats:
    """How many times there is what each row uses of each resource, in parts: (nonzeros,)."""
    units = packing.capacities - packing.capacities % divisors
    return units[packing.rows.resources] / packing.rows.amounts


def _room(packing: Packing, usable: Floats) -> Floats:
    """How many tasks of each signature fit in parts, or more; 0 if any number does, or none alone: (signatures,)."""
    rows = packing.rows
    most = np.full(len(rows), np.inf)
    np.minimum.at(most, rows.owners, usable)
    most[~rows.fit(packing.capacities)] = 0
    sums = np.bincount(_signatures_of_rows(packing), most, len(packing.firsts) - 1)
    return np.where(np.isinf(sums), 0, sums)


def _cheapest(packing: Packing, prices: Floats) -> Floats:
    """What a task of each signature pays where it fits alone and pays least, inf if nowhere: (signatures,)."""
    rows = packing.rows
    costs = np.bincount(rows.owners, rows.amounts * prices[rows.resources], len(rows)).astype(np.float64)
    costs[~rows.fit(packing.capacities)] = np.inf
    cheapest = np.full(len(packing.firsts) - 1, np.inf)
    np.minimum.at(cheapest, _signatures_of_rows(packing), costs)
    return cheapest


def _signatures_of_rows(packing: Packing) -> Ints:
    return np.repeat(np.arange(len(packing.firsts) - 1), np.diff(packing.firsts))
