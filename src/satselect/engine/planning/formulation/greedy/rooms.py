"""What is left of each resource while a plan is made one spot after the other, and when a spot would find room.

Times are whole milliseconds from the start of the horizon; spots are told by their numbers. `soonest` says of a start
the first one from it on at which the resource has room, or `NEVER`: that start itself if it has. `take` takes the room.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from satselect.engine.planning.formulation.reservoirs import LONG, Drains
from satselect.engine.problem.rows import Ints

NEVER = LONG  # later than any start


class Room(Protocol):
    """What is left of a resource."""

    def soonest(self, spot: int, start: int, amount: int) -> int:
        """The first start from this one on at which there is room for so much, or `NEVER`."""

    def take(self, spot: int, start: int, amount: int) -> None:
        """Takes it."""


@dataclass(slots=True)
class Held:
    """A renewable resource: how much is held from each of some times on, up to the next.

    Attributes:
        units: that may be held at a time.
        turnaround: for which it is busy after each use.
        lengths: of all spots.
    """

    units: int
    turnaround: int
    lengths: Sequence[int]
    _times: list[int] = field(default_factory=lambda: [-LONG])
    _held: list[int] = field(default_factory=lambda: [0])
    _begun: dict[int, int] = field(default_factory=dict)  # how much begins to be held at a time
    _instants: list[tuple[int, int]] = field(default_factory=list)  # what has no length, by time

    def soonest(self, spot: int, start: int, amount: int) -> int:
        """See `Room`."""
        over, left = start + self.lengths[spot] + self.turnaround, self.units - amount
        if over == start:
            return self._soonest_instant(start, left)
        place = bisect_left(self._times, over) - 1
        while self._held[place] <= left:
            if self._times[place] <= start:
                return self._soonest_around(start, over, left)
            place -= 1
        return self._times[place + 1]  # when the last is over that holds too much

    def _soonest_around(self, start: int, over: int, left: int) -> int:
        """What has no length and lies strictly inside has to have room, too."""
        instants = self._instants
        for place in range(bisect_left(instants, (start + 1, 0)), len(instants)):
            at, units = instants[place]
            if at >= over:
                break
            if units + self._around(at) > left:
                return at
        return start

    def _soonest_instant(self, at: int, left: int) -> int:
        """What has no length needs room in what it lies strictly inside of."""
        while self._around(at) > left:
            at = self._times[bisect_right(self._times, at)]
        return at

    def _around(self, at: int) -> int:
        """How much is held by what begins before and ends after."""
        return self._held[bisect_right(self._times, at) - 1] - self._begun.get(at, 0)

    def take(self, spot: int, start: int, amount: int) -> None:
        """See `Room`."""
        over = start + self.lengths[spot] + self.turnaround
        if over == start:
            insort(self._instants, (start, amount))
            return
        self._begun[start] = self._begun.get(start, 0) + amount
        first = self._from(start)
        for place in range(first, self._from(over)):
            self._held[place] += amount

    def _from(self, time: int) -> int:
        """The place of what is held from this time on."""
        place = bisect_left(self._times, time)
        if place == len(self._times) or self._times[place] != time:
            self._times.insert(place, time)
            self._held.insert(place, self._held[place - 1])
        return place


@dataclass(slots=True)
class Turning:
    """A renewable resource of one unit with transitions: what uses it, by (end, start).

    Attributes:
        turnaround: for which it is busy after each use.
        lengths: of all spots.
        between: milliseconds from the end of one spot to the start of another besides, by their numbers.
    """

    turnaround: int
    lengths: Sequence[int]
    between: Callable[[int, int], int]
    _uses: list[tuple[int, int, int]] = field(default_factory=list)

    def soonest(self, spot: int, start: int, amount: int) -> int:
        """See `Room`."""
        uses, wait = self._uses, self.lengths[spot] + self.turnaround
        first = bisect_left(uses, (start + wait, start))
        while True:
            # Only neighbours are asked: a detour over a third is never quicker.
            if first > 0:
                start = max(start, uses[first - 1][0] + self.between(uses[first - 1][2], spot))
            if first == len(uses):
                return start
            left = uses[first][1] - start - wait
            if left >= 0 and left >= self.between(spot, uses[first][2]):
                return start
            first += 1

    def take(self, spot: int, start: int, amount: int) -> None:
        """See `Room`."""
        uses, over = self._uses, start + self.lengths[spot] + self.turnaround
        place = bisect_left(uses, (over, start))
        while place < len(uses) and uses[place][1] < over + self.between(spot, uses[place][2]):
            place += 1  # of those of no length at one moment
        uses.insert(place, (over, start, spot))


@dataclass(slots=True)
class Budget:
    """What is left of a budget."""

    left: int

    def soonest(self, spot: int, start: int, amount: int) -> int:
        """See `Room`."""
        return start if amount <= self.left else NEVER

    def take(self, spot: int, start: int, amount: int) -> None:
        """See `Room`."""
        self.left -= amount


class Reservoir:
    """A reservoir: what was put in before each pass ends, and what could leave when it starts.

    What counts in a stretch of passes (`formulation/reservoirs.py`) is what was put in before it ends, less what had
    ended before it starts: so it is not too full at the end of a pass if that much, less what passes took, is no more
    than the capacity beyond the least that stood at any start before. Shapes: all (passes + 1,), from the beginning on.
    Of each spot it is told how long it is, by when it is due, and its last start.
    """

    def __init__(
        self,
        drains: Drains,
        units: int,
        level: int,
        lengths: Sequence[int],
        dues: Sequence[int],
        lasts: Sequence[int],
    ) -> None:
        self._drains, self._lengths, self._dues, self._lasts = drains, lengths, dues, lasts
        taken = np.concatenate(([0], np.cumsum(drains.units)))
        self._stops = [*drains.end.tolist(), LONG]
        self._begins = [-LONG, *drains.start.tolist()]
        self._put, self._gone = -taken - units, -taken  # the capacity is in the first
        self._gone[0] = -level
        self._room: Ints | None = None  # of stretches of passes, for what is due; made once something is

    def soonest(self, spot: int, start: int, amount: int) -> int:
        """See `Room`."""
        end = start + self._lengths[spot]
        if self._dues[spot] < LONG and not self._has_time(end, self._dues[spot], amount):
            return NEVER  # later it would have less
        last = len(self._stops) - 1
        while True:
            k, j = bisect_right(self._stops, start), bisect_left(self._begins, end)
            gone = self._gone
            if j <= last:
                gone = gone.copy()
                gone[j:] += amount
            if (self._put[k:] + amount <= np.minimum.accumulate(gone)[k:]).all():
                return start
            # Until the next pass ends no more room comes, and what ends later leaves later.
            start, end = self._stops[k], self._stops[k] + self._lengths[spot]
            if start > self._lasts[spot]:
                return NEVER

    def take(self, spot: int, start: int, amount: int) -> None:
        """See `Room`."""
        end = start + self._lengths[spot]
        self._put[bisect_right(self._stops, start) :] += amount
        self._gone[bisect_left(self._begins, end) :] += amount
        if self._dues[spot] < LONG and self._drains.delivers:
            first, last = self._stretch(end, self._dues[spot])
            self._rooms()[: first + 1, last:] -= amount

    def _stretch(self, end: int, due: int) -> tuple[int, int]:
        """The first and the last pass that can deliver what ends then."""
        return bisect_left(self._begins, end) - 1, bisect_right(self._stops, due) - 1

    def _has_time(self, end: int, due: int, amount: int) -> bool:
        """Whether passes deliver it in time, beside all that is due."""
        if not self._drains.delivers:
            return True
        first, last = self._stretch(end, due)
        return last >= first and bool((self._rooms()[: first + 1, last:] >= amount).all())

    def _rooms(self) -> Ints:
        """What each stretch of passes may still be asked to carry: (passes, passes), by its first and its last."""
        if self._room is None:
            total = np.concatenate(([0], np.cumsum(self._drains.units)))
            self._room = total[None, 1:] - total[:-1, None]
            self._room[np.tril_indices(len(self._room), -1)] = LONG  # no stretch
        return self._room
