"""What the usual way would have earned, kept beside each iteration's profit: it can't be recovered later."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping

from satselect.engine.problem.exact import total
from satselect.engine.problem.problem import Problem, ResourceKey, name_of
from satselect.engine.problem.task import Task

MOST_TRIED = 5_000
"""An iteration over a million tasks should not wait for a figure that few look at."""

MOST_LOOKED_AT = 100_000
"""The same, where each task may run on many satellites."""

Age = tuple[int, int]

_Rank = tuple[float, Age, Task, int]
_FEW = 100
_MOST_TOLD_APART = 60  # bits: two digits of an integer of CPython, of 30 each


class Ranking:
    """Tasks in order of profit, the older first.

    >>> ranking = Ranking()
    >>> ranking.add(Task("both", ["camera", "disk"], profit=3), (1, 0))
    >>> ranking.add(Task("camera", ["camera"], profit=2), (1, 1))
    >>> ranking.greedy_profit(Problem((), {"camera": 1, "disk": 1}))
    3.0
    """

    def __init__(self) -> None:
        self._ranked: list[_Rank] = []
        self._added: list[_Rank] = []  # since they were ranked: thousands are sorted sooner than put in one by one
        self._names = Names()

    def add(self, task: Task, age: Age) -> None:
        """Adds a task."""
        self._added.append((-task.profit, age, task, self._names.bits(task.resources)))

    def remove(self, task: Task, age: Age) -> None:
        """Removes a task that is there; no two have one age."""
        self._rank()
        del self._ranked[bisect_left(self._ranked, (-task.profit, age))]

    def greedy_profit(self, problem: Problem) -> float | None:
        """The profit of taking tasks in this order, each where it fits first; None if that means trying too many.

        The problem says what there is; it holds no tasks.
        """
        self._rank()
        free = {key: units for key, units in problem.capacities.items() if units}
        left, used_up, used_bits = _owners(free), set[str](), 0
        earned, looked_at, are_exact = [], 0, self._names.are_exact
        for tried, (_, _, task, bits) in enumerate(self._ranked):
            if tried == MOST_TRIED or looked_at > MOST_LOOKED_AT:
                return None
            if bits & used_bits and (are_exact or not used_up.isdisjoint(task.resources)):
                continue
            alternatives = problem.alternatives(task)
            looked_at += len(alternatives)
            uses = next((uses for _, uses in alternatives if _fits(uses, free)), None)
            if uses is None:
                continue
            earned.append(task.profit)
            for key, amount in uses.items():
                free[key] -= amount
                if not free[key]:
                    name = name_of(key)
                    left[name] -= 1
                    if not left[name]:
                        used_up.add(name)
                        used_bits |= self._names.bits([name])
        return total(earned)

    def _rank(self) -> None:
        if len(self._added) > _FEW:
            self._ranked += self._added
            self._ranked.sort()
        else:
            for one in self._added:
                insort(self._ranked, one)
        self._added.clear()


class Names:
    """Names as bits, so that whether a task uses anything of many is asked by one operation.

    >>> names = Names()
    >>> names.bits(["camera", "disk"]), names.bits(["disk"]), names.are_exact
    (3, 2, True)
    """

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._shared: dict[int, int] = {}  # equal numbers are one object: there may be a million

    @property
    def are_exact(self) -> bool:
        """Whether each name has a bit of its own; else what has none of these bits uses none of these names."""
        return len(self._bits) <= _MOST_TOLD_APART

    def bits(self, names: Iterable[str]) -> int:
        """Those of all of them."""
        told = 0
        for name in names:
            bit = self._bits.get(name)
            if bit is None:
                bit = self._bits[name] = 1 << (len(self._bits) % _MOST_TOLD_APART)
            told |= bit
        return self._shared.setdefault(told, told)


def _owners(free: Iterable[ResourceKey]) -> Counter[str]:
    """Name to how many have some of it."""
    return Counter(map(name_of, free))


def _fits(uses: Mapping[ResourceKey, int], free: Mapping[ResourceKey, int]) -> bool:
    return all(free.get(key, 0) >= amount for key, amount in uses.items())
