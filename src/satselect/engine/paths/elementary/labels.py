"""Labels along a graph: what paths to each row earn, and which tasks they remember.

A task that is taken again costs what it earns at most, so that whoever takes it twice gains nothing. So of two paths to
a row the one is never better whose profit is less than the other's by more than all tasks can earn that only the other
has taken already (dominance: Feillet and others 2004, with what the difference is worth at most). Where there are too
many the task that is worth least is forgotten, which only lets a path take more than it may (ng-routes: Baldacci,
Mingozzi, Roberti 2011).
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.elementary.graph import Graph
from satselect.engine.problem.rows import Ints

_LOOK = 4  # elementary operations


class Worth(NamedTuple):
    """What is earned at some prices.

    Shapes: gain (rows,), below 0 where a row is not taken; weight (rows, bits): what the task of each bit earns at
    most; again (rows,): the same of the row's own task.
    """

    gain: Ints
    weight: Ints
    again: Ints


class Labels(NamedTuple):
    """The labels of each row, from first to last, (rows,) each; of each label, (any,): profit, mask, and its source.

    counts (4,): labels, rows that are done, tasks forgotten, elementary operations.
    """

    first: Ints
    last: Ints
    profit: Ints
    mask: Ints
    source: Ints
    counts: Ints

    @classmethod
    def of(cls, rows: int, room: int) -> "Labels":
        """For so many rows and labels."""
        first, last = np.zeros((2, rows), np.int64)
        profit, mask, source = np.empty((3, room), np.int64)
        return cls(first, last, profit, mask, source, np.zeros(4, np.int64))

    def with_room(self, room: int) -> "Labels":
        """The same with room for so many labels."""
        more = room - len(self.profit)
        profit, mask, source = (np.pad(column, (0, more)) for column in (self.profit, self.mask, self.source))
        return self._replace(profit=profit, mask=mask, source=source)


@compiled()
def spread(
    graph: Graph, worth: Worth, labels: Labels, other: Labels, scratch: Ints, least: int, most: int, work: int
) -> None:
    """Goes on with the labels, row by row in the order of the graph, as far as this work and their room go.

    At most so many are left at a row. What can't be part of a path of the least profit, as the labels from the other
    end say, is left out. scratch (3, any).
    """
    counts, room = labels.counts, len(labels.profit)
    limit = counts[3] + work
    while counts[1] < len(graph.order) and counts[3] < limit and counts[0] + most <= room:
        row = graph.order[counts[1]]
        count = 0
        if counts[1] == 0:
            scratch[0, 0], scratch[1, 0], scratch[2, 0], count = 0, 0, -1, 1
        for arc in range(graph.starts[row], graph.starts[row + 1]):
            if worth.gain[row] < 0:
                break
            source = graph.sources[arc]
            for a in range(labels.first[source], labels.last[source]):
                if count == scratch.shape[1]:
                    count = _fewer(scratch, count, worth.weight[row], scratch.shape[1] // 2, counts)
                known = labels.mask[a] & graph.keeps[arc]
                profit = labels.profit[a] + worth.gain[row]
                if known & graph.asks[row]:
                    profit -= worth.again[row]
                mask = known & ~graph.asks[row] | graph.own[row]
                if _reaches(worth, other, row, profit, mask & ~graph.own[row], least, counts):
                    scratch[0, count], scratch[1, count], scratch[2, count] = profit, mask, a
                    count += 1
        count = _fewer(scratch, count, worth.weight[row], most, counts)
        labels.first[row] = counts[0]
        for k in range(count):
            a = counts[0] + k
            labels.profit[a], labels.mask[a], labels.source[a] = scratch[0, k], scratch[1, k], scratch[2, k]
        counts[0] += count
        labels.last[row] = counts[0]
        counts[1] += 1


@inner()
def _reaches(worth: Worth, other: Labels, row: int, profit: int, mask: int, least: int, counts: Ints) -> bool:
    """Whether a label may be part of a path of the least profit; without labels from the other end it may."""
    if len(other.profit) == 0:
        return True
    so_far = profit - worth.gain[row]
    for a in range(other.first[row], other.last[row]):
        slack = so_far + other.profit[a] - least
        counts[3] += _LOOK
        if slack < 0:
            return False
        if _within(mask & other.mask[a], worth.weight[row], slack):
            return True
    return False


@inner()
def _within(bits: int, weight: Ints, slack: int) -> bool:
    """Whether the tasks of these bits are worth no more than so much."""
    bit = 0
    while bits != 0 and slack >= 0:
        if bits & 1:
            slack -= weight[bit]
        bits >>= 1
        bit += 1
    return slack >= 0


@inner()
def _fewer(scratch: Ints, count: int, weight: Ints, most: int, counts: Ints) -> int:
    """Leaves at most so many labels, the largest profit first: those that no other is as good as."""
    count = _undominated(scratch, count, weight, counts)
    while count > most:
        some, least = 0, -1
        for a in range(count):
            some |= scratch[1, a]
        for bit in range(len(weight)):
            if some >> bit & 1 and (least < 0 or weight[bit] < weight[least]):
                least = bit
        for a in range(count):
            scratch[1, a] &= ~(1 << least)
        counts[2] += 1
        count = _undominated(scratch, count, weight, counts)
    return count


@inner()
def _undominated(scratch: Ints, count: int, weight: Ints, counts: Ints) -> int:
    """Moves the labels that no other is as good as to the front, the largest profit first; how many."""
    _sort(scratch, count)
    kept = 0
    for a in range(count):
        is_beaten = False
        for b in range(kept):
            if _within(scratch[1, b] & ~scratch[1, a], weight, scratch[0, b] - scratch[0, a]):
                is_beaten = True
                counts[3] += _LOOK * b
                break
        if not is_beaten:
            counts[3] += _LOOK * kept
            for column in range(3):
                scratch[column, kept] = scratch[column, a]
            kept += 1
    return kept


@inner()
def _sort(scratch: Ints, count: int) -> None:
    """The largest profit first (Shell 1959): numpy's way takes seconds to compile."""
    gap = count // 2
    while gap > 0:
        for a in range(gap, count):
            profit, mask, source = scratch[0, a], scratch[1, a], scratch[2, a]
            b = a - gap
            while b >= 0 and scratch[0, b] < profit:
                for column in range(3):
                    scratch[column, b + gap] = scratch[column, b]
                b -= gap
            scratch[0, b + gap], scratch[1, b + gap], scratch[2, b + gap] = profit, mask, source
        gap //= 2
