"""Spreads tasks that a pool could take over its satellites, each where it fits most tightly (best fit)."""

import numba as nb
import numpy as np

from satselect.selection.fleet import Fleet, has_room
from satselect.selection.limits import PORTION, Limits
from satselect.selection.rows import Floats, Ints


class Spread:
    """Which satellite each signature's tasks are on, and the room that is left.

    Args:
        fleet: whose satellites they are.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._owned, self._shared = fleet.owned.copy(), fleet.shared.copy()

    def place(self, signatures: Ints, limits: Limits) -> Ints:
        """The satellite that takes a task of each of these signatures, one after the other; -1 for none: (n,).

        None is found for those that come when the limits are over.
        """
        found = np.full(len(signatures), -1, np.int64)
        at_once = max(PORTION // (4 * len(self._owned)), 1)
        for first in range(0, len(signatures), at_once):
            if first and limits.is_over():  # some are always placed
                break
            some = signatures[first : first + at_once]
            _place(self._fleet, self._owned, self._shared, some, found[first : first + at_once])
        return found


def sizes_of(fleet: Fleet) -> Floats:
    """The largest share that each signature takes of what any satellite, or all together, have: (signatures,)."""
    most: Ints = np.maximum(np.maximum(fleet.owned.max(axis=0), fleet.shared), 1)
    sizes = np.zeros(len(fleet.named))
    owners = np.repeat(np.arange(len(fleet.named)), np.diff(fleet.starts))
    np.maximum.at(sizes, owners, fleet.amounts / most[fleet.resources])
    return sizes


@nb.njit(cache=True, nogil=True)
def _place(fleet: Fleet, owned: Ints, shared: Ints, signatures: Ints, found: Ints) -> None:
    """Takes the room that the tasks need, and writes where each is placed."""
    for k in range(len(signatures)):
        s = signatures[k]
        best, tightest = -1, np.inf
        for place in range(fleet.firsts[fleet.named[s]], fleet.firsts[fleet.named[s] + 1]):
            satellite = fleet.members[place]
            if has_room(fleet, s, satellite, owned, shared):
                slack = _slack(fleet, s, satellite, owned)
                if slack < tightest:
                    best, tightest = satellite, slack
                if slack == 0:
                    break
        found[k] = best
        if best < 0:
            continue
        for t in range(fleet.starts[s], fleet.starts[s + 1]):
            r = fleet.resources[t]
            if fleet.owned[best, r] >= 0:
                owned[best, r] -= fleet.amounts[t]
            else:
                shared[r] -= fleet.amounts[t]


@nb.njit(cache=True)
def _slack(fleet: Fleet, signature: int, satellite: int, owned: Ints) -> float:
    """How much of a satellite's resources would be left, each as a share of what it has, of those that a task uses."""
    slack = 0.0
    for t in range(fleet.starts[signature], fleet.starts[signature + 1]):
        r = fleet.resources[t]
        if fleet.owned[satellite, r] > 0:
            slack += (owned[satellite, r] - fleet.amounts[t]) / fleet.owned[satellite, r]
    return slack
