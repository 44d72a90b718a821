"""Problems of every class that is measured, made from a seed: the same seed is the same problem on any machine.

Random numbers are the raw words of PCG64, whose stream NumPy promises to keep (NEP 19).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from benchmarks.problem import Floats, Ints, Problem, starts_of

Profits = Literal["free", "correlated"]


@dataclass(slots=True)
class Draw:
    """Uniform random numbers from a seed."""

    words: np.random.PCG64

    @classmethod
    def seeded(cls, seed: int) -> "Draw":
        """The stream that belongs to a seed."""
        return cls(np.random.PCG64(seed))

    def fractions(self, count: int) -> Floats:
        """So many numbers in [0, 1)."""
        raw = np.asarray(self.words.random_raw(count), np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def whole(self, count: int, smallest: int, largest: int) -> Ints:
        """So many whole numbers from `smallest` to `largest`, both included."""
        return smallest + (self.fractions(count) * (largest - smallest + 1)).astype(np.int64)

    def subsets(self, sizes: Ints, of: int) -> Ints:
        """For each size a random subset of `range(of)`, sorted, one after the other."""
        parts = [self._subsets(sizes[i : i + 65536], of) for i in range(0, len(sizes), 65536)]
        return np.concatenate([*parts, np.array([], np.int64)])

    def _subsets(self, sizes: Ints, of: int) -> Ints:
        # The first draws of a shuffle (Fisher and Yates), for many rows at once.
        rows, most = np.arange(len(sizes)), int(sizes.max(initial=0))
        order = np.tile(np.arange(of), (len(sizes), 1))
        for place in range(most):
            pick = place + (self.fractions(len(sizes)) * (of - place)).astype(np.int64)
            order[rows, place], order[rows, pick] = order[rows, pick], order[rows, place]
        drawn = np.where(np.arange(most) < sizes[:, None], order[:, :most], of)
        drawn.sort(axis=1)
        return drawn[drawn < of]


def satellite(
    seed: int,
    tasks: int,
    resources: int,
    *,
    smallest: int = 1,
    largest: int = 5,
    profits: Profits = "correlated",
    is_rounded: bool = True,
) -> Problem:
    """One satellite whose tasks use `smallest` to `largest` resources each.

    Free profits lie between 0.1 and 10; correlated ones are 2.4 to 3.6 for each resource used.
    """
    draw = Draw.seeded(seed)
    sizes = draw.whole(tasks, smallest, min(largest, resources))
    used = draw.subsets(sizes, resources)
    return Problem(
        name=f"{tasks}x{resources} {smallest}-{largest} {profits} #{seed}",
        starts=starts_of(sizes),
        resources=used,
        amounts=np.ones(len(used), np.int64),
        profits=_profits(draw, sizes, profits, is_rounded),
        capacities=np.ones(resources, np.int64),
        decimals=2 if is_rounded else None,
    )


def tiny(seed: int) -> Problem:
    """A request of 3 to 30 tasks over 3 to 10 resources, 1 to 4 resources a task, free profits."""
    draw = Draw.seeded(seed)
    tasks, resources = int(draw.whole(1, 3, 30)[0]), int(draw.whole(1, 3, 10)[0])
    return satellite(seed + 10**6, tasks, resources, largest=4, profits="free")


def with_capacities(seed: int, tasks: int, resources: int) -> Problem:
    """One satellite with capacities 2 to 6, of which each task uses 1 to 3 of 1 to 5 resources."""
    plain = satellite(seed, tasks, resources)
    draw = Draw.seeded(seed + 10**6)
    capacities = draw.whole(resources, 2, 6)
    amounts = np.minimum(draw.whole(len(plain.resources), 1, 3), capacities[plain.resources])
    used = np.add.reduceat(amounts, plain.starts[:-1])
    profits = np.rint(used * (240 + 120 * draw.fractions(tasks))) / 100
    return replace(plain, name=f"capacities {plain.name}", amounts=amounts, profits=profits, capacities=capacities)


def fleet(seed: int, satellites: int, resources: int, tasks: int) -> Problem:
    """Satellites of so many resources each; every task is for one of them and uses 1 to 5 of its resources."""
    draw = Draw.seeded(seed)
    owner = draw.whole(tasks, 0, satellites - 1)
    plain = satellite(seed + 10**6, tasks, resources, profits="free")
    offsets = np.repeat(owner * resources, np.diff(plain.starts))
    return replace(
        plain,
        name=f"fleet {satellites}x{resources} {tasks} #{seed}",
        resources=plain.resources + offsets,
        capacities=np.ones(satellites * resources, np.int64),
    )


def shared(seed: int, tasks: int, resources: int, satellites: int = 3) -> Problem:
    """Equal satellites; half of the tasks may run on any of them, a quarter on two, a quarter on one."""
    plain = satellite(seed, tasks, resources)
    draw = Draw.seeded(seed + 10**6)
    kinds, first = draw.whole(tasks, 0, 3), draw.whole(tasks, 0, satellites - 1)
    every = tuple(range(satellites))
    may_run_on = tuple(
        every if kind > 1 else tuple(sorted({int(one), (int(one) + int(kind)) % satellites}))
        for kind, one in zip(kinds, first, strict=True)
    )
    return replace(
        plain,
        name=f"{satellites} satellites {plain.name}",
        capacities=np.zeros(resources, np.int64),
        satellites=tuple(np.ones(resources, np.int64) for _ in every),
        may_run_on=may_run_on,
    )


def without(problem: Problem, gone: Ints, name: str) -> Problem:
    """The problem without some of its tasks, as it stands after iterations that selected them."""
    kept = np.ones(len(problem), bool)
    kept[gone] = False
    sizes = np.diff(problem.starts)
    places = np.repeat(kept, sizes)
    return replace(
        problem,
        name=name,
        starts=starts_of(sizes[kept]),
        resources=problem.resources[places],
        amounts=problem.amounts[places],
        profits=problem.profits[kept],
    )


def _profits(draw: Draw, sizes: Ints, profits: Profits, is_rounded: bool) -> Floats:
    spread = draw.fractions(len(sizes))
    exact = 0.1 + 9.9 * spread if profits == "free" else sizes * (2.4 + 1.2 * spread)
    return np.rint(exact * 100) / 100 if is_rounded else exact
