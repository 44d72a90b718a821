"""Prices that come near the best ones soon, however many resources there are; compiled.

The primal-dual hybrid gradient method (Chambolle, Pock 2011) on the linear relaxation, with steps of each row and
column of their own (Pock, Chambolle 2011) and restarts at averages (Applegate and others 2021). Every iteration is one
pass over the columns, so it can be stopped anywhere, and any prices prove a bound.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.problem.rows import Floats, Ints

_EPOCH = 40  # iterations between two restarts
_MOST_EPOCHS = 200
_STALLED = 12  # epochs without a better bound, after which it is over
_WORTH_IT = 1e-5  # of the bound
_DAMPED = 0.5  # how fast steps are balanced anew


class _Point(NamedTuple):
    """Where the method is, and what it adds up.

    Shapes: taken (columns,): the fraction of each column; y (resources,): the price of all that there is of each
    resource; taken_sum and y_sum: of the iterations since the last restart.
    """

    taken: Floats
    y: Floats
    taken_sum: Floats
    y_sum: Floats


class Hybrid:
    """The relaxation of columns that use shares, (nonzeros,), of what there is of each resource, and earn profits.

    Args:
        starts: (columns + 1,): where each column's resources and shares begin.
        resources: (nonzeros,).
        shares: (nonzeros,): of what there is.
        profits: (columns,).
        count: of resources.
    """

    def __init__(self, starts: Ints, resources: Ints, shares: Floats, profits: Floats, count: int) -> None:
        self._rows = starts, resources, shares
        self._profits = profits
        n = len(profits)
        self._now = _Point(np.zeros(n), np.zeros(count), np.zeros(n), np.zeros(count))
        of_column = np.add.reduceat(shares, starts[:-1])
        of_resource = np.bincount(resources, shares, count)
        # With steps of one over the sums of columns and rows the iteration converges, whatever the matrix (lemma 2 of
        # Pock, Chambolle 2011, with exponent 1); the balance multiplies one and divides the other, which keeps that.
        self._steps = 1 / of_column, 1 / np.maximum(of_resource, 1e-300)
        # About what a share of a resource is worth: prices have to get that far, while fractions have to get to 1.
        self._balance = float(np.median(profits / of_column)) or 1.0
        self._scratch = np.empty(count)
        self.y, self.bound = np.zeros(count), float(profits.sum())
        self.fractions = np.zeros(n)
        self._epochs = self._stalled = 0

    @property
    def work(self) -> int:
        """Elementary operations of one epoch."""
        return 4 * _EPOCH * (len(self._rows[1]) + len(self._profits))

    def go_on(self) -> bool:
        """Runs until the next restart; whether another epoch may be worth it."""
        was_taken, was_y = self._now.taken.copy(), self._now.y.copy()
        _iterate(*self._rows, self._profits, *self._steps, self._balance, self._now, self._scratch, _EPOCH)
        bounds = [_bound(*self._rows, self._profits, y) for y in (self._now.y, self._now.y_sum)]
        # The iterates circle around an optimum, and their average lies nearer to its middle: starting again there
        # makes the method converge geometrically on linear programs (Applegate and others 2021).
        if bounds[1] <= bounds[0]:
            self._now.taken[:], self._now.y[:] = self._now.taken_sum, self._now.y_sum
        self._stalled += 1
        if min(bounds) < self.bound:
            if min(bounds) < (1 - _WORTH_IT) * self.bound:
                self._stalled = 0
            # The best bound seen is kept, since the method does not go straight there: later prices may prove less.
            self.bound, self.y, self.fractions = min(bounds), self._now.y.copy(), self._now.taken.copy()
        self._rebalance(self._now.taken - was_taken, self._now.y - was_y)
        self._epochs += 1
        return self._epochs < _MOST_EPOCHS and self._stalled < _STALLED

    def _rebalance(self, taken: Floats, y: Floats) -> None:
        """Makes steps of prices and fractions such that both get as far as they have to."""
        # In logarithms, since it is a ratio, and damped, since one epoch says little (the primal weight of PDLP:
        # Applegate and others 2021).
        moved = float(np.sqrt((y**2 / self._steps[1]).sum())), float(np.sqrt((taken**2 / self._steps[0]).sum()))
        # One that did not move at all says nothing of how far it has to go, and its logarithm would be none.
        if min(moved) > 0:
            self._balance = float(np.exp((1 - _DAMPED) * np.log(self._balance) + _DAMPED * np.log(moved[0] / moved[1])))


@compiled()
def _iterate(
    starts: Ints,
    resources: Ints,
    shares: Floats,
    profits: Floats,
    of_columns: Floats,
    of_resources: Floats,
    balance: float,
    now: _Point,
    used: Floats,
    count: int,
) -> None:
    """So many iterations; leaves their averages in the sums."""
    now.taken_sum[:] = 0
    now.y_sum[:] = 0
    for _ in range(count):
        used[:] = 0
        for j in range(len(profits)):
            gain = profits[j]
            for t in range(starts[j], starts[j + 1]):
                gain -= shares[t] * now.y[resources[t]]
            taken = min(max(now.taken[j] + of_columns[j] / balance * gain, 0.0), 1.0)
            # Prices answer to where the fraction is going, not to where it is: without this step beyond, the two
            # chase each other in a circle for ever (Chambolle, Pock 2011, with theta 1).
            ahead = 2 * taken - now.taken[j]
            now.taken[j] = taken
            now.taken_sum[j] += taken
            if ahead != 0:
                for t in range(starts[j], starts[j + 1]):
                    used[resources[t]] += shares[t] * ahead
        for r in range(len(used)):
            now.y[r] = max(now.y[r] + balance * of_resources[r] * (used[r] - 1), 0.0)
            now.y_sum[r] += now.y[r]
    for j in range(len(profits)):
        now.taken_sum[j] /= count
    for r in range(len(used)):
        now.y_sum[r] /= count


@compiled()
def _bound(starts: Ints, resources: Ints, shares: Floats, profits: Floats, y: Floats) -> float:
    """What these prices prove: capacities are 1."""
    # Any prices of at least 0 prove one, optimal or not: no selection earns more than what all there is costs, and
    # what its columns earn above their price (weak duality). So the method may be stopped anywhere.
    total = y.sum()
    for j in range(len(profits)):
        gain = profits[j]
        for t in range(starts[j], starts[j + 1]):
            gain -= shares[t] * y[resources[t]]
        total += max(gain, 0.0)
    return float(total)
