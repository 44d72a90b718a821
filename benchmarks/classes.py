"""The classes of problems that are measured, by name."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
            Class(f"capacities-{tasks:.0e}x{m}".replace("e+0", "e"), partial(with_capacities, tasks=tasks, resources=m))
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
    shapes: list[tuple[str, int, int, int, int, Profits]] = [
        ("free-1e3x60", 1000, 60, 1, 5, "free"),
        ("free-1e4x60", 10_000, 60, 1, 5, "free"),
        ("free-1e5x20", 100_000, 20, 1, 5, "free"),
        ("free-1e5x60", 100_000, 60, 1, 5, "free"),
        ("correlated-1e3x20", 1000, 20, 1, 5, "correlated"),
        ("correlated-1e3x60", 1000, 60, 1, 5, "correlated"),
        ("correlated-1e4x20", 10_000, 20, 1, 5, "correlated"),
        ("correlated-1e4x60", 10_000, 60, 1, 5, "correlated"),
        ("correlated-1e5x20", 100_000, 20, 1, 5, "correlated"),
        ("correlated-1e5x60", 100_000, 60, 1, 5, "correlated"),
        ("correlated-1e3x60-from-2", 1000, 60, 2, 5, "correlated"),
        ("correlated-1e4x60-from-2", 10_000, 60, 2, 5, "correlated"),
        ("correlated-300x60-from-3", 300, 60, 3, 5, "correlated"),
        ("correlated-1e3x60-from-3", 1000, 60, 3, 5, "correlated"),
        ("correlated-1e3x200-from-3", 1000, 200, 3, 5, "correlated"),
        ("correlated-1e6x60", 1_000_000, 60, 1, 5, "correlated"),
    ]
    return [
        Class(
            name,
            partial(satellite, tasks=n, resources=m, smallest=low, largest=high, profits=kind),
            1 if n > 10**5 else 3,
        )
        for name, n, m, low, high, kind in shapes
    ]
