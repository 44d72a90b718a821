"""Chains of exchanges: one place comes in, what is in its way goes, and what went is made good where that gains most.

A move is judged once its chain has ended, not by what it drops at first (ejection chains, Glover 1996), and a worse
plan is accepted now and then (simulated annealing: Kirkpatrick, Gelatt, Vecchi 1983). What taking a place would drop is
kept for each place, so that most moves are refused at a look.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.chains.conflicts import Conflicts
from satselect.engine.problem.rows import Bools, Ints

_LONGEST = 12  # places that a chain puts in after its first
_COLD = 16.0  # temperatures of a loss that is never accepted
_LOCKED = 1 << 62  # more than all profits together, which stay below 2**61
_MOVE = 20  # elementary operations


class Plan(NamedTuple):
    """A plan under way.

    Shapes: taken (n,); dropped (n,): what the taken places earn that conflict with each. journal (any,): places as they
    were put in, and `-1 - place` as they were taken out; out (any,): places that the move has taken out. sums (3,): how
    many are in the journal, and out, and elementary operations so far. random (1,): where the random numbers are.
    """

    taken: Bools
    dropped: Ints
    journal: Ints
    out: Ints
    sums: Ints
    random: NDArray[np.uint64]

    @classmethod
    def of(cls, conflicts: Conflicts, value: Ints, taken: Bools, seed: int) -> "Plan":
        """These places, (n,), which don't conflict; value (n,)."""
        dropped = np.zeros(len(value), np.int64)
        _sum_up(conflicts, value, taken, dropped)
        # A move takes out what was there and what it has put in, and puts back no more.
        most = len(value) + _LONGEST + 1
        journal, out = np.empty(2 * most, np.int64), np.empty(most, np.int64)
        # Odd, since xorshift never leaves 0; its first numbers after small seeds would be small.
        random = np.array([0x9E3779B97F4A7C15 ^ (2 * seed)], np.uint64)
        return cls(taken.copy(), dropped, journal, out, np.zeros(3, np.int64), random)


@compiled()
def anneal(
    conflicts: Conflicts, value: Ints, plan: Plan, pool: Ints, heat: float, cooling: float, moves: int, work: int
) -> int:
    """So many moves that put in places of the pool, (any,); heat, in units, falls by this factor with each.

    Fewer, but one, where they take more elementary operations; how many it made.
    """
    starts, taken, dropped = conflicts.starts, plan.taken, plan.dropped
    plan.sums[2] = 0
    for made in range(moves):
        if plan.sums[2] >= work and made > 0:
            return made
        plan.sums[2] += _MOVE
        i = pool[int(_chance(plan) * len(pool))]
        # What drops more than its chain is likely to make good is not tried.
        if not taken[i] and dropped[i] <= 2 * value[i] + _COLD * heat:
            plan.sums[0], plan.sums[1] = 0, 0
            gain = value[i] - dropped[i]
            _exchange(conflicts, value, plan, i, _LOCKED)
            gain += _made_good(conflicts, value, plan)
            for t in range(starts[i], starts[i + 1]):
                dropped[conflicts.others[t]] -= _LOCKED
            if gain < 0 and (gain < -_COLD * heat or _chance(plan) >= np.exp(gain / heat)):
                _undo(conflicts, value, plan)
        heat *= cooling
    return moves


@inner()
def _made_good(conflicts: Conflicts, value: Ints, plan: Plan) -> int:
    """Puts in, again and again, what gains most around what went out, but for what is locked; what that earns."""
    starts, others, taken, dropped = conflicts.starts, conflicts.others, plan.taken, plan.dropped
    earned, head, steps = 0, 0, 0
    # Invariant: each step earns something, so nothing goes round in circles.
    while head < plan.sums[1] and steps < _LONGEST:
        j = plan.out[head]
        most, best = 0, -1
        if not taken[j] and value[j] > dropped[j]:
            most, best = value[j] - dropped[j], j
        plan.sums[2] += starts[j + 1] - starts[j]
        for t in range(starts[j], starts[j + 1]):
            k = others[t]
            if not taken[k] and value[k] - dropped[k] > most:
                most, best = value[k] - dropped[k], k
        if best < 0:
            head += 1
        else:
            _exchange(conflicts, value, plan, best, 0)
            earned += most
            steps += 1
    return earned


