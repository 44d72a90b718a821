"""Which rows are equal: tasks that use the same amounts of the same resources share one signature."""

import numba as nb
import numpy as np

from satselect.selection.rows import Ints, Rows


def signatures_of(rows: Rows) -> Ints:
    """A number per row, the number of the first row with equal uses: (n,)."""
    size = 1 << max(len(rows) * 2 - 1, 1).bit_length()
    return _signatures(rows.starts, rows.resources.copy(), rows.amounts.copy(), np.full(size, -1))


@nb.njit(cache=True)
def _signatures(starts: Ints, resources: Ints, amounts: Ints, table: Ints) -> Ints:
    """Hashes every row once its entries are sorted; equal hashes are compared entry by entry."""
    n = len(starts) - 1
    signatures = np.empty(n, np.int64)
    for i in range(n):
        code = np.uint64(0x9E3779B97F4A7C15)
        for t in range(starts[i], starts[i + 1]):
            resource, amount, place = resources[t], amounts[t], t
            while place > starts[i] and resources[place - 1] > resource:
                resources[place], amounts[place] = resources[place - 1], amounts[place - 1]
                place -= 1
            resources[place], amounts[place] = resource, amount
        for t in range(starts[i], starts[i + 1]):
            code = (code ^ np.uint64(resources[t])) * np.uint64(0xFF51AFD7ED558CCD)
            code = (code ^ (code >> np.uint64(32)) ^ np.uint64(amounts[t])) * np.uint64(0xC4CEB9FE1A85EC53)
        slot = np.int64((code ^ (code >> np.uint64(29))) & np.uint64(len(table) - 1))
        while table[slot] >= 0 and not _equal(starts, resources, amounts, table[slot], i):
            slot = (slot + 1) & (len(table) - 1)
        if table[slot] < 0:
            table[slot] = i
        signatures[i] = table[slot]
    return signatures


@nb.njit(cache=True)
def _equal(starts: Ints, resources: Ints, amounts: Ints, a: int, b: int) -> bool:
    size = starts[a + 1] - starts[a]
    if starts[b + 1] - starts[b] != size:
        return False
    for k in range(size):
        s, t = starts[a] + k, starts[b] + k
        if resources[s] != resources[t] or amounts[s] != amounts[t]:
            return False
    return True
