"""Timelines, and of each the shared row that is its own: all that uses the row is there."""

from typing import NamedTuple

import numpy as np

from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Ints


class Owned(NamedTuple):
    """A timeline whose paths add up what they use of its own row.

    first, stop: its places; row: -1 without one, and then nothing is used; capacity: of the row. Shapes, (places,):
    amounts, what each place uses; near, so many of the first places may come before each; mirrored, the places from the
    last start to the first, and ahead, so many of these may come after each place.
    """

    first: int
    stop: int
    row: int
    capacity: int
    amounts: Ints
    near: Ints
    mirrored: Ints
    ahead: Ints

    @property
    def places(self) -> slice:
        """Where it is among all places."""
        return slice(self.first, self.stop)

    @property
    def cells(self) -> int:
        """Of a table of its places by what is used."""
        return (self.stop - self.first + 1) * (self.capacity + 1)

    def clashing(self, place: int) -> Ints:
        """The places of the line, counted from its first, that can't be beside this one."""
        may_be = (self.near > place) | (np.arange(len(self.near)) < self.near[place])
        may_be[place] = True
        return np.flatnonzero(~may_be)


def owned_of(lines: Lines, among: Ints) -> list[Owned]:
    """All timelines, each with the row of its own among these that holds most places; none depends on setups.

    Of own rows that have a place in common none is taken: one amount alone is added up.
    """
    line = np.searchsorted(lines.bounds, np.arange(len(lines.who)), "right") - 1
    place = np.repeat(np.arange(len(lines.who)), np.diff(lines.shared))
    chosen = _own_rows(lines, line, place, among)
    return [_owned(lines, number, row, place) for number, row in enumerate(chosen)]


def _own_rows(lines: Lines, line: Ints, place: Ints, among: Ints) -> list[int]:
    """Of each line the row of its own, -1 without one; place (uses,)."""
    count, lines_count = len(lines.room), len(lines.bounds) - 1
    low, high = np.full(count, lines_count), np.full(count, -1)
    np.minimum.at(low, lines.rows, line[place])
    np.maximum.at(high, lines.rows, line[place])
    is_own = low == high
    owns = np.bincount(place[is_own[lines.rows]], minlength=len(lines.who))
    is_own[lines.rows[owns[place] > 1]] = False
    sizes = np.bincount(lines.rows, minlength=count)
    chosen = [-1] * lines_count
    some = among[is_own[among]]
    for row in some[np.argsort(sizes[some], kind="stable")].tolist():
        chosen[low[row]] = row
    return chosen


def _owned(lines: Lines, number: int, row: int, place: Ints) -> Owned:
    first, stop = int(lines.bounds[number]), int(lines.bounds[number + 1])
    amounts, capacity = np.zeros(stop - first, np.int64), 0
    if row >= 0:
        uses = lines.rows == row
        np.add.at(amounts, place[uses] - first, lines.amounts[uses])
        unit = int(np.gcd.reduce(amounts))
        amounts, capacity = amounts // unit, int(lines.room[row]) // unit
    mirrored = lines.by_start[first:stop][::-1] - first
    here = slice(first, stop)
    return Owned(
        first, stop, row, capacity, amounts, lines.before[here] - first, mirrored, stop - lines.after[here]
    )  # fmt: skip
