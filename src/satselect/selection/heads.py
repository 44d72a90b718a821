"""Heads: of the tasks that share a signature only the best few can be selected."""

import numba as nb
import numpy as np

from satselect.selection.packing import Packing
from satselect.selection.rows import Bools, Ints


def heads(packing: Packing) -> Ints:
    """The tasks that an optimum may need, oldest first.

    Of each signature as many of the best as fit together, of equally good ones the oldest. Tasks with a candidate that
    uses nothing are no heads: they conflict with nothing.
    """
    rows = packing.rows
    best_first = np.argsort(-packing.profits, kind="stable")
    chosen = _best_of_each(
        packing.firsts,
        rows.starts,
        rows.resources,
        rows.amounts,
        packing.capacities,
        packing.signatures,
        best_first,
    )
    return np.flatnonzero(chosen)


@nb.njit(cache=True)
def _best_of_each(
    firsts: Ints, starts: Ints, resources: Ints, amounts: Ints, capacities: Ints, signatures: Ints, best_first: Ints
) -> Bools:
    room = np.full(len(firsts), -1, np.int64)  # how many more of a signature; -1: not looked at yet
    chosen = np.zeros(len(signatures), np.bool_)
    for i in best_first:
        s = signatures[i]
        if room[s] < 0:
            room[s] = 0
            for candidate in range(firsts[s], firsts[s + 1]):
                most = 0 if starts[candidate] == starts[candidate + 1] else 1 << 40
                for t in range(starts[candidate], starts[candidate + 1]):
                    most = min(most, capacities[resources[t]] // amounts[t])
                room[s] += most
        if room[s] > 0:
            room[s] -= 1
            chosen[i] = True
    return chosen
