"""Dropping what can't be in a better plan: by the best paths through each candidate."""

import numpy as np

from satselect.engine.paths.certificate import Step
from satselect.engine.paths.duality import Prices, Scratch, evaluate
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.sweep import forced
from satselect.engine.problem.rows import Bools, Ints


def drop(lines: Lines, prices: Prices, scratch: Scratch, earned: int, step: int) -> tuple[Bools, Step]:
    """Which places may be in a plan that earns more than so many units, (n,), and the step that proves it.

    Profits are multiples of `step`.
    """
    bound, loss = _bound_and_losses(lines, prices, scratch)
    # Fixing by the Lagrangian bound: with this place on its path a line earns so much less, the other lines no more.
    # Profits are multiples of the step, so a better plan earns at least one step more.
    is_left = bound - loss >= earned + step
    return is_left, Step(prices.tasks, prices.rows, np.sort(lines.who[~is_left]), earned)


def losses(lines: Lines, prices: Prices, scratch: Scratch) -> Ints:
    """How much less than its best each line earns at these prices with each place on its path, (n,)."""
    return _bound_and_losses(lines, prices, scratch)[1]


def _bound_and_losses(lines: Lines, prices: Prices, scratch: Scratch) -> tuple[int, Ints]:
    bound = evaluate(lines, prices.tasks, prices.rows, scratch)
    loss, ahead = np.empty((2, len(lines.who)), np.int64)
    forced(lines, scratch.reduced, scratch.own, scratch.best, scratch.arg, ahead, loss)
    return bound, loss
