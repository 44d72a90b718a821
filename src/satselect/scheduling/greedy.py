"""What the usual way would have earned, kept beside each iteration's profit: it can't be recovered later."""

from bisect import bisect_left, insort
from collections.abc import Mapping
from math import fsum

from satselect.selection.problem import Task

MOST_TRIED = 5_000
"""An iteration over a million tasks should not wait for a figure that few look at."""

Age = tuple[int, int]


class Ranking:
    """Tasks in order of profit, the older first.

    >>> ranking = Ranking()
    >>> ranking.add(Task("both", ["camera", "disk"], profit=3), (1, 0))
    >>> ranking.add(Task("camera", ["camera"], profit=2), (1, 1))
    >>> ranking.greedy_profit({"camera": 1, "disk": 1})
    3.0
    """

    def __init__(self) -> None:
        self._ranked: list[tuple[float, Age, Task]] = []

    def add(self, task: Task, age: Age) -> None:
        """Adds a task."""
        insort(self._ranked, (-task.profit, age, task))

    def remove(self, task: Task, age: Age) -> None:
        """Removes a task that is there; no two have one age."""
        del self._ranked[bisect_left(self._ranked, (-task.profit, age))]

    def greedy_profit(self, capacities: Mapping[str, int]) -> float | None:
        """The profit of taking tasks in this order, as long as they fit; None if that means trying too many."""
        free = {name: units for name, units in capacities.items() if units}
        earned = []
        for tried, (_, _, task) in enumerate(self._ranked):
            if tried == MOST_TRIED:
                return None
            if all(free.get(name, 0) >= amount for name, amount in task.resources.items()):
                earned.append(task.profit)
                for name, amount in task.resources.items():
                    free[name] -= amount
        return fsum(earned)
