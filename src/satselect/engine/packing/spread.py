"""Spreads tasks that a pool could take over its satellites, each where it fits most tightly (best fit)."""

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.limits import PORTION, Limits
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.satellites import Fleet, has_room, have_room, members_of
from satselect.engine.readiness import either


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
            either(_place, _place_plainly)(self._fleet, self._owned, self._shared, some, found[first : first + at_once])
        return found


def sizes_of(fleet: Fleet) -> Floats:
    """The largest share that each signature takes of what any satellite, or all together, have: (signatures,)."""
    most: Ints = np.maximum(np.maximum(fleet.owned.max(axis=0), fleet.shared), 1)
    sizes = np.zeros(len(fleet.named))
    owners = np.repeat(np.arange(len(fleet.named)), np.diff(fleet.starts))
    np.maximum.at(sizes, owners, fleet.amounts / most[fleet.resources])
    return sizes


@compiled()
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
                # Nothing fits tighter.
                if slack == 0:
                    break
        found[k] = best
        if best < 0:
            continue
        for t in range(fleet.starts[s], fleet.starts[s + 1]):
            r = fleet.resources[t]
            # Asked of what the fleet had: what is left of something owned says nothing of whose it is.
            if fleet.owned[best, r] >= 0:
                owned[best, r] -= fleet.amounts[t]
            else:
                shared[r] -= fleet.amounts[t]


@inner()
def _slack(fleet: Fleet, signature: int, satellite: int, owned: Ints) -> float:
    """How much of a satellite's resources would be left, each as a share of what it has, of those that a task uses."""
    slack = 0.0
    for t in range(fleet.starts[signature], fleet.starts[signature + 1]):
        r = fleet.resources[t]
        if fleet.owned[satellite, r] > 0:
            slack += (owned[satellite, r] - fleet.amounts[t]) / fleet.owned[satellite, r]
    return slack


def _place_plainly(fleet: Fleet, owned: Ints, shared: Ints, signatures: Ints, found: Ints) -> None:
    """Takes the room that the tasks need, and writes where each is placed."""
    for k, s in enumerate(signatures.tolist()):
        members = members_of(fleet, s)
        members = members[have_room(fleet, s, members, owned, shared)]
        found[k] = -1
        if not len(members):
            continue
        uses = slice(fleet.starts[s], fleet.starts[s + 1])
        resources, amounts = fleet.resources[uses], fleet.amounts[uses]
        slack = np.zeros(len(members))
        for r, amount in zip(resources.tolist(), amounts.tolist(), strict=True):
            has = fleet.owned[members, r]
            slack += np.where(has > 0, (owned[members, r] - amount) / np.maximum(has, 1), 0.0)
        found[k] = chosen = members[int(np.argmin(slack))]
        is_owned = fleet.owned[chosen, resources] >= 0
        owned[chosen, resources[is_owned]] -= amounts[is_owned]
        shared[resources[~is_owned]] -= amounts[~is_owned]
