"""Pools: satellites seen as one that has what they have together.

What can be selected on satellites can be selected on their pool, so what a pool can earn at most bounds what they can.
Where all tasks of the pool's best selection find room on its members, nothing is lost, and the pool's proof is theirs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.packing import Packing
from satselect.engine.problem.problem import Problem, ResourceKey
from satselect.engine.problem.rows import Ints, Rows, starts_of
from satselect.engine.problem.satellites import Fleet, Manned, eligible, fleet_of, plainly_eligible, rows_of
from satselect.engine.readiness import either

_WORTH_POOLING = 4  # equal satellites; of fewer the search knows that they are twins
_MOST_CANDIDATES = 50_000  # of pools: with more of them they are pooled whether they are equal or not
_WORK_OF_A_CANDIDATE = 1000  # elementary operations
_MOST_IN_MEMORY = 1_000_000  # candidates
_MOST_CELLS = 1_000_000  # of a table of sets of satellites and pools
_MOST_BITS = 100_000  # of the sums that amounts can have
_SEED = 20  # always the same, so that pools are numbered alike in each process


class Pooled(NamedTuple):
    """A problem, its fleet, the pool of each satellite, (satellites,), and the problem of the pools."""

    problem: Problem
    manned: Manned
    pools: Ints
    packing: Packing


def pooled(problem: Problem) -> Pooled | None:
    """The pools of a problem whose satellites are many, or many of them equal; None if each is for itself."""
    if len(problem.satellites or ()) < _WORTH_POOLING or not problem.tasks:
        return None
    manned = fleet_of(problem)
    if manned is None or not manned.resources:
        return None
    pools = _pools(manned)
    if np.bincount(pools).max() < _WORTH_POOLING:
        return None
    return Pooled(problem, manned, pools, _packing(problem, manned, pools))


def are_few(some: Pooled, limits: Limits) -> bool:
    """Whether all candidates, each on a satellite of its own, can be looked at in the time that is left."""
    fleet = some.manned.fleet
    work = _WORK_OF_A_CANDIDATE * int(np.diff(fleet.firsts)[fleet.named[some.manned.signatures]].sum())
    return work <= limits.work(_WORK_OF_A_CANDIDATE * _MOST_IN_MEMORY)


def _pools(manned: Manned) -> Ints:
    """Equal satellites, that the same tasks name, together; if those pools are too many, of the same resources; or all.

    The number of each satellite's pool: (satellites,).
    """
    fleet = manned.fleet
    marks = np.zeros(len(fleet.owned), np.uint64)  # a sum of random words, one for each set that names the satellite
    # That two satellites are named by the same sets is told by one sum: different sets of sets have the same one with a
    # chance of 2**-64. And even then the bound holds, and what is placed is checked on each satellite.
    words = np.random.Generator(np.random.PCG64(_SEED)).integers(1 << 64, size=len(fleet.firsts) - 1, dtype=np.uint64)
    np.add.at(marks, fleet.members, np.repeat(words, np.diff(fleet.firsts)))
    equal = _numbered(np.concatenate((fleet.owned, marks.astype(np.int64)[:, None]), axis=1))
    if not _are_too_many(manned, equal):
        return equal
    alike = _numbered((fleet.owned >= 0).astype(np.int64))
    return np.zeros(len(alike), np.int64) if _are_too_many(manned, alike) else alike


def _are_too_many(manned: Manned, pools: Ints) -> bool:
    fleet = manned.fleet
    count, sets, left = int(pools.max()) + 1, len(fleet.firsts) - 1, _MOST_CANDIDATES
    tasks = np.bincount(fleet.named[manned.signatures], minlength=sets)
    step = max(_MOST_CELLS // count, 1)
    for start in range(0, sets, step):  # a table of all sets and pools may be too large
        firsts = fleet.firsts[start : start + step + 1]
        is_named = np.zeros((len(firsts) - 1, count), np.bool_)
        row = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        is_named[row, pools[fleet.members[firsts[0] : firsts[-1]]]] = True
        left -= int(is_named.sum(axis=1) @ tasks[start : start + step])
        if left < 0:
            return True
    return False


def _numbered(table: Ints) -> Ints:
    """The same number for equal rows of a table: (rows,)."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in np.ascontiguousarray(table)], np.int64)


