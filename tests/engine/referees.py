"""Slow ways to the same optimum, to compare the engine with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import lcm

import numpy as np

from satselect import Task
from satselect.engine.packing.part import Part
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Bools, Ints, Rows
from satselect.engine.result.certificate import Prices
from tests.engine.problems import Given

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


def prices_prove(some: Given, prices: Prices) -> float:
    """What these prices prove: nothing that fits earns more."""
    problem = Problem.of(some.tasks, some.capacities, some.satellites)
    left = sum(
        max(
            0.0,
            *(
                task.profit - sum(prices[key] * amount for key, amount in uses.items())
                for _, uses in problem.alternatives(task)
                if all(amount <= problem.capacities[key] for key, amount in uses.items())
            ),
            0.0,
        )
        for task in some.tasks
    )
    return sum(price * problem.capacities[key] for key, price in prices.items()) + left


def brute_force(tasks: Sequence[Task], capacities: Mapping[str, int], satellites: Satellites | None = None) -> Fraction:
    """The optimum, by trying everything that fits."""
    worths = [worth([task]) for task in tasks]
    parts = lcm(*(one.denominator for one in worths))  # whole numbers are added in a fraction of the time
    units = [int(one * parts) for one in worths]
    ways = [_ways(task, capacities, satellites) for task in tasks]
    room: dict[object, int] = {key: capacities.get(str(key), 1) for way in chain(*ways) for key in way}
    room |= {(name, key): count for name, owned in (satellites or {}).items() for key, count in owned.items()}

    def best(first: int) -> int:
        if first == len(tasks):
            return 0
        most = best(first + 1)
        for way in ways[first]:
            if all(room[key] >= amount for key, amount in way.items()):
                for key, amount in way.items():
                    room[key] -= amount
                most = max(most, units[first] + best(first + 1))
                for key, amount in way.items():
                    room[key] += amount
        return most

    return Fraction(best(0), parts)


def _ways(task: Task, capacities: Mapping[str, int], satellites: Satellites | None) -> list[dict[object, int]]:
    """What the task uses on each satellite that has all of it."""
    if satellites is None:
        return [dict[object, int](task.resources.items())]
    return [
        {(name, key) if key in satellites[name] else key: amount for key, amount in task.resources.items()}
        for name in task.satellites or satellites
        if task.resources.keys() <= satellites[name].keys() | capacities.keys()
    ]


def which_fit(rows: Rows, capacities: Ints, sets: Bools) -> Bools:
    """Whether each of these sets of rows, (sets, rows), uses no more than there is: (sets,)."""
    return np.asarray((sets @ _uses(rows, len(capacities)) <= capacities).all(axis=1))


def selections(part: Part) -> Bools:
    """Everything that fits, and which columns each has: (selections, columns)."""
    uses = _uses(part.rows, len(part.capacities))
    found, used = np.zeros((1, len(uses)), np.bool_), np.zeros((1, len(part.capacities)), np.int64)
    for column, its in enumerate(uses):
        beside = (used + its <= part.capacities).all(axis=1)
        taken = found[beside]
        taken[:, column] = True
        found, used = np.concatenate((found, taken)), np.concatenate((used, used[beside] + its))
    return found


def every_set(columns: int) -> Bools:
    """Every set of so many columns, and which each has: (2 ** columns, columns)."""
    return np.arange(2**columns)[:, np.newaxis] >> np.arange(columns) & 1 > 0


def _uses(rows: Rows, resources: int) -> Ints:
    """What each row uses of each resource: (rows, resources)."""
    uses = np.zeros((len(rows), resources), np.int64)
    np.add.at(uses, (rows.owners, rows.resources), rows.amounts)
    return uses
