"""Odd cycles: what the relaxation takes halves of, and no selection can.

Add up an odd number of resources of which there is one, and halve the sum: a column that uses `c` of them counts
`c // 2` at least, and all that are selected stay within half of that number, rounded down (Chvatal 1973, with halves).
So a cycle is one more resource, and prices, bounds and certificates need no other rule. Those that a relaxation
violates are found among cycles of conflicts, by shortest paths between two copies of each column that is taken in part
(Groetschel, Lovasz, Schrijver 1988): where columns are intervals, these are nearly all that it gets wrong.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.limits import Limits
from satselect.engine.problem.rows import Floats, Ints, Rows, starts_of

_PART = 1e-6  # of a column, from which on it is taken in part
_EXCESS = 1e-3  # over its capacity, that makes a cycle worth a resource
_LONGEST = 1.0 - 1e-4  # a path of which no cycle is violated
_EDGE = 1e-7  # so that of cycles as much violated the shortest is found
_MOST = 300  # that enter at a time
_WORK = 10**8  # elementary operations


class Cycles(NamedTuple):
    """Resources: of cycle `i` columns use amounts, both (nonzeros,), from `starts[i]` to the next; of so many there is.

    Shapes: starts (cycles + 1,), columns and amounts (nonzeros,), capacities (cycles,); all int64.
    """

    starts: Ints
    columns: Ints
    amounts: Ints
    capacities: Ints

    def __len__(self) -> int:
        return len(self.capacities)


def odd_cycles(rows: Rows, capacities: Ints, fractions: Floats, limits: Limits) -> Cycles:
    """Cycles that these fractions, (columns,), violate, the most violated first.

    Only resources of capacity 1 make cycles: of `rows`, those with one unit in `capacities`.
    """
    is_one = (capacities == 1)[rows.resources]
    resources, owners = rows.resources[is_one], rows.owners[is_one]
    order = np.argsort(resources, kind="stable")
    users = starts_of(np.bincount(resources, minlength=len(capacities))), owners[order]
    nodes, near, far, by, length = _conflicts(*users, fractions)
    if not len(nodes):
        return _chosen(users, [], fractions)
    order = np.argsort(near, kind="stable")
    heads = starts_of(np.bincount(near, minlength=len(nodes)))
    starts, walked = _walks(heads, far[order], by[order], length[order], limits.work(_WORK))
    return _chosen(users, _around(starts, walked, len(capacities)), fractions)


def _around(starts: Ints, walked: Ints, count: int) -> list[Ints]:
    """What each walk passes an odd number of times, once each: twice adds whole units, which halving leaves alone."""
    of_walk = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    passed, times = np.unique(of_walk * count + walked, return_counts=True)
    walk, resource = np.divmod(passed[times % 2 == 1], count)
    bounds = np.searchsorted(walk, np.arange(len(starts)))
    around = [resource[a:b] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True) if b - a > 1]
    return list({one.tobytes(): one for one in around}.values())


def _chosen(users: tuple[Ints, Ints], around: list[Ints], fractions: Floats) -> Cycles:
    """Of the cycles around these resources those that are violated."""
    found: list[tuple[float, Ints, Ints, int]] = []
    for resources in around:
        members = np.concatenate([users[1][users[0][r] : users[0][r + 1]] for r in resources.tolist()])
        halves = np.bincount(members) // 2
        columns = np.flatnonzero(halves)
        amounts = halves[columns]
        # Whatever the walk promised, the row itself is weighed: other users of the same resources are in it, too.
        excess = float(amounts @ fractions[columns]) - len(resources) // 2
        if excess > _EXCESS:
            found.append((excess, columns, amounts, len(resources) // 2))
    found.sort(key=lambda one: -one[0])
    del found[_MOST:]
    none = [np.zeros(0, np.int64)]
    return Cycles(
        starts_of(np.array([len(one[1]) for one in found], np.int64)),
        np.concatenate(none + [one[1] for one in found]),
        np.concatenate(none + [one[2] for one in found]),
        np.array([one[3] for one in found], np.int64),
    )


@compiled()
def _conflicts(starts: Ints, users: Ints, fractions: Floats) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """The columns taken in part, and what conflicts among them: both ends of each edge, its resource, its length.

    The length is what the two leave of the one that both can't have. A cycle of edges shorter than 1 in all, and of an
    odd number, holds more than half of its columns.
    """
    number = np.full(len(fractions), -1)
    # No other lies on a violated cycle: one at 0 leaves an even number of others, in pairs of which each makes 1 at
    # most; and one that is whole has its neighbours at 0.
    nodes = np.flatnonzero((fractions > _PART) & (fractions < 1 - _PART))
    for k in range(len(nodes)):
        number[nodes[k]] = k
    near, far, by, length = [0][:0], [0][:0], [0][:0], [0.0][:0]
    for r in range(len(starts) - 1):
        for s in range(starts[r], starts[r + 1]):
            i = number[users[s]]
            for t in range(starts[r], starts[r + 1]):
                j = number[users[t]]
                if i >= 0 and j >= 0 and i != j:
                    near.append(i)
                    far.append(j)
                    by.append(r)
                    # Around k edges these add up to k less twice the fractions: below 1 just if the fractions pass (k -
                    # 1) / 2, which is what the cycle allows. So of the cycles through a column the shortest is the most
                    # violated one.
                    length.append(max(1 - fractions[users[s]] - fractions[users[t]], 0.0) + _EDGE)
    return nodes, np.array(near), np.array(far), np.array(by), np.array(length)


@compiled()
def _walks(heads: Ints, far: Ints, by: Ints, length: Floats, work: int) -> tuple[Ints, Ints]:
    """From each node the shortest closed walk of an odd number of edges: where each starts, and their resources."""
    n = len(heads) - 1
    starts, walked = [0], [0][:0]
    distance, came, over = np.empty(2 * n), np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    # Copy 2i stands for node i after an even number of edges, 2i + 1 after an odd one: every edge changes sides, so a
    # path from one copy of a node to its other is a closed walk of odd length, and a shortest one is a cycle.
    for first in range(n):
        # A walk that is no shorter is violated by nothing, so none is followed so far.
        distance[:] = _LONGEST
        distance[2 * first] = 0.0
        heap = [(0.0, 2 * first)]
        work -= 2 * n
        while len(heap) > 0:
            so_far, at = heappop(heap)
            if at == 2 * first + 1 or work < 0:
                break
            # An older entry: the copy was reached by a shorter way meanwhile. Cheaper than to move it within the heap.
            if so_far > distance[at]:
                continue
            for e in range(heads[at // 2], heads[at // 2 + 1]):
                to = 2 * far[e] + 1 - at % 2
                if so_far + length[e] < distance[to]:
                    distance[to] = so_far + length[e]
                    came[to], over[to] = at, by[e]
                    heappush(heap, (distance[to], to))
            work -= 10 * (heads[at // 2 + 1] - heads[at // 2]) + 20
        if work < 0:
            break
        at = 2 * first + 1
        if distance[at] < _LONGEST:
            while at != 2 * first:
                walked.append(over[at])
                at = came[at]
            starts.append(len(walked))
    return np.array(starts), np.array(walked)


def with_cycles(rows: Rows, count: int, cycles: list[Cycles]) -> Rows:
    """The rows of columns with the resources of all these cycles behind the `count` that there are."""
    numbers = [np.repeat(np.arange(len(one)), np.diff(one.starts)) for one in cycles]
    first = starts_of(np.array([len(one) for one in cycles], np.int64)) + count
    owners = np.concatenate([rows.owners, *(one.columns for one in cycles)])
    more = [number + first[i] for i, number in enumerate(numbers)]
    order = np.argsort(owners, kind="stable")
    return Rows(
        starts_of(np.bincount(owners, minlength=len(rows))),
        np.concatenate([rows.resources, *more])[order],
        np.concatenate([rows.amounts, *(one.amounts for one in cycles)])[order],
    )
