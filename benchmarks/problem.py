"""A benchmark's problem as arrays, and the exact check of any selection of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """What was published about an instance: its best profit, and whether that is the optimum."""

    profit: Decimal
    is_optimal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Tasks that compete for resources; every solver starts from these same arrays.

    Shapes: task `i` uses `amounts[starts[i]:starts[i + 1]]` of the resources at the same places of `resources`;
    profits (tasks,) float64, of at most `decimals` decimals unless that is None; capacities (resources,).
    With satellites, `satellites[s]` holds what satellite `s` has of each resource (0: doesn't have it), task `i` may
    run on those of `may_run_on[i]`, and of `capacities` only the length counts.
    """

    name: str
    starts: Ints
    resources: Ints
    amounts: Ints
    profits: Floats
    capacities: Ints
    decimals: int | None = 2
    satellites: tuple[Ints, ...] = ()
    may_run_on: tuple[tuple[int, ...], ...] = ()
    known: Known | None = None

    def __len__(self) -> int:
        return len(self.profits)

    def uses(self, task: int) -> dict[int, int]:
        """The amount of each resource that a task uses."""
        span = slice(self.starts[task], self.starts[task + 1])
        return dict(zip(self.resources[span].tolist(), self.amounts[span].tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a general solver is given: candidates, each one a column of `<=` rows.

    Shapes: like `Problem`, a row of `capacities` per resource (of each satellite) and per task with several candidates;
    tasks (candidates,) and on (candidates,): the task and the satellite (-1: none) that each stands for;
    whole (candidates,) int64: profits times `10 ** decimals`, rounded.
    """

    starts: Ints
    rows: Ints
    amounts: Ints
    whole: Ints
    capacities: Ints
    tasks: Ints
    on: Ints
    decimals: int

    def __len__(self) -> int:
        return len(self.whole)


Chosen = Mapping[int, int]
"""Selected tasks, each with the satellite it runs on (-1: no satellites)."""

_ROUNDED_DECIMALS = 6  # what general solvers, which need whole profits, get of profits of full precision


class MisfitError(Exception):
    """A selection doesn't fit."""


def worth(problem: Problem, chosen: Chosen) -> Decimal:
    """The exact profit of a selection that fits, each profit read as its shortest decimal.

    Raises:
        MisfitError: it uses more than there is.
    """
    left: dict[tuple[int, int], int] = {}
    for task, satellite in chosen.items():
        if satellite >= 0 and problem.may_run_on and satellite not in problem.may_run_on[task]:
            raise MisfitError(f"task {task} may not run on satellite {satellite}")
        for resource, amount in problem.uses(task).items():
            key = (satellite, resource)
            room = left.get(key, int(_capacities(problem, satellite)[resource])) - amount
            if room < 0:
                raise MisfitError(f"resource {resource} of satellite {satellite} is used above its capacity")
            left[key] = room
    return sum((Decimal(repr(float(problem.profits[task]))) for task in chosen), Decimal(0))


def choices(problem: Problem) -> Choices:
    """The problem as general solvers take it."""
    decimals = _ROUNDED_DECIMALS if problem.decimals is None else problem.decimals
    whole = np.rint(problem.profits * 10**decimals).astype(np.int64)
    if not problem.satellites:
        return Choices(
            starts=problem.starts,
            rows=problem.resources,
            amounts=problem.amounts,
            whole=whole,
            capacities=problem.capacities,
            tasks=np.arange(len(problem)),
            on=np.full(len(problem), -1),
            decimals=decimals,
        )
    return _per_satellite(problem, whole, decimals)


def tolerance(problem: Problem, count: int) -> Decimal:
    """How far two proven optima of so many tasks may lie apart: 0, unless profits had to be rounded."""
    return Decimal(0) if problem.decimals is not None else Decimal(count) * Decimal(1).scaleb(-_ROUNDED_DECIMALS)


def _capacities(problem: Problem, satellite: int) -> Ints:
    return problem.capacities if satellite < 0 else problem.satellites[satellite]


def _per_satellite(problem: Problem, whole: Ints, decimals: int) -> Choices:
    width, pairs = len(problem.capacities), list(_candidates(problem))
    columns = [
        [*((width * s + r, a) for r, a in problem.uses(i).items()), (width * len(problem.satellites) + i, 1)]
        for i, s in pairs
    ]
    flat = np.array([entry for column in columns for entry in column], np.int64).reshape(-1, 2)
    tasks = np.array([i for i, _ in pairs], np.int64)
    return Choices(
        starts=starts_of([len(column) for column in columns]),
        rows=flat[:, 0].copy(),
        amounts=flat[:, 1].copy(),
        whole=whole[tasks],
        capacities=np.concatenate([*problem.satellites, np.ones(len(problem), np.int64)]),
        tasks=tasks,
        on=np.array([s for _, s in pairs], np.int64),
        decimals=decimals,
    )


def _candidates(problem: Problem) -> Iterator[tuple[int, int]]:
    for i, satellites in enumerate(problem.may_run_on):
        uses = problem.uses(i)
        for s in satellites:
            if all(problem.satellites[s][r] >= amount for r, amount in uses.items()):
                yield i, s


def starts_of(sizes: Sequence[int] | Ints) -> Ints:
    """Where each of the rows of these sizes starts, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(sizes, np.int64)))).astype(np.int64)
