"""Sums over stretches that are too many to be listed as rows: few of them ever matter, and those are found.

Of 70 passes there are 2,485 stretches, and in each of them thousands of candidates. But where a candidate counts is
said by two numbers, so what is in all stretches together is a table, and what a plan passes is read off it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast, overload

import numpy as np

from satselect.engine.problem.rows import Bools, Floats, Ints

UNBOUNDED = 1 << 60  # no sum reaches it


class Stretch(NamedTuple):
    """One of them, by the first and the last of what it is made of."""

    begin: int
    stop: int


@dataclass(frozen=True, slots=True)
class Stretches:
    """What candidates may come to in each stretch `(j, k)`, `0 <= j <= k < size`: those with `j <= first`, `last <= k`.

    Shapes: candidates (n,), ascending; amounts (n,) >= 1; first, last (n,) below the size, in whatever order; room
    (size, size), `UNBOUNDED` where there is no stretch; all int64.
    """

    candidates: Ints
    amounts: Ints
    first: Ints
    last: Ints
    room: Ints

    @overload
    def sums(self, shares: Bools) -> Ints: ...
    @overload
    def sums(self, shares: Floats) -> Floats: ...
    def sums(self, shares: Floats | Bools) -> Ints | Floats:
        """What these shares of the members, (n,), come to in each stretch, exactly if they are whole: (size, size)."""
        uses = self.amounts * shares
        table = np.zeros(self.room.shape, uses.dtype)
        np.add.at(table, (self.first, self.last), uses)
        return cast("Ints | Floats", np.cumsum(np.cumsum(table[::-1], axis=0)[::-1], axis=1))

    def passed(self, shares: Floats | Bools, most: float = 0) -> list[Stretch]:
        """The stretches that these shares, (n,), pass by more than that: the worst from each place, and up to each."""
        over = self.sums(shares) - self.room
        if not over.size:
            return []
        places, is_worst = np.arange(len(over)), np.zeros(over.shape, np.bool_)
        is_worst[places, over.argmax(axis=1)] = is_worst[over.argmax(axis=0), places] = True
        return [Stretch(int(j), int(k)) for j, k in np.argwhere(is_worst & (over > most))]

    def telling(self) -> list[Stretch]:
        """All stretches that can be passed, but those with the members of a shorter one that has no more room."""
        everyone, room = np.ones(len(self.amounts), np.bool_), self.room
        count, tells = replace(self, amounts=np.ones_like(self.amounts)).sums(everyone), self.sums(everyone) > room
        tells[:, 1:] &= (count[:, 1:] > count[:, :-1]) | (room[:, :-1] > room[:, 1:])
        tells[:-1] &= (count[:-1] > count[1:]) | (room[1:] > room[:-1])
        return [Stretch(int(j), int(k)) for j, k in np.argwhere(tells)]

    def within(self, stretch: Stretch) -> Bools:
        """Which members count in a stretch: (n,)."""
        return (self.first >= stretch.begin) & (self.last <= stretch.stop)

    def row(self, stretch: Stretch) -> tuple[Ints, Ints, int]:
        """The members of a stretch, their amounts, and its room."""
        here = self.within(stretch)
        return self.candidates[here], self.amounts[here], int(self.room[stretch])

    @property
    def least(self) -> Ints:
        """The least room of all stretches in which one with that first and last would be: (size, size)."""
        up = np.minimum.accumulate(self.room, axis=0)
        return np.asarray(np.minimum.accumulate(up[:, ::-1], axis=1)[:, ::-1], np.int64)

    def only(self, members: Bools) -> "Stretches":
        """With these members alone, (n,)."""
        return replace(
            self,
            candidates=self.candidates[members],
            amounts=self.amounts[members],
            first=self.first[members],
            last=self.last[members],
        )

    def numbered(self, candidates: Ints) -> "Stretches":
        """The same of candidates with other numbers, (n,)."""
        return replace(self, candidates=candidates)


class Filling:
    """Stretches of all kinds while candidates are taken one after the other."""

    def __init__(self, stretches: Sequence[Stretches]) -> None:
        self._now = [replace(some, room=some.room.copy()) for some in stretches]

    def fitting(self, candidates: Ints) -> Bools:
        """Which of these, (n,), fit beside those that were taken: (n,)."""
        fits = np.ones(len(candidates), np.bool_)
        for some in self._now:
            place = np.searchsorted(some.candidates, candidates)
            place = np.minimum(place, len(some.candidates) - 1)
            here = np.flatnonzero(some.candidates[place] == candidates) if len(some.candidates) else place[:0]
            place = place[here]
            fits[here] &= some.amounts[place] <= some.least[some.first[place], some.last[place]]
        return fits

    def fits(self, candidate: int) -> bool:
        """Whether one fits beside those that were taken."""
        return all((room >= amount).all() for room, amount in self._rooms(candidate))

    def take(self, candidate: int) -> None:
        """Takes its room."""
        for room, amount in self._rooms(candidate):
            room -= amount

    def _rooms(self, candidate: int) -> Iterator[tuple[Ints, int]]:
        for some in self._now:
            place = int(np.searchsorted(some.candidates, candidate))
            if place < len(some.candidates) and some.candidates[place] == candidate:
                yield some.room[: some.first[place] + 1, some.last[place] :], int(some.amounts[place])
