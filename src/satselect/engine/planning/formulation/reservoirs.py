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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from satselect.engine.planning.formulation.plan_rows import PlanRows
from satselect.engine.planning.model import Pass
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Ints
from satselect.engine.timeline.form import SharedRows
from satselect.engine.timeline.stretches import UNBOUNDED, Stretch, Stretches

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


@dataclass(frozen=True, slots=True)
class Uses:
    """What candidates, ascending, put into a reservoir, and when: all (n,)."""

    who: Ints
    amount: Ints
    start: Ints
    end: Ints

    def take(self, which: Bools) -> Self:
        """Those of these candidates, (n,), alone."""
        return type(self)(self.who[which], self.amount[which], self.start[which], self.end[which])


@dataclass(frozen=True, slots=True)
class PassStretches:
    """What candidates may come to in stretches of passes, of one reservoir.

    Attributes:
        key: the reservoir.
        sums: of candidates.
        begins: milliseconds at which a stretch begins that begins with this one, (size,).
        stops: milliseconds at which it ends if it ends with this one, (size,).
    """

    key: ResourceKey
    sums: Stretches
    begins: Ints
    stops: Ints

    @classmethod
    def levels(cls, key: ResourceKey, drains: Drains, uses: Uses, capacity: int, level: int) -> Self:
        """That the reservoir is never too full."""
        total = np.concatenate(([0], np.cumsum(drains.units)))
        begins, stops = np.concatenate(([-LONG], drains.start)), np.concatenate((drains.end, [LONG]))
        room = capacity + total[None, :] - total[:, None]
        # What is there at the beginning has ended before any pass starts: it counts from the beginning alone.
        room[0] -= level
        first = np.searchsorted(begins, uses.end, side="left") - 1
        last = np.searchsorted(stops, uses.start, side="right")
        return cls(key, _sums(uses, first, last, room), begins, stops)

    @classmethod
    def deliveries(cls, key: ResourceKey, drains: Drains, uses: Uses, due: Ints) -> Self:
        """That all of these are on the ground by a time, (n,): no stretch has to carry more than it drains.

        That is Hall's condition (1935). Each has a pass that can deliver it.
        """
        total = np.concatenate(([0], np.cumsum(drains.units)))
        room = total[None, 1:] - total[:-1, None]
        return cls(key, _sums(uses, drains.after(uses.end), drains.until(due), room), drains.start, drains.end)

    def only(self, members: Bools, room: Ints | None = None) -> Self:
        """With these members alone, (n,), and another room, (size, size)."""
        sums = self.sums.only(members)
        return replace(self, sums=sums if room is None else replace(sums, room=room))

    def rows(self, found: Sequence[Stretch], length: int) -> PlanRows:
        """These stretches as rows, in a horizon of so many milliseconds."""
        rows = [self.sums.row(one) for one in found]
        begins = np.array([max(int(self.begins[one.begin]), 0) for one in found], np.int64)
        stops = np.array([min(int(self.stops[one.stop]), length) for one in found], np.int64)
        return PlanRows.of(self.key, SharedRows.of(rows), begins, stops)


def _sums(uses: Uses, first: Ints, last: Ints, room: Ints) -> Stretches:
    room[np.tril_indices(len(room), -1)] = UNBOUNDED  # no stretch
    return Stretches(uses.who, uses.amount, first.astype(np.int64), last.astype(np.int64), room)
