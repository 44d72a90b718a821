"""Columns that come and go, told apart by reference prices: near ones, that may matter, and far ones.

At reference prices y0 the reduced profit of a far column is below `-distance`. At other prices y it is below
`-distance + size * fall`, `fall` being the largest fall of what a resource's whole capacity costs, and `size` the most
that any column uses in shares of capacities: so it doesn't matter in what unit a resource is counted. While that
proves that no far column can be part of a better selection nobody has to look at them: a selection takes a time that
depends on the near columns, however many far ones there are.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from satselect.engine.compiled import compiled
from satselect.engine.problem.rows import Floats, Ints32
from satselect.engine.readiness import either

_MARGIN = 1e-9  # relative: far more than the sum of a few floats errs by
# Of 12 resources, 5 tasks at a time: with twice as many and four times a selection from 10,000 tasks took 1.7 times as
# long, with half as many one in seven had to look at far ones.
_NEAR_PER_RESOURCE = 20
_LEAST_NEAR = 200  # of few resources so many are looked at in next to no time
_CROWDED = 2  # times as many before the near ones are chosen anew


class Columns:
    """What the task in each slot uses, its profit, and whether it is near.

    Shapes: uses (slots, width) and amounts (slots, width), padded with 0; profits and gains (slots,): the reduced
    profits at the reference prices, -inf in a free slot.
    """

    def __init__(self) -> None:
        self.near: set[int] = set()
        self._uses: Ints32 = np.zeros((0, 1), np.int32)
        self._amounts: NDArray[np.signedinteger] = np.zeros((0, 1), np.int8)
        self._most = int(np.iinfo(np.int8).max)  # the largest amount that they hold
        self._profits: Floats = np.zeros(0)
        self._gains: Floats = np.zeros(0)
        self._free: list[int] = []
        self._prices: Floats = np.zeros(0)
        self._distance = np.inf
        self._size = 0.0

    @property
    def has_far(self) -> bool:
        """Whether there is a far column."""
        return len(self.near) < len(self._profits) - len(self._free)

    def put(self, uses: Mapping[int, int], profit: float, size: float) -> int:
        """The slot of a new column, which uses so many units of each resource; `size` is the sum of their shares."""
        count = len(uses)
        if not self._free or count > self._uses.shape[1] or max(uses.values()) > self._most:
            self._grow(uses)
        slot = self._free.pop()
        self._uses[slot, :count] = [*uses]
        self._amounts[slot, :count] = [*uses.values()]
        self._amounts[slot, count:] = 0
        self._profits[slot] = profit
        gain = profit
        if known := len(self._prices):
            gain -= sum(amount * self._prices[r] for r, amount in uses.items() if r < known)
        self._gains[slot] = gain
        self._size = max(self._size, size)
        # What is worth nothing can't pay for itself, and has to be added where it fits (decision 0004).
        if gain >= -self._distance or profit == 0:
            self.near.add(slot)
        return slot

    def drop(self, slot: int) -> None:
        """Frees a slot."""
        self._profits[slot] = self._gains[slot] = -np.inf
        self._free.append(slot)
        self.near.discard(slot)

    def are_settled(self, prices: Floats, capacities: Floats, loss: float) -> bool:
        """Whether no far column can be part of a better selection than one found at these prices of these capacities.

        That one falls short of what the prices prove by `loss`. If it is not settled, more columns are near now.
        """
        known = np.zeros(len(prices))
        # Resources that came since count as free at the reference prices, as in the gains of the columns that use them
        # (`put`).
        known[: len(self._prices)] = self._prices
        fall = float(((known - prices) * capacities).max(initial=0))
        margin = self._margin(float(prices @ capacities))
        # A far column's reduced profit is less than that at these prices, so a selection that holds one loses more than
        # all that the one found may fall short by: fixing by reduced cost, without a look at the column.
        is_settled = self._size * fall - self._distance < -loss - margin
        if is_settled and len(self.near) <= _CROWDED * self._few(prices):
            return True
        return not self._refer(prices, -loss - margin)

    def gained(self, *, beside: set[int]) -> float:
        """What the columns beside these gain at most, in all, at the reference prices: those of the last refusal."""
        is_far = self._profits >= 0
        is_far[list(beside)] = False
        profits, gains = self._profits[is_far], self._gains[is_far]
        gains = gains + _MARGIN * (profits + np.abs(profits - gains))  # what its resources cost is a sum of floats
        return float(gains[gains > 0].sum()) * (1 + _MARGIN)

    def _refer(self, prices: Floats, needed: float) -> bool:
        """Makes these the reference prices; whether a column became near that may be part of a better selection."""
        self._prices = prices
        self._gains = either(reduced, _plainly_reduced)(self._uses, self._amounts, self._profits, prices)
        few = self._few(prices)
        ranked = np.partition(self._gains, -few)[-few] if few < len(self._gains) else -np.inf
        self._distance = -min(needed, ranked)
        is_near = (self._gains >= -self._distance) | (self._profits == 0)
        near = set(np.flatnonzero(is_near & (self._profits >= 0)).tolist())
        is_more = any(self._gains[slot] >= needed for slot in near - self.near)
        self.near = near | self.near if is_more else near  # until all is settled they only become more, so it ends
        return is_more

    def _few(self, prices: Floats) -> int:
        return max(_NEAR_PER_RESOURCE * len(prices), _LEAST_NEAR)

    def _margin(self, held: float) -> float:
        return _MARGIN * (float(self._profits.max(initial=0)) + held)

    def _grow(self, uses: Mapping[int, int]) -> None:
        slots, width = self._uses.shape
        kind = np.promote_types(self._amounts.dtype, np.min_scalar_type(-max(uses.values())))
        if self._free:
            more, width = 0, max(width, len(uses))
        else:
            more, width = max(slots // 2, 64), max(width, len(uses))
        shape = ((0, more), (0, width - self._uses.shape[1]))
        self._uses = np.pad(self._uses, shape)
        self._amounts = np.pad(self._amounts.astype(kind), shape)
        self._most = int(np.iinfo(kind).max)
        self._profits = np.pad(self._profits, (0, more), constant_values=-np.inf)
        self._gains = np.pad(self._gains, (0, more), constant_values=-np.inf)
        self._free += range(slots + more - 1, slots - 1, -1)


@compiled()
def reduced(uses: Ints32, amounts: NDArray[np.signedinteger], profits: Floats, prices: Floats) -> Floats:
    """The reduced profit of each column: (slots,)."""
    gains = profits.copy()
    for j in range(uses.shape[0]):
        for w in range(uses.shape[1]):
            if amounts[j, w] > 0:
                gains[j] -= amounts[j, w] * prices[uses[j, w]]
    return gains


def _plainly_reduced(uses: Ints32, amounts: NDArray[np.signedinteger], profits: Floats, prices: Floats) -> Floats:
    """The reduced profit of each column: (slots,)."""
    gains = profits.copy()
    for w in range(uses.shape[1]):  # resource by resource, as compiled code adds up
        is_used = amounts[:, w] > 0
        gains[is_used] -= amounts[is_used, w] * prices[uses[is_used, w]]
    return gains
