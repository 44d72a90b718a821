"""Sparse rows of whole amounts: what each of many things uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import methodcaller
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key")
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

    @classmethod
    def of(cls, uses: Sequence[Mapping[Key, int]], index: Mapping[Key, int]) -> Self:
        """A row per mapping of resource to amount; `index` numbers the resources."""
        return cls(
            starts=starts_of(np.fromiter(map(len, uses), np.int64, len(uses))),
            resources=np.fromiter(map(index.__getitem__, chain.from_iterable(uses)), np.int64),
            amounts=np.fromiter(chain.from_iterable(map(methodcaller("values"), uses)), np.int64),
        )

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

    def magnitudes(self, resources: int) -> Floats:
        """The power of two at or below the mean amount of each resource, 1 of what no row uses: (resources,).

        Amounts divided by it are of the size of one, and dividing rounds nothing.
        """
        counts = np.bincount(self.resources, minlength=resources)
        totals = np.bincount(self.resources, weights=self.amounts, minlength=resources)
        means = np.where(counts > 0, totals, 1) / np.maximum(counts, 1)
        return np.exp2(np.floor(np.log2(means)))

    def take(self, rows: Ints) -> Self:
        """These rows, in this order."""
        sizes = self.sizes[rows]
        starts = starts_of(sizes)
        places = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return type(self)(starts, self.resources[places], self.amounts[places])

    def fit(self, room: Ints) -> Bools:
        """Whether each row alone uses nothing beyond this room, (resources,): (n,)."""
        # Counted up to each place, so a row has an excess exactly where the count differs from its start to its end.
        excesses = starts_of(self.amounts > room[self.resources])
        return np.equal(excesses[self.starts[1:]], excesses[self.starts[:-1]])


def starts_of(sizes: Ints | Bools) -> Ints:
    """Where things of these sizes start when they stand one after the other: (n + 1,)."""
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts
