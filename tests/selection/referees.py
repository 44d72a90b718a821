"""Slow ways to the same optimum, to compare the engine with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from satselect import Task


def fits(tasks: Sequence[Task], capacities: Mapping[str, int]) -> bool:
    """Whether these tasks together stay within the capacities (1 where none is given)."""
    names = {name for task in tasks for name in task.resources}
    return all(sum(task.resources.get(name, 0) for task in tasks) <= capacities.get(name, 1) for name in names)


def worth(tasks: Sequence[Task]) -> Fraction:
    """The exact sum of profits, each read as its shortest decimal."""
    return sum((Fraction(Decimal(repr(task.profit))) for task in tasks), Fraction(0))


def brute_force(tasks: Sequence[Task], capacities: Mapping[str, int]) -> Fraction:
    """The optimum, by trying every set of tasks."""
    sets = (chosen for size in range(len(tasks) + 1) for chosen in combinations(tasks, size))
    return max(worth(chosen) for chosen in sets if fits(chosen, capacities))
