"""The search along timelines: a stretch of one is emptied and filled anew by an exact path, again and again.

The path may take tasks from other timelines, at the price of what they earn there; the holes that this leaves are
filled in the same way (ruin and recreate, Schrimpf and others 2000; accepted as in annealing).
"""

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.duality import Prices
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.state import (
    State,
    chance,
    fits,
    has_room,
    left_of,
    pick,
    put,
    remove,
    right_of,
    undo,
)
from satselect.engine.paths.stretch import HOLES, MOST_OUT, WIDEST, Room, best_path

_LONGEST = 8  # taken places that are removed from one
_RELATIVES, _TRIES = 3, 40  # how many that share a row it takes out, and how often it looks for one
_WIDER, _ON = 0.5, 0.3  # how often a hole is widened first, and its path may take from others in turn
_MOVE = 1000  # elementary operations


@compiled()
def search(
    lines: Lines, state: State, costs: Prices, room: Room, heat: float, cooling: float, moves: int, seed: int,
    work: int,
) -> int:  # fmt: skip
    """So many moves from this state, which is changed; heat, in units, falls by this factor with each.

    Fewer, but one, where they take more elementary operations; how many it made. costs: units that a task, and one
    unit of each shared row, is thought to be worth to others.
    """
    # Odd, since xorshift never leaves 0. Its first numbers after small seeds are small, too, so they are left out.
    state.random[0] = np.uint64(2 * seed + 1)
    for _ in range(10):
        chance(state)
    n = len(lines.who)
    state.sums[2] = 0
    for made in range(moves):
        if state.sums[2] >= work and made > 0:
            return made
        state.sums[2] += _MOVE
        # Invariant: at this point the state is a plan that holds. The journal begins anew, so that `undo` takes back
        # this move and no other; a worse plan is kept with the chance that Metropolis and others (1953) give it.
        before = state.sums[1]
        state.sums[0] = 0
        first = pick(state, n)
        _renew(lines, state, costs, room, first, 1 + pick(state, _LONGEST))
        loss = before - state.sums[1]
        if loss > 0 and (heat <= 0 or chance(state) >= np.exp(-loss / heat)):
            undo(lines, state)
        heat *= cooling
    state.sums[0] = 0
    return moves


@inner()
def _renew(lines: Lines, state: State, costs: Prices, room: Room, start: int, many: int) -> None:
    """Empties a stretch around a place of so many taken places, fills it anew, and then the holes that this leaves."""
    out = _stretch(lines, state, room, start, many)
    out = _relatives(lines, state, room, start, out)
    # A constant would be a type of its own, and all that is called with it compiled once more.
    yes, no, none = bool(np.bool_(True)), bool(np.bool_(False)), int(np.int64(0))
    holes = _refill(lines, state, costs, room, start, yes, none)
    k = 0
    # Refilling may steal again, and leave further holes: `holes` grows meanwhile, up to `HOLES`, so it ends.
    while k < holes:
        hole = room.holes[k]
        if chance(state) < _WIDER:
            out = _widen(lines, state, room, hole, out)
        holes = _refill(lines, state, costs, room, hole, chance(state) < _ON, holes)
        k += 1
    for k in range(out):
        _elsewhere(lines, state, lines.task[room.out[k]])
        if lines.shared[room.out[k] + 1] > lines.shared[room.out[k]]:
            _refill(lines, state, costs, room, room.out[k], no, holes)


@inner()
def _stretch(lines: Lines, state: State, room: Room, start: int, many: int) -> int:
    """Takes out so many places from around a place; how many it took out."""
    out = 0
    if state.taken[start]:
        remove(lines, state, start)
        room.out[out] = start
        out += 1
    for k in range(many):
        i = left_of(lines, state, start) if k % 2 else right_of(lines, state, start)
        if i >= 0 and abs(i - start) < WIDEST // 2:
            remove(lines, state, i)
            room.out[out] = i
            out += 1
    return out


@inner()
def _widen(lines: Lines, state: State, room: Room, hole: int, out: int) -> int:
    i = left_of(lines, state, hole) if chance(state) < 0.5 else right_of(lines, state, hole)
    if i >= 0 and abs(i - hole) < WIDEST // 2 and out < MOST_OUT:
        remove(lines, state, i)
        room.out[out] = i
        out += 1
    return out


@inner()
def _relatives(lines: Lines, state: State, room: Room, start: int, out: int) -> int:
    """Takes out a few of those that share a row with a place; how many are out."""
    rows = lines.shared[start + 1] - lines.shared[start]
    if rows == 0:
        return out
    row = lines.rows[lines.shared[start] + pick(state, rows)]
    first, count = lines.members_of[row], lines.members_of[row + 1] - lines.members_of[row]
    wanted = pick(state, _RELATIVES + 1)
    for _ in range(_TRIES):
        i = lines.members[first + pick(state, count)]
        # What shares a row may be on any line: without this a move would free a row nowhere but on the line that it
        # empties.
        if wanted > 0 and state.taken[i] and out < MOST_OUT:
            remove(lines, state, i)
            room.out[out] = i
            out += 1
            wanted -= 1
    return out


@inner()
def _refill(lines: Lines, state: State, costs: Prices, room: Room, start: int, may_steal: bool, holes: int) -> int:
    """Fills the gap around a place by the best path; how many holes there are, with those that it leaves elsewhere."""
    left, right = left_of(lines, state, start), right_of(lines, state, start)
    if state.taken[start]:
        return holes
    low = max(left + 1, lines.first[start], start - WIDEST // 2)
    high = min(low + WIDEST, len(lines.who))
    if right >= 0:
        high = min(high, right)
    last = best_path(lines, state, costs, room, low, high, left, right, may_steal)
    while last >= 0:
        i = low + last
        last = room.came[last]
        held = state.holder[lines.task[i]]
        if held >= 0 and lines.first[held] == lines.first[i] and low <= held < high:
            continue  # this path holds the task already
        # The path was priced by the rows as they were before any of it was put in, so room is asked for again; the
        # task's own amounts are given back first, since it moves and is not taken twice. What is left out may be left
        # out: setups that break the triangle inequality are refused, so those beside it follow each other.
        if held >= 0:
            remove(lines, state, held)
        if not has_room(lines, state, i):
            if held >= 0:
                put(lines, state, held)
            continue
        put(lines, state, i)
        if held >= 0 and holes < HOLES:
            room.holes[holes] = held
            holes += 1
    return holes


@inner()
def _elsewhere(lines: Lines, state: State, task: int) -> None:
    """Takes a task that nobody holds where it fits and earns most."""
    if state.holder[task] >= 0:
        return
    best = -1
    for t in range(lines.places_of[task], lines.places_of[task + 1]):
        i = lines.places[t]
        more = best < 0 or lines.value[i] > lines.value[lines.places[best]]
        if more and lines.value[i] > 0 and fits(lines, state, i):
            best = t
    if best >= 0:
        put(lines, state, lines.places[best])
