"""The classes of problems that are measured, by name."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks import instances
from benchmarks.problem import Problem
from benchmarks.problems import Profits, fleet, satellite, shared, tiny, with_capacities, without

DRAINED = Path(__file__).parent / "drained.json"
"""Which tasks 28 iterations selected, per seed: stored, because equal optima could be broken otherwise elsewhere."""


@dataclass(frozen=True, slots=True)
class Class:
    """Problems of one kind: `make(i)` is the i-th, of which `count` are measured unless told otherwise."""

    name: str
    make: Callable[[int], Problem]
    count: int = 3


def drained(seed: int, iterations: int) -> Problem:
    """What is left of 1,000 correlated tasks over 60 resources after so many iterations."""
    rounds = json.loads(DRAINED.read_text())[seed % 3][:iterations]
    gone = np.array([task for chosen in rounds for task in chosen], np.int64)
    return without(drained_from(seed), gone, f"drained {iterations} #{seed % 3}")


def drained_from(seed: int) -> Problem:
    """The 1,000 tasks that the drained buffers start from."""
    return satellite(seed % 3, 1000, 60, smallest=2)


def generated() -> dict[str, Class]:
    """Every class that is made from seeds, small ones first."""
    found = [
        Class("tiny", tiny, 40),
        Class("tiny-30x10", lambda seed: satellite(seed, 30, 10, largest=4, profits="free"), 20),
        *_satellites(),
        Class("float-1e3x60", partial(satellite, tasks=1000, resources=60, is_rounded=False)),
        *(Class(f"drained-{n}", partial(drained, iterations=n)) for n in (10, 20, 28)),
        *(
            Class(f"capacities-{_short(tasks)}x{m}", partial(with_capacities, tasks=tasks, resources=m))
            for tasks, m in [(1000, 20), (1000, 60), (10_000, 60)]
        ),
        *(
            Class(f"fleet-{n}x{m}", partial(fleet, satellites=n, resources=m, tasks=100_000))
            for n, m in [(100, 5), (1000, 20)]
        ),
        *(Class(f"shared-{n}x20", partial(shared, tasks=n, resources=20)) for n in (100, 1000)),
    ]
    return {one.name: one for one in found}


def from_files(folder: Path) -> dict[str, Class]:
    """A class per public format whose instances lie in a subfolder of the folder."""
    return {
        name: Class(name, partial(_nth_file, files), len(files))
        for name, files in instances.files(folder).items()
        if files
    }


def _nth_file(files: list[Path], i: int) -> Problem:
    return instances.read(files[i])


def _satellites() -> list[Class]:
    kinds: list[Profits] = ["free", "correlated"]
    plain = [
        (kind, tasks, resources, smallest)
        for smallest, kind, tasks, resources in product((1, 2), kinds, (1000, 10_000, 100_000), (20, 60))
    ]
    hard: list[tuple[Profits, int, int, int]] = [
        ("correlated", 300, 60, 3),
        ("correlated", 1000, 60, 3),
        ("correlated", 1000, 200, 3),
        ("correlated", 1_000_000, 60, 1),
    ]
    return [
        Class(
            f"{kind}-{_short(tasks)}x{resources}{'' if smallest == 1 else f'-from-{smallest}'}",
            partial(satellite, tasks=tasks, resources=resources, smallest=smallest, profits=kind),
            count=3 if tasks <= 100_000 else 1,
        )
        for kind, tasks, resources, smallest in plain + hard
    ]


def _short(count: int) -> str:
    """1e3 for 1000, 300 for 300."""
    return f"{count:.0e}".replace("e+0", "e") if count in {10**n for n in range(3, 8)} else str(count)