@inner()
def _exchange(conflicts: Conflicts, value: Ints, plan: Plan, i: int, lock: int) -> None:
    """Takes place `i`, locked by so much, and takes out what conflicts with it."""
    if plan.dropped[i] > 0:
        for t in range(conflicts.starts[i], conflicts.starts[i + 1]):
            j = int(conflicts.others[t])
            if plan.taken[j]:
                _remove(conflicts, value, plan, j)
                plan.journal[plan.sums[0]] = -1 - j
                plan.out[plan.sums[1]] = j
                plan.sums[0] += 1
                plan.sums[1] += 1
    _put(conflicts, plan, i, value[i] + lock)
    plan.journal[plan.sums[0]] = i
    plan.sums[0] += 1


@inner()
def _put(conflicts: Conflicts, plan: Plan, i: int, value: int) -> None:
    plan.taken[i] = True
    plan.sums[2] += conflicts.starts[i + 1] - conflicts.starts[i]
    for t in range(conflicts.starts[i], conflicts.starts[i + 1]):
        plan.dropped[conflicts.others[t]] += value


@inner()
def _remove(conflicts: Conflicts, value: Ints, plan: Plan, i: int) -> None:
    plan.taken[i] = False
    plan.sums[2] += conflicts.starts[i + 1] - conflicts.starts[i]
    for t in range(conflicts.starts[i], conflicts.starts[i + 1]):
        plan.dropped[conflicts.others[t]] -= value[i]


@inner()
def _undo(conflicts: Conflicts, value: Ints, plan: Plan) -> None:
    """Takes back all that the journal holds."""
    while plan.sums[0] > 0:
        plan.sums[0] -= 1
        last = plan.journal[plan.sums[0]]
        if last >= 0:
            _remove(conflicts, value, plan, last)
        else:
            _put(conflicts, plan, -1 - last, value[-1 - last])


@inner()
def _chance(plan: Plan) -> float:
    """The next random number, from 0 to below 1 (Marsaglia's xorshift)."""
    x = plan.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    plan.random[0] = x
    return float(x >> np.uint64(11)) / 9007199254740992.0


@compiled()
def _sum_up(conflicts: Conflicts, value: Ints, taken: Bools, dropped: Ints) -> None:
    for i in np.flatnonzero(taken):
        for t in range(conflicts.starts[i], conflicts.starts[i + 1]):
            dropped[conflicts.others[t]] += value[i]


@compiled()
def merge(conflicts: Conflicts, value: Ints, best: Bools, other: Bools) -> int:
    """Makes the better of two plans, (n,) each, out of `best`, piece by piece; what that earns.

    Where they differ they fall apart into pieces that no conflict joins, and each piece is the better one of its two,
    whatever the others are (partition crossover: Tinos, Whitley, Ochoa 2020).
    """
    n, earned = len(value), 0
    is_seen, piece = np.zeros(n, np.bool_), np.empty(n, np.int64)
    for first in range(n):
        if best[first] == other[first] or is_seen[first]:
            continue
        is_seen[first], piece[0], size, at, gain = True, first, 1, 0, 0
        while at < size:
            i = piece[at]
            at += 1
            gain += value[i] if other[i] else -value[i]
            for t in range(conflicts.starts[i], conflicts.starts[i + 1]):
                j = conflicts.others[t]
                if best[j] != other[j] and not is_seen[j]:
                    is_seen[j], piece[size] = True, j
                    size += 1
        # Of two that are worth the same the newer one: whoever stays where it is sees nothing else.
        if gain >= 0:
            earned += gain
            for k in range(size):
                best[piece[k]] = other[piece[k]]
    return earned
