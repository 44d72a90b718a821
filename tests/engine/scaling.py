"""Problems whose resources are counted in other units: by hand `python -m tests.engine.scaling`, a few in the suite.

Each resource's amounts and capacity are multiplied by a factor of its own, so the same selections fit. They still do
if amounts then are a little less than such multiples, which leaves no unit in which the numbers are small again. By
hand it says for 300 problems what went wrong, and how much longer the other units took.
"""

import sys
from random import Random
from statistics import geometric_mean
from time import perf_counter

from satselect import Buffer, Selection, Task, select
from tests.engine.problems import Given

LARGEST = 10**12
KINDS = ["select", "buffer"]


def problem_of(seed: int) -> Given:
    """A problem with capacities of one to 1e12, for every third seed of a few small ones, for every second a fleet."""
    rng = Random(seed)
    names = [f"r{i}" for i in range(rng.randint(2, 6) if seed % 3 == 0 else rng.randint(6, 14))]
    capacities = {name: min(int(10 ** rng.uniform(0, 12)), LARGEST) for name in names}
    if seed % 3 == 1:
        capacities = {name: rng.randint(1, 4) for name in names}
    fleet = None
    if seed % 2:
        owned = names[len(names) // 2 :]
        fleet = {f"sat {i}": {name: max(capacities[name] // (i + 1), 1) for name in owned} for i in range(2)}
    tasks = [
        Task(
            f"task {i}",
            {name: _amount(rng, capacities[name]) for name in rng.sample(names, rng.randint(1, min(3, len(names))))},
            profit=rng.choice([rng.randint(1, 1000), rng.randint(1, 10**6) / 100]),
        )
        for i in range(rng.randint(5, 8) if seed % 3 == 0 else 20 if fleet else 60)
    ]
    shared = {name: units for name, units in capacities.items() if fleet is None or name not in owned}
    return Given(tasks, shared, fleet)


def in_other_units(some: Given, seed: int, *, is_finer: bool = False) -> Given:
    """The same problem, each resource in a unit of its own; finer ones tell amounts apart that were rounded up."""
    rng = Random(seed)
    most = dict(some.capacities)
    for owned in (some.satellites or {}).values():
        for name, units in owned.items():
            most[name] = max(most.get(name, 1), units)
    for task in some.tasks:
        for name, amount in task.resources.items():
            most[name] = max(most.get(name, 1), amount)
    factors = {name: int(10 ** rng.uniform(0, 12)) for name in most}
    factors = {name: max(min(factors[name], LARGEST // max(units, 1)), 1) for name, units in most.items()}
    less = {name: factor // (len(some.tasks) + 1) if is_finer else 0 for name, factor in factors.items()}
    tasks = [
        Task(
            task.name,
            {name: n * factors[name] - rng.randint(0, less[name]) for name, n in task.resources.items()},
            profit=task.profit,
        )
        for task in some.tasks
    ]
    fleet = some.satellites and {
        satellite: {name: n * factors[name] for name, n in owned.items()}
        for satellite, owned in some.satellites.items()
    }
    return Given(tasks, {name: n * factors[name] for name, n in some.capacities.items()}, fleet)


def selected(some: Given, kind: str) -> Selection:
    """What is selected, by the front door or in a buffer that saw other tasks before."""
    if kind == "select":
        return select(some.tasks, capacities=some.capacities, satellites=some.satellites, time_limit=20)
    buffer = Buffer(some.capacities, some.satellites)
    for task in some.tasks[::2]:
        buffer.add(task)
    buffer.select(time_limit=20)
    for task in some.tasks[1::2]:
        buffer.add(task)
    return buffer.select(time_limit=20)


def outcome(selection: Selection) -> tuple[float, float | None, str]:
    """What must not depend on units."""
    return selection.profit, selection.bound, selection.status


def _amount(rng: Random, capacity: int) -> int:
    return max(int(capacity * rng.choice([rng.uniform(0, 0.6), rng.uniform(0, 0.05)])), 1)


def _timed(some: Given, kind: str) -> tuple[Selection, float]:
    start = perf_counter()
    return selected(some, kind), perf_counter() - start


def main() -> None:
    """Tries 300 problems, each in three units, and says how they went."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for is_finer in (False, True):
        ratios, wrong, worst = [], 0, 0.0
        for seed in range(count):
            some, kind = problem_of(seed), KINDS[seed // 6 % 2]
            other = in_other_units(some, seed, is_finer=is_finer)
            selected(some, kind)
            one, before = _timed(some, kind)
            two, after = _timed(other, kind)
            ratios.append(after / before)
            worst = max(worst, after / before if after > 0.02 else 0)
            if after > max(2 * before, 0.02) or outcome(one) != outcome(two):
                wrong += outcome(one) != outcome(two)
                sys.stdout.write(f"{seed} {kind} {outcome(one)} {outcome(two)} {before:.3f} s, {after:.3f} s\n")
        sys.stdout.write(
            f"{count} problems, finer: {is_finer}: {wrong} wrong; {geometric_mean(ratios):.2f} times as long "
            f"(geometric mean), at most {worst:.2f} times where it is more than 20 ms\n"
        )


if __name__ == "__main__":
    main()
