"""A plain dynamic program over subsets of resources: the referee of tiny problems."""

import numpy as np

from benchmarks.problem import Ints, Problem, choices
from benchmarks.solvers.answer import Answer, Run, in_profit

MOST_RESOURCES = 14
_FEW = 6  # resources up to which a dictionary of the subsets reached is faster than arrays of all of them


def suits(problem: Problem) -> bool:
    """Whether the problem is small and plain enough: few resources, every capacity and amount 1, one satellite."""
    is_plain = bool((problem.capacities == 1).all() and (problem.amounts == 1).all())
    return is_plain and not problem.satellites and len(problem.capacities) <= MOST_RESOURCES


def prepare(problem: Problem, time_limit: float) -> Run:
    """The optimum by the best profit of every set of used resources."""
    given = choices(problem)
    masks = [sum(1 << resource for resource in problem.uses(task)) for task in range(len(problem))]
    profits, width = given.whole.tolist(), len(problem.capacities)

    def run() -> Answer:
        columns = _by_dictionary(masks, profits) if width <= _FEW else _by_arrays(masks, profits, width)
        total = sum(profits[column] for column in columns)
        return Answer(dict.fromkeys(columns, -1), in_profit(given, total), "optimal")

    return run


def _by_dictionary(masks: list[int], profits: list[int]) -> list[int]:
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for task, mask in enumerate(masks):
        for used, (profit, tasks) in list(best.items()):
            if not used & mask and profit + profits[task] > best.get(used | mask, (-1,))[0]:
                best[used | mask] = (profit + profits[task], (*tasks, task))
    return list(max(best.values())[1])


def _by_arrays(masks: list[int], profits: list[int], width: int) -> list[int]:
    subsets = np.arange(1 << width)
    best = np.zeros(1 << width, np.int64)  # by subset of resources that may be used
    before: list[Ints] = []
    for mask, profit in zip(masks, profits, strict=True):
        before.append(best)
        best = best.copy()
        room = subsets[subsets & mask == mask]
        best[room] = np.maximum(best[room], before[-1][room ^ mask] + profit)
    columns, room_left = [], (1 << width) - 1
    for task in range(len(masks) - 1, -1, -1):
        now = best if task == len(masks) - 1 else before[task + 1]
        if now[room_left] > before[task][room_left]:
            columns.append(task)
            room_left ^= masks[task]
    return columns
