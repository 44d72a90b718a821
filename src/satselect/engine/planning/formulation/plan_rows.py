"""Rows of a plan as arrays: sums of candidates that must not pass a capacity, and what each is about.

There are tens of thousands of them where transitions meet resources that several satellites share, so none is an
object (decision 0192).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from satselect.engine.planning.times import Horizon
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Ints, starts_of
from satselect.engine.timeline.form import SharedRows


class About(NamedTuple):
    """The resource that a row is about, from when to when."""

    key: ResourceKey
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Rows whose members are candidates, ascending in each row.

    Shapes: keys (resources,), in any order; resource (rows,), the number of the key of each row; begin, end (rows,),
    milliseconds from the start of the horizon.
    """

    sums: SharedRows
    keys: Sequence[ResourceKey]
    resource: Ints
    begin: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.sums)

    @classmethod
    def of(cls, key: ResourceKey, sums: SharedRows, begin: Ints, end: Ints) -> "PlanRows":
        """Rows of one resource, of whom each member is there once."""
        return cls(sums, [key], np.zeros(len(sums), np.int64), begin, end)

    @classmethod
    def joined(cls, some: Sequence["PlanRows"]) -> "PlanRows":
        """All of these, one after the other."""
        none, sums = [np.zeros(0, np.int64)], [one.sums for one in some]
        first = np.cumsum([0, *(len(one.keys) for one in some)])
        return cls(
            SharedRows(
                starts_of(np.concatenate(none + [np.diff(one.starts) for one in sums])),
                np.concatenate(none + [one.candidates for one in sums]),
                np.concatenate(none + [one.amounts for one in sums]),
                np.concatenate(none + [one.capacities for one in sums]),
            ),
            [key for one in some for key in one.keys],
            np.concatenate(none + [one.resource + at for one, at in zip(some, first[:-1].tolist(), strict=True)]),
            np.concatenate(none + [one.begin for one in some]),
            np.concatenate(none + [one.end for one in some]),
        )

    def only(self, members: Bools) -> "PlanRows":
        """With these members alone, (nonzeros,)."""
        sums = self.sums
        starts = starts_of(members)[sums.starts]
        left = SharedRows(starts, sums.candidates[members], sums.amounts[members], sums.capacities)
        return PlanRows(left, self.keys, self.resource, self.begin, self.end)

    def take(self, rows: Bools) -> "PlanRows":
        """These rows alone, (rows,)."""
        if rows.all():
            return self
        sums, sizes = self.sums, np.diff(self.sums.starts)
        members = np.repeat(rows, sizes)
        left = SharedRows(
            starts_of(sizes[rows]), sums.candidates[members], sums.amounts[members], sums.capacities[rows]
        )
        return PlanRows(left, self.keys, self.resource[rows], self.begin[rows], self.end[rows])

    def totals(self, amounts: Ints) -> Ints:
        """What these amounts of the members, (nonzeros,), come to in each row: (rows,)."""
        return np.diff(starts_of(amounts)[self.sums.starts])

    def distinct(self) -> "PlanRows":
        """Of equal rows the first."""
        sums, known = self.sums, set[tuple[bytes, bytes, int]]()
        who, amounts = memoryview(sums.candidates.tobytes()), memoryview(sums.amounts.tobytes())
        is_new = np.ones(len(self), np.bool_)
        bounds = pairwise((8 * sums.starts).tolist())
        for row, ((a, b), capacity) in enumerate(zip(bounds, sums.capacities.tolist(), strict=True)):
            said = bytes(who[a:b]), bytes(amounts[a:b]), capacity
            is_new[row] = said not in known
            known.add(said)
        return self.take(is_new)

    def about(self, horizon: Horizon) -> Iterator[About]:
        """What each row is about."""
        times = zip(self.resource.tolist(), self.begin.tolist(), self.end.tolist(), strict=True)
        return (About(self.keys[number], horizon.at(begin), horizon.at(end)) for number, begin, end in times)
