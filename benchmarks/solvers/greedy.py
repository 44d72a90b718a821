"""What is usually done: take the best that fits, until nothing fits."""

import numpy as np

from benchmarks.problem import Choices, Floats, Ints, Problem, choices
from benchmarks.solvers.answer import Answer, Run, chosen_of


def by_profit(problem: Problem, time_limit: float) -> Run:
    """Greedy, the largest profit first."""
    given = choices(problem)
    return lambda: _greedy(given, given.whole.astype(np.float64))


def by_share(problem: Problem, time_limit: float) -> Run:
    """Greedy, the largest profit for its share of what there is first: profit / sum(amount / capacity)."""
    given = choices(problem)
    return lambda: _greedy(given, given.whole / np.maximum(_shares(given), 1e-12))


def _shares(given: Choices) -> Floats:
    share = given.amounts / np.maximum(given.capacities[given.rows], 1)
    total = np.concatenate(([0.0], np.cumsum(share)))
    return np.asarray(total[given.starts[1:]] - total[given.starts[:-1]])


def _greedy(given: Choices, worth: Floats) -> Answer:
    order: Ints = np.argsort(-worth, kind="stable")
    room, rows, amounts = given.capacities.tolist(), given.rows.tolist(), given.amounts.tolist()
    starts, taken = given.starts.tolist(), []
    for column in order.tolist():
        span = range(starts[column], starts[column + 1])
        if all(room[rows[k]] >= amounts[k] for k in span):
            taken.append(column)
            for k in span:
                room[rows[k]] -= amounts[k]
    return Answer(chosen_of(given, taken), None, "feasible")
