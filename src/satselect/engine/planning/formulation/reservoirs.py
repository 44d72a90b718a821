"""Reservoirs as rows: what tasks put in, and passes take out.

A task reserves its room when it starts, and what it brings can leave once it has ended: a pass takes what is there
when the pass starts, up to what it drains, and the room is free when the pass ends. So after passes j + 1 to k a
reservoir is never too full if and only if, for every j <= k,

    what starts before pass k + 1 ends, and has not ended when pass j starts   <=   capacity + drained by j + 1 to k

where j = 0 is the beginning, with what is there already. A pass that lies inside another, as over a second station,
takes what was there when that one started, and its room is free when that one ends: safe in whatever order they drain.
And all is delivered in time (the earliest due date first)
if and only if no stretch of passes is asked to carry more than it drains.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from satselect.engine.planning.model import Pass
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Ints

LONG = 1 << 60  # beyond any time, and no sum of two overflows


@dataclass(frozen=True, slots=True)
class Drains:
    """The passes that drain a reservoir, in order: when each starts and ends, and what it takes, all (passes,)."""

    start: Ints
    end: Ints
    units: Ints
    delivers: bool

    @classmethod
    def of(cls, problem: PlanProblem, key: ResourceKey) -> Self:
        """The drains of one reservoir.

        Raises:
            InvalidArgumentError: only some of them deliver.
        """
        at = problem.horizon.first_within
        found = [
            (at(one.start), at(one.end), units, one)
            for one, units in problem.drained.get(key, ())
            if at(one.start) >= 0
        ]
        delivering = {one.station is not None for *_, one in found}
        if len(delivering) > 1:
            why = f"must be there for all passes that drain {key!r}, or for none"
            raise InvalidArgumentError(field="pass station", value=None, why=why)
        times = np.array(_in_order(found), np.int64).reshape(len(found), 3)
        return cls(times[:, 0], times[:, 1], times[:, 2], delivering == {True})

    def after(self, end: Ints) -> Ints:
        """The first pass that can take what ends then, (n,)."""
        return np.searchsorted(self.start, end, side="left").astype(np.int64)

    def until(self, due: Ints) -> Ints:
        """The last pass that ends by then, -1 if none does: (n,)."""
        return np.searchsorted(self.end, due, side="right").astype(np.int64) - 1


def _in_order(found: Iterable[tuple[int, int, int, Pass]]) -> list[tuple[int, int, int]]:
    """Start, end and units, so that both starts and ends go up: what lies inside another has the times of that one."""
    ordered: list[tuple[int, int, int]] = []
    # Of those that start together the longest stands first, so that the others are seen to lie inside it.
    for start, end, units, _ in sorted(found, key=lambda one: (one[0], -one[1], one[2])):
        # So that starts and ends both ascend, on which the bisections below rely; safe, as it says above.
        if ordered and end < ordered[-1][1]:
            start, end, _ = ordered[-1]
        ordered.append((start, end, units))
    return ordered


def level_rows(
    drains: Drains, start: Ints, end: Ints, capacity: int, level: int
) -> Iterator[tuple[Bools, int, int, int]]:
    """For each stretch of passes who counts, (n,), what they may put in, and the times between which they do."""
    total = np.concatenate(([0], np.cumsum(drains.units)))
    begins = np.concatenate(([-LONG], drains.start))
    stops = np.concatenate((drains.end, [LONG]))
    for k in range(len(stops)):
        is_before = start < stops[k]
        # A row per pair of passes, of which most can't be short (decision 0121).
        if k and not (is_before & (start >= stops[k - 1])).any():
            continue  # nobody starts in between: the row before says more
        for j in range(k + 1):
            # What is there at the beginning has ended before any pass starts, so it counts in stretches from the
            # beginning alone.
            room = capacity + int(total[k] - total[j]) - (level if j == 0 else 0)
            yield is_before & (end > begins[j]), room, int(begins[j]), int(stops[k])


def delivery_rows(drains: Drains, end: Ints, due: Ints) -> Iterator[tuple[Bools, int, int, int]]:
    """The same for what has to be on the ground by a time, `LONG` of what has not: (n,).

    A candidate that can't be delivered at all is in a row that holds nothing.
    """
    if (due == LONG).all():
        return
    first, last = drains.after(end), drains.until(due)
    is_due = due < LONG
    lost = is_due & (last < first)
    if lost.any():
        yield lost, 0, -LONG, LONG
    total = np.concatenate(([0], np.cumsum(drains.units)))
    rest = is_due & ~lost
    # Hall's condition (1935). Stretches that begin and end with nobody's own first and last pass ask the same of more
    # passes, so they say less.
    for i in np.unique(first[rest]).tolist():
        for j in np.unique(last[rest & (first >= i)]).tolist():
            if j >= i:
                inside = rest & (first >= i) & (last <= j)
                yield inside, int(total[j + 1] - total[i]), int(drains.start[i]), int(drains.end[j])
