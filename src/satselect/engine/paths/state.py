"""A plan under way: which places are taken, who holds each task, and what is used of each shared row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.sweep import setup
from satselect.engine.problem.rows import Bools, Floats, Ints

_BLOCK = 8  # bits of a place within its block of 256


class State(NamedTuple):
    """Shapes: taken (n,); holder (tasks,), the place that is taken of each task or -1; room (rows,), what is left.

    held (blocks,): how many of each 256 places are taken. journal (any,): places as they were put in, and `-1 - place`
    as they were taken out; sums (3,): how many of these, units earned, and elementary operations so far. random (1,):
    where the random numbers are.
    """

    taken: Bools
    held: Ints
    holder: Ints
    room: Ints
    journal: Ints
    sums: Ints
    random: NDArray[np.uint64]

    @classmethod
    def empty(cls, lines: Lines) -> "State":
        """Nothing is taken."""
        n, tasks = len(lines.who), len(lines.places_of) - 1
        journal = np.empty(4 * n + 1000, np.int64)
        sums, random = np.zeros(3, np.int64), np.ones(1, np.uint64)
        taken, held = np.zeros(n, np.bool_), np.zeros((n >> _BLOCK) + 1, np.int64)
        return cls(taken, held, np.full(tasks, -1), lines.room.copy(), journal, sums, random)


@inner()
def chance(state: State) -> float:
    """The next random number, from 0 to below 1 (Marsaglia's xorshift)."""
    x = state.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.random[0] = x
    return float(x >> np.uint64(11)) / 9007199254740992.0  # 2**53: as many bits as a float holds


@inner()
def pick(state: State, n: int) -> int:
    """A random whole number from 0 to below n."""
    return int(chance(state) * n)


@inner()
def put(lines: Lines, state: State, i: int) -> None:
    """Takes place `i`, which fits."""
    state.taken[i] = True
    state.held[i >> _BLOCK] += 1
    state.holder[lines.task[i]] = i
    for t in range(lines.shared[i], lines.shared[i + 1]):
        state.room[lines.rows[t]] -= lines.amounts[t]
    state.journal[state.sums[0]] = i
    state.sums[0] += 1
    state.sums[1] += lines.value[i]


@inner()
def remove(lines: Lines, state: State, i: int) -> None:
    """Gives place `i` back."""
    state.taken[i] = False
    state.held[i >> _BLOCK] -= 1
    state.holder[lines.task[i]] = -1
    for t in range(lines.shared[i], lines.shared[i + 1]):
        state.room[lines.rows[t]] += lines.amounts[t]
    state.journal[state.sums[0]] = -1 - i
    state.sums[0] += 1
    state.sums[1] -= lines.value[i]


@inner()
def undo(lines: Lines, state: State) -> None:
    """Takes back all that the journal holds."""
    while state.sums[0] > 0:
        last = state.journal[state.sums[0] - 1]
        if last >= 0:
            remove(lines, state, last)
        else:
            put(lines, state, -1 - last)
        # What takes it back has written to the journal as well.
        state.sums[0] -= 2


@inner()
def left_of(lines: Lines, state: State, i: int) -> int:
    """The nearest taken place below `i` on its line, or -1."""
    first, j = lines.first[i], i - 1
    while j >= first and not state.taken[j]:
        # Blocks that hold none are passed at once: where few of many places are taken, the nearest may be far.
        j = j - 1 if state.held[j >> _BLOCK] else (j >> _BLOCK << _BLOCK) - 1
        state.sums[2] += 1
    state.sums[2] += 1
    return j if j >= first else -1


@inner()
def right_of(lines: Lines, state: State, i: int) -> int:
    """The nearest taken place above `i` on its line, or -1."""
    first, j, n = lines.first[i], i + 1, len(lines.first)
    while j < n and lines.first[j] == first:
        if state.taken[j]:
            break
        j = j + 1 if state.held[j >> _BLOCK] else (j >> _BLOCK) + 1 << _BLOCK
        state.sums[2] += 1
    state.sums[2] += 1
    return j if j < n and lines.first[j] == first else -1


@inner()
def follows(lines: Lines, i: int, j: int) -> bool:
    """Whether place `j`, above `i` on its line, may follow it."""
    return bool(lines.end[i] + setup(lines, i, j) <= lines.start[j])


@inner()
def has_room(lines: Lines, state: State, i: int) -> bool:
    """Whether the shared rows have room for place `i`."""
    fits = True
    state.sums[2] += lines.shared[i + 1] - lines.shared[i]
    for t in range(lines.shared[i], lines.shared[i + 1]):
        fits &= lines.amounts[t] <= state.room[lines.rows[t]]
    return bool(fits)


@inner()
def fits(lines: Lines, state: State, i: int) -> bool:
    """Whether place `i` can be taken beside all that is."""
    if state.taken[i] or state.holder[lines.task[i]] >= 0 or not has_room(lines, state, i):
        return False
    # Only the neighbours are asked: what may follow what is transitive (`TimelineProblem`), so who fits between them
    # fits beside all.
    left = left_of(lines, state, i)
    if left >= 0 and not follows(lines, left, i):
        return False
    right = right_of(lines, state, i)
    return right < 0 or follows(lines, i, right)


@compiled()
def fill(lines: Lines, state: State, order: Ints) -> None:
    """Takes places in this order as long as they fit."""
    for i in order:
        if lines.value[i] > 0 and fits(lines, state, i):
            put(lines, state, i)
    # Nobody takes back what was there before the first move.
    state.sums[0] = 0


def plan_of(lines: Lines, order: Ints) -> State:
    """What taking places in this order, as long as they fit, comes to."""
    state = State.empty(lines)
    fill(lines, state, order)
    return state


def order_by(*keys: Floats | Ints) -> Ints:
    """Places, those with the largest first key first, of equals those with the largest second one."""
    return np.lexsort(tuple(-key for key in reversed(keys)))
