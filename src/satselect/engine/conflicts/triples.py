"""Of which two at most go together: many resources that three columns can't share, said by a few larger ones.

"At most two of these" holds wherever among any three of them two conflict, or all three are too much for a resource.
A column that conflicts with all others counts twice. So a resource of capacity 2 grows as a clique does
(`cover.py`), says what the ones inside it say, and leaves the relaxation less: of three tasks with three cameras each,
two at most, and not two of each combination of cameras.
"""

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.conflicts.cover import Uses, uses_of
from satselect.engine.limits import PORTION, Limits
from satselect.engine.problem.rows import Bools, Bytes, Ints, Rows, starts_of

_WIDEST = 30  # columns that use a resource: of more it says enough as it is, and each pair of them would be looked at
_MOST_CELLS = 2**25  # of the table of what is grown


def with_grown_twos(
    rows: Rows, capacities: Ints, is_implied: Bools, conflicts: Bools, limits: Limits
) -> tuple[Rows, Ints, Bools]:
    """Rows, capacities, and which resources other ones imply, with grown ones in place of those of capacity 2."""
    uses = uses_of(rows, capacities)
    users = np.diff(uses.firsts)
    seeds = np.flatnonzero((capacities == 2) & ~is_implied & (users > 0) & (users <= _WIDEST))
    if not len(seeds):
        return rows, capacities, is_implied
    table = _grown(conflicts, uses, seeds[np.argsort(-users[seeds], kind="stable")], limits)
    if table is None:
        return rows, capacities, is_implied
    columns, twos = np.nonzero(table.T)
    owners = np.concatenate((rows.owners, columns))
    order = np.argsort(owners, kind="stable")
    more = Rows(
        starts_of(np.bincount(owners, minlength=len(rows))),
        np.concatenate((rows.resources, len(capacities) + twos))[order],
        np.concatenate((rows.amounts, table.T[columns, twos].astype(np.int64)))[order],
    )
    is_implied = np.concatenate((is_implied, np.zeros(len(table), np.bool_)))
    is_implied[seeds] = True
    return more, np.concatenate((capacities, np.full(len(table), 2))), is_implied


def _grown(conflicts: Bools, uses: Uses, seeds: Ints, limits: Limits) -> Bytes | None:
    """What columns use, of capacity 2, of resources that say all that these of capacity 2 say beside the conflicts.

    Shapes: seeds (any,): resources, the ones to begin with first; the answer: (fewer, columns). None if there was no
    time, or too little memory.
    """
    if len(seeds) * len(conflicts) > _MOST_CELLS:
        return None
    table = np.zeros((len(seeds), len(conflicts)), np.int8)
    at = count = 0
    while at < len(seeds):
        if limits.is_over():
            return None
        at, count = _grow(conflicts, uses, seeds, table, at, count, PORTION)
    return table[:count]


@compiled()
def _grow(conflicts: Bools, uses: Uses, seeds: Ints, table: Bytes, at: int, count: int, work: int) -> tuple[int, int]:
    """Grows seeds from `at` on into rows of the table from `count` on; where both ended."""
    held = np.zeros(len(uses.capacities), np.int64)
    while at < len(seeds) and work > 0:
        users = uses.users[uses.firsts[seeds[at]] : uses.firsts[seeds[at] + 1]]
        users = users[uses.taken[uses.firsts[seeds[at]] : uses.firsts[seeds[at] + 1]] == 1]
        at += 1
        work -= count * 2
        if not _is_said(table, count, users):
            work -= _grow_one(conflicts, uses, users, held, table[count])
            count += 1
    return at, count


@inner()
def _is_said(table: Bytes, count: int, users: Ints) -> bool:
    for k in range(count):
        is_inside = True
        for j in users:
            if table[k, j] == 0:
                is_inside = False
                break
        if is_inside:
            return True
    return False


@inner()
def _grow_one(conflicts: Bools, uses: Uses, users: Ints, held: Ints, inside: Bytes) -> int:
    """Writes what each column uses of a resource grown around these users; the work it took."""
    n = len(conflicts)
    members, others, marks = np.empty(n, np.int64), np.arange(n), np.full(n, -1)
    size, left, work = 0, n, n
    for j in users:
        left, work = _narrow(conflicts, uses, members[:size], j, held, marks, others[:left], work)
        members[size] = j
        size += 1
    while left > 0:
        best, most = -1, -1
        for j in others[:left]:
            # Greedily, as with cliques: who conflicts with many leaves many.
            links = 0
            for k in others[:left]:
                links += conflicts[j, k]
            if links > most:
                best, most = j, links
        work += left * left
        left, work = _narrow(conflicts, uses, members[:size], best, held, marks, others[:left], work)
        members[size] = best
        size += 1
    for i in members[:size]:
        # Who conflicts with all others leaves no room for any of them.
        links = 0
        for k in members[:size]:
            links += conflicts[i, k]
        inside[i] = 2 if links == size - 1 else 1
    return work + size * size


@inner()
def _narrow(
    conflicts: Bools, uses: Uses, members: Ints, j: int, held: Ints, marks: Ints, others: Ints, work: int
) -> tuple[int, int]:
    """Moves to the front those of the others that no pair of `j` and a member goes with; how many, and the work."""
    left = 0
    for k in others:
        if k != j:
            others[left] = k
            left += 1
    for t in range(uses.starts[j], uses.starts[j + 1]):
        held[uses.resources[t]] = uses.amounts[t]
    for i in members:
        if left == 0 or conflicts[i, j]:  # two of these three conflict, whoever the third is
            continue
        pair = j * len(conflicts) + i  # a number of its own, so that no mark has to be taken away
        work += left + uses.starts[i + 1] - uses.starts[i] + _mark(uses, i, held, marks, pair)
        kept = 0
        for k in others[:left]:
            if marks[k] == pair or conflicts[i, k] or conflicts[j, k]:
                others[kept] = k
                kept += 1
        left = kept
    for t in range(uses.starts[j], uses.starts[j + 1]):
        held[uses.resources[t]] = 0
    return left, work


@inner()
def _mark(uses: Uses, i: int, held: Ints, marks: Ints, mark: int) -> int:
    """Marks the columns for which a resource is too small beside column `i` and what is held; how many were seen."""
    seen = 0
    for t in range(uses.starts[i], uses.starts[i + 1]):
        r = uses.resources[t]
        if held[r] > 0:
            spare = uses.capacities[r] - held[r] - uses.amounts[t]
            for k in range(uses.firsts[r], uses.firsts[r + 1]):
                if uses.taken[k] > spare:
                    marks[uses.users[k]] = mark
            seen += uses.firsts[r + 1] - uses.firsts[r]
    return seen