def _packing(problem: Problem, manned: Manned, pools: Ints) -> Packing:
    """A problem of whose satellites each is a pool, named after its first one."""
    fleet, count = manned.fleet, int(pools.max()) + 1
    able = either(eligible, plainly_eligible)(fleet, pools, count)
    signature, pool = np.nonzero(able)
    capacities = _capacities(fleet, pools, count)
    width = len(manned.resources)
    # Resource r of pool p is p * width + r; what is shared stands behind.
    rows = rows_of(fleet).take(signature)
    is_owned = (capacities >= 0)[pool[rows.owners], rows.resources]
    resources = np.where(is_owned, pool[rows.owners] * width + rows.resources, count * width + rows.resources)
    used, numbers = np.unique(resources, return_inverse=True)
    firsts = [manned.satellites[int(np.argmax(pools == number))] for number in range(count)]
    return Packing(
        tasks=problem.tasks,
        rows=Rows(rows.starts, numbers.reshape(-1), rows.amounts),
        satellites=[firsts[number] for number in pool.tolist()],
        places=pool,
        firsts=starts_of(able.sum(axis=1)),
        signatures=manned.signatures,
        profits=np.array([task.profit for task in problem.tasks]),
        capacities=np.concatenate((capacities.reshape(-1), fleet.shared))[used],
        names=_names(used.tolist(), firsts, manned.resources),
    )


def _names(used: Sequence[int], firsts: Sequence[str], resources: Sequence[str]) -> list[ResourceKey]:
    places = [divmod(one, len(resources)) for one in used]
    return [resources[r] if pool == len(firsts) else (firsts[pool], resources[r]) for pool, r in places]


def _capacities(fleet: Fleet, pools: Ints, count: int) -> Ints:
    """What each pool has of each resource, as far as sums of amounts can use it up; -1 if it has none: (pools, ...)."""
    usable = np.stack([_usable(fleet, r) for r in range(len(fleet.shared))], axis=1)
    total = np.zeros((count, len(fleet.shared)), np.int64)
    np.add.at(total, pools, np.maximum(usable, 0))
    is_owned = np.zeros(total.shape, np.bool_)
    np.logical_or.at(is_owned, pools, fleet.owned >= 0)
    return np.where(is_owned, total, -1)


def _usable(fleet: Fleet, resource: int) -> Ints:
    """The most units of a resource that tasks can use on each satellite, -1 if it has none: (satellites,)."""
    units = fleet.owned[:, resource]
    amounts = np.unique(fleet.amounts[fleet.resources == resource])
    if not len(amounts):
        return units
    step = int(np.gcd.reduce(amounts))
    units = np.where(units >= 0, units // step * step, units)
    most = int(units.max()) // step
    if step == int(amounts[0]) or most > _MOST_BITS:
        return units
    sums = _sums([amount // step for amount in amounts.tolist()], most)
    return np.array([_largest(sums, one // step) * step if one >= 0 else one for one in units.tolist()], np.int64)


def _sums(amounts: Sequence[int], most: int) -> int:
    """Bit n says whether amounts, each as often as one likes, can sum to n."""
    everything, sums = (1 << (most + 1)) - 1, 1
    for amount in amounts:
        shift = amount
        # Doubling: after k rounds all multiples below 2**k are in, so it takes as many rounds as the number has digits.
        while shift <= most:
            sums |= sums << shift & everything
            shift *= 2
    return sums


def _largest(sums: int, most: int) -> int:
    return (sums & ((1 << (most + 1)) - 1)).bit_length() - 1
