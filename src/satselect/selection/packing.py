"""A problem as arrays. Names become indices here and nowhere else."""

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Self

import numpy as np
from numpy.typing import NDArray

from satselect.selection.problem import Problem

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Bytes = NDArray[np.int8]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row `i` uses `amounts[starts[i]:starts[i + 1]]` of the resources at the same places of `resources`.

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
        return self.starts[1:] - self.starts[:-1]

    @property
    def width(self) -> int:
        """The most resources that a row uses."""
        return int(self.sizes.max(initial=0))

    @property
    def owners(self) -> Ints:
        """The row that each nonzero belongs to: (nonzeros,)."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def take(self, rows: Ints) -> Self:
        """These rows, in this order."""
        sizes = self.sizes[rows]
        starts = _starts(sizes)
        places = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return type(self)(starts, self.resources[places], self.amounts[places])

    def cost(self, prices: Ints) -> Ints:
        """What each row's amounts cost at these whole prices: (n,)."""
        totals = _starts(self.amounts * prices[self.resources])
        return totals[self.starts[1:]] - totals[self.starts[:-1]]


@dataclass(frozen=True, slots=True)
class Packing:
    """A problem as arrays.

    Shapes: rows: what each task uses; profits (tasks,) float64; capacities (resources,) int64; names (resources,).
    """

    rows: Rows
    profits: Floats
    capacities: Ints
    names: list[str]


def pack(problem: Problem) -> Packing:
    """The problem as arrays, tasks and resources in the order of the problem."""
    index = {name: i for i, name in enumerate(problem.capacities)}
    uses = [task.resources for task in problem.tasks]
    rows = Rows(
        starts=_starts(np.fromiter(map(len, uses), np.int64, len(uses))),
        resources=np.fromiter(map(index.__getitem__, chain.from_iterable(uses)), np.int64),
        amounts=np.fromiter(chain.from_iterable(map(methodcaller("values"), uses)), np.int64),
    )
    return Packing(
        rows=rows,
        profits=np.fromiter(map(attrgetter("profit"), problem.tasks), np.float64, len(uses)),
        capacities=np.fromiter(problem.capacities.values(), np.int64, len(index)),
        names=list(index),
    )


def _starts(sizes: Ints) -> Ints:
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts
