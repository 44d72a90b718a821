"""What the usual way would have earned, kept beside each iteration's profit: it can't be recovered later."""

from collections.abc import Mapping, Sequence
from math import fsum

from satselect.selection.problem import Task


def greedy_profit(tasks: Sequence[Task], capacities: Mapping[str, int]) -> float:
    """The profit of taking tasks in order of profit, the older first, as long as they fit.

    >>> both, camera = Task("both", ["camera", "disk"], profit=3), Task("camera", ["camera"], profit=2)
    >>> disk = Task("disk", ["disk"], profit=2)
    >>> greedy_profit([both, camera, disk], {"camera": 1, "disk": 1})
    3.0
    """
    free = dict(capacities)
    earned = []
    for task in sorted(tasks, key=lambda task: -task.profit):
        if all(free[name] >= amount for name, amount in task.resources.items()):
            earned.append(task.profit)
            for name, amount in task.resources.items():
                free[name] -= amount
    return fsum(earned)
