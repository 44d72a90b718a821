"""Plans of timelines with budgets of their own, from prices that are known: bounds, fewer candidates, and a tree.

`solve_within` reads from top to bottom. Prices move, and drop what can't be in a better plan; each step's paths are a
plan, or nearly so. What is left is divided, at the place that paths take about every other time: plans with it, and
plans without it, each with prices of its own, from those of both together.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.paths.budgets.descent import Descent, Stride
from satselect.engine.paths.budgets.owned import Owned, owned_of
from satselect.engine.paths.budgets.within import IN, OPEN, OUT, Within
from satselect.engine.paths.duality import Prices
from satselect.engine.paths.lines import Lines, lines_of
from satselect.engine.paths.state import order_by, plan_of
from satselect.engine.problem.rows import Ints
from satselect.engine.timeline.form import TimelineProblem

# What follows is decided by measurement: see docs/decisions/0191.

_CELLS = 6_000_000  # of all tables: a hundredth of a second, and twice as many whole numbers
_TAKES = 20  # that fill a budget, on average; where more do, a price says as much
_STEPS, _STEPS_OF_PART = 20, 12  # of prices in a round, and in a part of the plans
_ROUND, _PART = Stride(1.0, 5, 0.8, 30, 0.4), Stride(0.3, 3, 0.7, 1, 0.5)
_LITTLE = 0.2  # of the gap, that a round closes
_WORTH_REBUILDING = 0.7  # of the places left
_WORK = 5_000_000_000  # cells of tables, for all parts
_PARTS = 300  # of all plans: the largest tree that ended had 200


class Found(NamedTuple):
    """Candidates of the best plan, (chosen,), and units that no plan exceeds."""

    chosen: Ints
    bound: int


class _Part(NamedTuple):
    """Some of the plans: what is known of each place, (n,), units that none of them exceeds, and prices to start at."""

    known: Ints
    bound: int
    prices: Prices


def solve_within(problem: TimelineProblem, prices: Prices, known: Found, limits: Limits) -> Found | None:
    """The best plan that is found from these prices and what is known; None where budgets are not worth it."""
    if (problem.line < 0).any() or problem.has_setups:
        return None
    lines = lines_of(problem, np.flatnonzero(problem.value > 0))
    owned = owned_of(lines, np.arange(len(lines.room)))
    if not _are_worth_it(owned):
        return None
    here = Prices(prices.tasks[: len(lines.places_of) - 1], prices.rows)  # the last tasks may have no candidate
    return _Run(problem, known, limits).go(lines, owned, here)


def _are_worth_it(owned: list[Owned]) -> bool:
    """Whether some budgets are filled by few, and the tables are small."""
    budgets = [one for one in owned if one.row >= 0 and one.capacity < _TAKES * one.amounts[one.amounts > 0].mean()]
    return bool(budgets) and sum(one.cells for one in owned) <= _CELLS


class _Run:
    """One run: the best plan and the best bound so far."""

    def __init__(self, problem: TimelineProblem, known: Found, limits: Limits) -> None:
        self._problem, self._limits = problem, limits
        self._step = problem.units.step_of(problem.value)
        self._chosen, self._earned = known.chosen, int(problem.value[known.chosen].sum())
        self._bound = known.bound

    def go(self, lines: Lines, owned: list[Owned], prices: Prices) -> Found:
        """Rounds as long as they bring something, and then the tree."""
        within = Within(lines, owned)
        descent = Descent(within, prices, _ROUND)
        own = np.array([one.row for one in owned if one.row >= 0], np.int64)
        is_little = False
        while not is_little and not self._is_over():
            before = self._bound
            left = lines.who[self._left(within, descent)]
            is_little = before - self._bound < _LITTLE * (self._bound - self._earned)
            if len(left) < _WORTH_REBUILDING * len(lines.who) and not self._is_over():
                lines = lines_of(self._problem, np.sort(left))
                # Never more rows than at first, since the tables of others may be large.
                within = Within(lines, owned_of(lines, own))
                descent.along(within)
        if not self._is_over():
            self._divide(within, np.where(np.isin(lines.who, left), OPEN, OUT), descent.prices)
        return Found(self._chosen, self._bound)

    def _left(self, within: Within, descent: Descent) -> Ints:
        """The places that are left after a round."""
        everything = np.full(len(within.lines.who), OPEN)
        self._descend(within, descent, everything, _STEPS)
        self._bound = max(min(self._bound, descent.bound // self._step * self._step), self._earned)
        within.bound(everything, descent.prices)
        return np.flatnonzero(within.left(everything, self._earned + self._step))

    def _descend(self, within: Within, descent: Descent, known: Ints, steps: int) -> None:
        def earned() -> int:
            self._keep(within)
            return self._earned

        descent.steps(known, steps, earned, self._step, self._limits)

    def _divide(self, within: Within, known: Ints, prices: Prices) -> None:
        """The parts of all plans, one after the other, the more likely ones first."""
        open_, looked_at = [_Part(known, self._bound, prices)], 0
        most = within.work + _WORK
        while open_ and not self._limits.is_over() and within.work < most and looked_at < _PARTS:
            part, looked_at = open_.pop(), looked_at + 1
            if part.bound >= self._earned + self._step:
                open_ += self._parts_of(within, part)
        # What is left of parts that nobody looked at may be better than what was found.
        self._bound = min(self._bound, max((part.bound for part in open_), default=0))
        self._bound = max(self._bound // self._step * self._step, self._earned)

    def _parts_of(self, within: Within, part: _Part) -> list[_Part]:
        """What a part leaves open, in two parts of which the last one is the more likely."""
        known = within.beside(part.known)
        descent = Descent(within, part.prices, _PART)
        self._descend(within, descent, known, _STEPS_OF_PART)
        bound = min(part.bound, descent.bound)
        if bound < self._earned + self._step:
            return []
        within.bound(known, descent.prices)
        known = np.where((known == OPEN) & ~within.left(known, self._earned + self._step), OUT, known)
        open_ = np.flatnonzero(known == OPEN)
        if not len(open_):
            self._keep(within, known == IN)
            return []
        average = descent.average
        place = int(open_[np.argmin(np.abs(average[open_] - 0.5))])
        parts = [_Part(some, bound, descent.prices) for some in _either(within, known, place)]
        return parts if average[place] > 0.5 else parts[::-1]

    def _keep(self, within: Within, first: Ints | None = None) -> None:
        """Keeps the plan along the paths, or of these places, as far as it fits, if it is the best so far."""
        order = order_by((within.taken if first is None else first).astype(np.int64), within.reduced)
        state = plan_of(within.lines, order)
        if state.sums[1] > self._earned:
            self._chosen, self._earned = within.lines.who[state.taken], int(state.sums[1])
            self._bound = max(self._bound, self._earned)

    def _is_over(self) -> bool:
        return self._bound < self._earned + self._step or self._limits.is_over()


def _either(within: Within, known: Ints, place: int) -> tuple[Ints, Ints]:
    """What is known without this place, and with it: nothing else of its task, and nothing that it overlaps."""
    lines = within.lines
    without, with_it = known.copy(), known.copy()
    without[place] = OUT
    with_it[lines.task == lines.task[place]] = OUT
    one = next(one for one in within.owned if one.first <= place < one.stop)
    with_it[one.first + one.clashing(place - one.first)] = OUT
    with_it[place] = IN
    return without, with_it
