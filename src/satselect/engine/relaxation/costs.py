"""What amounts cost at prices, in whole units: so that any prices >= 0 prove a bound, however a resource is counted.

A price is a fraction of a unit where a resource has many: a disk of 1e12 bytes may earn less than a unit a byte. So it
is read as `whole / 2 ** shift`, as fine as 64 bits allow, and every amount costs that many whole units, rounded down.
Sums of rounded costs stay within what the capacity costs, which is all that a proof by prices needs: what a selection
that fits earns, less its costs, is what the columns' reduced profits say, and its costs are no more than what is held.
"""

import math

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.rows import Floats, Ints, Rows, starts_of

_BITS = 61  # of what a capacity costs, before its shift


def sums(rows: Rows, costs: Ints) -> Ints:
    """What each row costs, (n,), of the costs of its amounts, (nonzeros,)."""
    totals = starts_of(costs)
    return totals[rows.starts[1:]] - totals[rows.starts[:-1]]


@inner()
def _shift(price: float, capacity: int) -> int:
    """How many bits below one unit a price is read to: none if one is all there is."""
    # Both are below 2 to their exponents, so what all of it costs stays within 2**61 before its shift, and 64 bits hold
    # it. Finer than the bits of `capacity - 1` would move what the whole capacity costs by half a unit at most.
    free = _BITS - math.frexp(price)[1] - math.frexp(float(capacity))[1]
    return max(min(free, math.frexp(float(capacity - 1))[1]), 0)


@compiled()
def readable(dual: Floats, profits: Floats, capacities: Ints) -> Floats:
    """These prices, (resources,) in units, as `costs_at` reads them; all 0 if they are worth more than all profits.

    Shapes: profits (resources,): all that there is to earn with each resource, in units.
    """
    y = np.zeros(len(dual))
    held = 0.0
    for r in range(len(dual)):
        # A price above everything there is to earn is noise, and could overflow.
        price = min(dual[r], profits[r] / capacities[r]) if capacities[r] > 0 else 0.0
        if price > 0:
            shift = _shift(price, capacities[r])
            # To scale by powers of two is exact, so `costs_at` reads back the very number that is written here,
            # wherever the prices are checked.
            y[r] = math.ldexp(np.rint(math.ldexp(price, shift)), -shift)
            held += y[r] * capacities[r]
    # Prices of 0 prove the sum of all profits, which is always true and never passes 64 bits (`units.LIMIT`).
    if held > 2.0**_BITS:
        y[:] = 0
    return y


@compiled()
def costs_at(y: Floats, resources: Ints, amounts: Ints, capacities: Ints) -> tuple[Ints, Ints]:
    """What amounts, (nonzeros,), cost at prices y, (resources,), and what is held at most: (resources,)."""
    wholes, shifts = np.zeros(len(y), np.int64), np.zeros(len(y), np.int64)
    for r in range(len(y)):
        if y[r] > 0:
            shifts[r] = _shift(y[r], capacities[r])
            wholes[r] = np.int64(np.rint(math.ldexp(y[r], shifts[r])))
    costs = np.empty(len(amounts), np.int64)
    for t in range(len(amounts)):
        # Rounded down one by one: floors add up to no more than the floor of the sum, so what fits never costs more
        # than what is held, and the bound is true. Columns fit alone, so no product is larger than that of the
        # capacity.
        costs[t] = (amounts[t] * wholes[resources[t]]) >> shifts[resources[t]]
    return costs, (capacities * wholes) >> shifts


def plain_readable(dual: Floats, profits: Floats, capacities: Ints) -> Floats:
    """These prices as `costs_at` reads them; see `costs.py`."""
    price = np.where(capacities > 0, np.minimum(dual, profits / np.maximum(capacities, 1)), 0.0)
    price = np.maximum(price, 0.0)
    shifts = _shifts(price, capacities)
    y: Floats = np.ldexp(np.rint(np.ldexp(price, shifts)), -shifts)
    return y if float((y * capacities).sum()) <= 2.0**_BITS else np.zeros(len(y))


def plain_costs_at(y: Floats, resources: Ints, amounts: Ints, capacities: Ints) -> tuple[Ints, Ints]:
    """What amounts, (nonzeros,), cost at prices y, (resources,), and what is held at most: (resources,)."""
    shifts = np.where(y > 0, _shifts(y, capacities), 0)
    wholes = np.where(y > 0, np.rint(np.ldexp(y, shifts)), 0).astype(np.int64)
    return (amounts * wholes[resources]) >> shifts[resources], (capacities * wholes) >> shifts


def _shifts(prices: Floats, capacities: Ints) -> Ints:
    free = _BITS - np.frexp(prices)[1] - np.frexp(capacities.astype(np.float64))[1]
    finest = np.frexp((capacities - 1).astype(np.float64))[1]
    shifts: Ints = np.maximum(np.minimum(free, finest), 0).astype(np.int64)
    return shifts
