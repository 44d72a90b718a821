"""Bounds at prices, where each timeline takes its best path within the row of its own, and what these bounds rule out.

For any prices >= 0 nothing earns more than
    sum(price * capacity) + sum over timelines of their best paths, within their own rows, at profits less prices.
That is the Lagrangian bound of `duality`, but own rows are kept instead of priced.
"""

from collections.abc import Sequence

import numpy as np

from satselect.engine.paths.budgets.owned import Owned
from satselect.engine.paths.budgets.tables import best_within, through
from satselect.engine.paths.duality import Prices, Scratch, evaluate
from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Bools, Ints

_TOO_MUCH = 2**61  # above it `evaluate` says nothing

OUT, OPEN, IN = -1, 0, 1
"""What is known of a place in a part of all plans."""


class Within:
    """The tables of some lines.

    `work`: cells of all tables so far. Each bound leaves `taken` (n,), the places of its paths, and `reduced`.
    """

    def __init__(self, lines: Lines, owned: Sequence[Owned]) -> None:
        self.lines, self.owned = lines, owned
        n = len(lines.who)
        self.taken, self.work = np.zeros(n, np.bool_), 0
        self._cells = sum(one.cells for one in owned)
        self._away = np.empty(max(one.cells for one in owned), np.int64)
        self._scratch = Scratch.of(n)
        shapes = [(one.stop - one.first + 1, one.capacity + 1) for one in owned]
        self._to = [np.empty(shape, np.int64) for shape in shapes]
        self._rows = [np.zeros(shape[0], np.int64) for shape in shapes]
        self._tops = [0] * len(owned)
        self._bound = 0

    @property
    def reduced(self) -> Ints:
        """What places earn less prices: (n,)."""
        return self._scratch.reduced

    def bound(self, known: Ints, prices: Prices) -> int:
        """Units that no plan exceeds that has all places that are in and none that is out; known (n,)."""
        lines, is_in = self.lines, known == IN
        open_ = lines._replace(value=np.where(known == OUT, 0, lines.value))  # so they gain nothing
        total = evaluate(open_, prices.tasks, prices.rows, self._scratch)
        if total >= _TOO_MUCH:
            self.taken[:], self._bound = self._scratch.taken, total
            return total
        for k, one in enumerate(self.owned):
            here, near = one.places, one.near
            # All of its lines with places: `best` ends with the best path that knows of no own row.
            total -= int(self._scratch.best[one.stop - 1])
            self._tops[k] = best_within(
                self.reduced[here], is_in[here], one.amounts, near, self._to[k], self._rows[k], self.taken[here]
            )
            total += self._tops[k]
        self.work += self._cells
        self._bound = total
        return total

    def beside(self, known: Ints) -> Ints:
        """The same with those places out that don't fit beside what is in, as the shared rows say: (n,)."""
        lines = self.lines
        owner = np.repeat(np.arange(len(known)), np.diff(lines.shared))
        room, is_in = lines.room.copy(), known[owner] == IN
        np.subtract.at(room, lines.rows[is_in], lines.amounts[is_in])
        known = known.copy()
        known[owner[(known[owner] == OPEN) & (lines.amounts > room[lines.rows])]] = OUT
        return known

    def left(self, known: Ints, least: int) -> Bools:
        """Which open places may be in such a plan that earns so much, at the prices of the last bound: (n,)."""
        is_left: Bools = known == OPEN
        if self._bound >= _TOO_MUCH:
            return is_left
        for k, one in enumerate(self.owned):
            here, order = one.places, one.mirrored
            reduced, is_in = self.reduced[here], known[here] == IN
            away, rows = self._away[: one.cells].reshape(self._to[k].shape), np.zeros_like(self._rows[k])
            best_within(
                reduced[order], is_in[order], one.amounts[order], one.ahead[order], away, rows, np.zeros_like(is_in)
            )
            before, after = self._rows[k][one.near], rows[one.ahead]
            others = self._bound - self._tops[k]  # what the other lines earn at most, and what prices hold
            for i in np.flatnonzero(is_left[here]).tolist():
                most = through(int(reduced[i]), int(one.amounts[i]), self._to[k][before[i]], away[after[i]])
                is_left[one.first + i] = others + most >= least
        self.work += self._cells
        return is_left
