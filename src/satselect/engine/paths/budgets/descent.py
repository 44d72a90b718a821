"""Prices that prove less and less: along averages of subgradients, as `duality` does, but at paths within own rows."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.paths.budgets.within import Within
from satselect.engine.paths.duality import Prices, highest, scales
from satselect.engine.problem.rows import Floats, Ints

_OF_PATHS = 0.15  # of the newest paths in their average, at least


class Stride(NamedTuple):
    """How steps go.

    length: of the first ones, in Polyak's; patience: after how many without a better bound they get shorter, and by
    what; first: how many go along the newest subgradient alone; share: of the newest one, in later ones.
    """

    length: float
    patience: int
    shorter: float
    first: int
    share: float


class Descent:
    """From some prices to better ones. `bound` is the least so far, at `prices`; `average` (n,), that of the paths."""

    def __init__(self, within: Within, prices: Prices, stride: Stride) -> None:
        self.prices, self.bound = prices, 2**62
        self.average = np.zeros(len(within.lines.who))
        self._stride, self._length = stride, stride.length
        self._slope, self._idle, self._count = np.zeros(0), 0, 0
        self._center = np.concatenate(prices).astype(np.float64)
        self.along(within)

    def along(self, within: Within) -> None:
        """Goes on with other lines, of the same tasks and rows."""
        lines = self._within = within
        self._scale, self._most = scales(lines.lines), highest(lines.lines)
        own = [one.row for one in within.owned if one.row >= 0]
        tasks = len(lines.lines.places_of) - 1
        self._scale[tasks + np.array(own, np.int64)] = 0  # kept by the paths, so nobody has to pay for them
        self._most[tasks + np.array(own, np.int64)] = 0
        self._owners = np.repeat(np.arange(len(lines.lines.who)), np.diff(lines.lines.shared))
        self._center = np.minimum(self._center, self._most)
        self.average = np.zeros(len(lines.lines.who))

    def steps(self, known: Ints, count: int, earned: Callable[[], int], step: int, limits: Limits) -> None:
        """So many steps, until nothing earns a step more than is earned, which is asked after each."""
        tasks, within = len(self.prices.tasks), self._within
        for _ in range(count):
            price = np.floor(self._center + 0.5).astype(np.int64)
            prices = Prices(price[:tasks], price[tasks:])
            found = within.bound(known, prices)
            self._idle += 1
            if found < self.bound:
                self.bound, self.prices, self._idle = found, prices, 0
            elif self._idle >= self._stride.patience:
                self._length, self._idle = self._length * self._stride.shorter, 0
            self._count += 1
            self.average += max(_OF_PATHS, 1 / self._count) * (within.taken - self.average)
            now = earned()
            if self.bound < now + step or limits.is_over() or not self._move(found, now):
                return

    def _move(self, found: int, earned: int) -> bool:
        """Moves prices such that a plane of the slope falls to the middle of what is earned and the bound."""
        new, share = self._violations(), 1.0 if self._count <= self._stride.first else self._stride.share
        self._slope = new if share == 1 else share * new + (1 - share) * self._slope
        slope, center = self._slope, self._center
        # A price that stands at a limit and would pass it doesn't move, so it takes no part in how long the step is.
        moves = ((center > 0) | (slope > 0)) & ((center < self._most) | (slope < 0))
        norm = float((slope[moves] ** 2 * self._scale[moves]).sum())
        if norm <= 0:
            return False
        height = self._length * float(found - (earned + self.bound) // 2)
        self._center = np.clip(center + height / norm * self._scale * slope, 0, self._most)
        return True

    def _violations(self) -> Floats:
        """By how much paths overfill each row: (tasks + rows,), negative where there is room."""
        lines, taken = self._within.lines, self._within.taken
        of_tasks = np.bincount(lines.task[taken], minlength=len(self.prices.tasks)) - 1.0
        used = np.bincount(lines.rows, weights=lines.amounts * taken[self._owners], minlength=len(lines.room))
        return np.concatenate((of_tasks, used - lines.room))
