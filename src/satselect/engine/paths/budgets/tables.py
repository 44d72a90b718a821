"""Longest paths along a timeline within a budget: for each place, and each amount, the most that is earned up to there.

The places are those of weighted intervals, the amounts those of a knapsack (Bellman 1957), so a table is as large as
both together.
"""

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.rows import Bools, Ints

NOTHING = -(1 << 61)  # below what any path earns; twice as much is still an int64


@compiled()
def best_within(
    reduced: Ints, is_forced: Bools, amounts: Ints, near: Ints, table: Ints, rows: Ints, is_taken: Bools
) -> int:
    """The most that a path earns; marks its places.

    reduced, is_forced, amounts, near, is_taken (n,), in an order in which the first `near` places may come before each;
    a path takes whatever is forced. Fills in table (n + 1, capacity + 1): in row `rows[k]`, (n + 1,), the most that
    paths along the first k places earn that use so much at most.
    """
    n, size = len(reduced), table.shape[1]
    row = 0
    for u in range(size):
        table[0, u] = 0
    for k in range(n):
        gain, amount = reduced[k], amounts[k]
        # What gains nothing is no help to what comes later, and needs no row.
        if is_forced[k] or (gain > 0 and amount < size):
            _add(table, row, rows[near[k]], gain, min(amount, size), is_forced[k])
            row += 1
        rows[k + 1] = row
        is_taken[k] = False
    u, k = size - 1, n
    while k > 0:
        row = rows[k]
        k -= 1
        # A row that was added for this place, which is taken where that earns more than to go without.
        if rows[k] < row and (is_forced[k] or table[row, u] != table[row - 1, u]):
            is_taken[k] = True
            u = max(u - amounts[k], 0)
            k = near[k]
    return int(table[rows[n], size - 1])


@inner()
def _add(table: Ints, last: int, source: int, gain: int, amount: int, is_forced: bool) -> None:
    """The row after the last: as that one, or from the source with a place of this gain and amount."""
    # Rows as arrays of their own, indexed from 0 on: so the compiler sees that it may take several cells at a time.
    below, new = table[last], table[last + 1]
    for u in range(amount):
        new[u] = NOTHING if is_forced else below[u]
    below, new, old = below[amount:], new[amount:], table[source]
    if is_forced:
        for u in range(len(new)):
            new[u] = max(old[u] + gain, NOTHING)
    else:
        for u in range(len(new)):
            new[u] = max(old[u] + gain, below[u])


def through(gain: int, amount: int, to: Ints, away: Ints) -> int:
    """The most that a path earns with a place of this gain and amount.

    to, away (capacity + 1,): what paths up to it earn, and those from it on.
    """
    room = len(to) - amount
    return NOTHING if room <= 0 else gain + int((to[:room] + away[:room][::-1]).max())
