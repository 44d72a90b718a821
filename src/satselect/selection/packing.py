"""A problem as arrays. Names become indices here and nowhere else."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from satselect.selection.problem import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row `i` holds `amounts[starts[i]:starts[i + 1]]` of the resources at the same places of `resources`.

    Shapes: starts (n + 1,), resources (nonzeros,), amounts (nonzeros,), all int64.
    """

    starts: Ints
    resources: Ints
    amounts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> Ints:
        """How many resources each row uses: (n,)."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """The row that each nonzero belongs to: (nonzeros,)."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def take(self, rows: Ints) -> Self:
        """These rows, in this order."""
        sizes = self.sizes[rows]
        starts = np.concatenate(([0], np.cumsum(sizes)))
        places = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return type(self)(starts, self.resources[places], self.amounts[places])

    def cost(self, prices: Ints) -> Ints:
        """What each row's amounts cost at these whole prices: (n,)."""
        totals = np.concatenate(([0], np.cumsum(self.amounts * prices[self.resources])))
        return totals[self.starts[1:]] - totals[self.starts[:-1]]


@dataclass(frozen=True, slots=True)
class Packing:
    """A problem as arrays; tasks that use the same amounts of the same resources share one signature.

    Shapes: signatures has one row per signature; signature_of (tasks,) int64; profits (tasks,) float64;
    capacities (resources,) int64; names (resources,).
    """

    signatures: Rows
    signature_of: Ints
    profits: Floats
    capacities: Ints
    names: list[str]


def pack(problem: Problem) -> Packing:
    """The problem as arrays, tasks and resources in the order of the problem."""
    index = {name: i for i, name in enumerate(problem.capacities)}
    numbers: dict[frozenset[tuple[str, int]], int] = {}
    signature_of = np.fromiter(
        (numbers.setdefault(frozenset(task.resources.items()), len(numbers)) for task in problem.tasks),
        np.int64,
        len(problem.tasks),
    )
    return Packing(
        signatures=_rows([sorted((index[name], amount) for name, amount in signature) for signature in numbers]),
        signature_of=signature_of,
        profits=np.fromiter((task.profit for task in problem.tasks), np.float64, len(problem.tasks)),
        capacities=np.fromiter(problem.capacities.values(), np.int64, len(problem.capacities)),
        names=list(problem.capacities),
    )


def _rows(rows: list[list[tuple[int, int]]]) -> Rows:
    flat = np.array([pair for row in rows for pair in row], np.int64).reshape(-1, 2)
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64)))
    return Rows(starts, flat[:, 0].copy(), flat[:, 1].copy())
