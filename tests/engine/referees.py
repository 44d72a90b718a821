"""Slow ways to the same optimum, to compare the engine with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from satselect import Task

Satellites = Mapping[str, Mapping[str, int]]
Assigned = list[tuple[Task, str | None]]


def fits(assigned: Assigned, capacities: Mapping[str, int], satellites: Satellites | None = None) -> bool:
    """Whether these tasks, each on its satellite, stay within the capacities (1 where none is given)."""
    used: Counter[object] = Counter()
    for task, satellite in assigned:
        owned = (satellites or {}).get(satellite or "", {})
        for name, amount in task.resources.items():
            if satellites is not None and name not in owned and name not in capacities:
                return False
            used[(satellite, name) if name in owned else name] += amount
    room = {(name, key): units for name, owned in (satellites or {}).items() for key, units in owned.items()}
    return all(amount <= room.get(key, capacities.get(key, 1)) for key, amount in used.items())  # type: ignore[call-overload]


def worth(tasks: Sequence[Task]) -> Fraction:
    """The exact sum of profits, each read as its shortest decimal."""
    return sum((Fraction(Decimal(repr(task.profit))) for task in tasks), Fraction(0))


def brute_force(tasks: Sequence[Task], capacities: Mapping[str, int], satellites: Satellites | None = None) -> Fraction:
    """The optimum, by trying everything that fits."""
    return max(worth([task for task, _ in assigned]) for assigned in _all(list(tasks), capacities, satellites))


def _all(tasks: list[Task], capacities: Mapping[str, int], satellites: Satellites | None) -> Iterator[Assigned]:
    if not tasks:
        yield []
        return
    *others, last = tasks
    eligible: list[str | None] = [None] if satellites is None else [*(last.satellites or satellites)]
    for assigned in _all(others, capacities, satellites):
        yield assigned
        for satellite in eligible:
            more = [*assigned, (last, satellite)]
            if fits(more, capacities, satellites):
                yield more
