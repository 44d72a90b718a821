"""The best path over a stretch of a timeline, at what places earn less what they displace."""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import inner
from satselect.engine.paths.duality import Prices
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.state import State, chance, follows, has_room, pick
from satselect.engine.problem.rows import Ints

WIDEST = 400  # places of a stretch
MOST_OUT = 40  # places that a move takes out
HOLES = 6  # that are filled after one another
_CHAIN = 40  # places of a path that are looked at for a task that it holds already
_PLACE, _LOOK = 16, 8  # elementary operations of a place of a path, and of a look at another place
_SHAKEN = 0.3  # by how much profits are blurred, at most
_EVER = 1 << 62


class Room(NamedTuple):
    """Scratch of the search: paths over a stretch, (places,) each, what was taken out, and where holes are."""

    own: Ints
    best: Ints
    arg: Ints
    came: Ints
    out: Ints
    holes: Ints

    @classmethod
    def of(cls) -> "Room":
        """For the widest stretch."""
        own, best, arg, came = np.zeros((4, WIDEST + 2), np.int64)
        return cls(own, best, arg, came, np.zeros(MOST_OUT + 10, np.int64), np.zeros(HOLES + 1, np.int64))


@inner()
def best_path(
    lines: Lines, state: State, costs: Prices, room: Room, low: int, high: int, left: int, right: int, may_steal: bool
) -> int:
    """The last place, from `low`, of the best path between two taken places, or -1; `came` has the others."""
    most, last = 0, -1
    first = lines.first[low]
    # Unblurred, the best path of a stretch would mostly be the one that the move has just taken out.
    shake = _SHAKEN * chance(state) if chance(state) < 0.5 else 0.0
    weight = pick(state, 5)
    state.sums[2] += _PLACE * (high - low)
    own, best, arg, came = room.own, room.best, room.arg, room.came
    first_of, start, end, value, task = lines.first, lines.start, lines.end, lines.value, lines.task
    shared, sure, near, repeats, holder = lines.shared, lines.sure, lines.before, lines.repeats, state.holder
    is_plain, begin, stop = lines.table_of[low] < 0, _edge(end, left, -_EVER), _edge(start, right, _EVER)
    for i in range(low, high):
        k = i - low
        own[k], came[k] = 0, -1
        if first_of[i] == first:
            # Handing `lines` on costs more than all else, so what most places need is done here, as `_gain` and
            # `_before` do it: without setups, shared rows, and tasks that are held or come twice on the line.
            if start[i] < begin or end[i] > stop:
                gain = 0
            elif is_plain and shared[i] == shared[i + 1] and holder[task[i]] < 0:
                gain = value[i]
            else:
                gain = _gain(lines, state, costs, weight, i, left, right, may_steal)
            if gain > 0 and shake > 0:
                gain += int(gain * shake * (chance(state) - 0.5))
            if gain > 0:
                earned, before, looks, j = 0, -1, 0, near[i] - 1 - low
                if repeats[i] or sure[i] < near[i]:
                    earned, before, looks = _before(lines, room, i, low)
                elif j >= 0 and best[j] > 0:
                    earned, before, looks = best[j], arg[j], 1
                state.sums[2] += _LOOK * looks
                own[k], came[k] = gain + earned, before
                if own[k] > most:
                    most, last = own[k], k
        best[k], arg[k] = most, last
    return last


@inner()
def _edge(times: Ints, place: int, otherwise: int) -> int:
    return int(times[place]) if place >= 0 else otherwise


@inner()
def _gain(
    lines: Lines, state: State, costs: Prices, weight: int, i: int, left: int, right: int, may_steal: bool
) -> int:
    """What taking a place earns, less what it displaces elsewhere; not above 0 where it can't be."""
    if left >= 0 and not follows(lines, left, i):
        return 0
    if right >= 0 and not follows(lines, i, right):
        return 0
    gain = _worth(lines, costs, weight, i)
    held = state.holder[lines.task[i]]
    if held >= 0:
        if not may_steal:
            return 0
        lost = _worth(lines, costs, weight, held) if chance(state) < 0.5 else costs.tasks[lines.task[i]]
        # Less than it earns there at most times: the hole that it leaves is filled again, with something worth a part
        # of it.
        return gain - int(lost * (0.5 + 0.6 * chance(state)))
    return gain if has_room(lines, state, i) else 0


@inner()
def _worth(lines: Lines, costs: Prices, weight: int, i: int) -> int:
    """The profit at a place, less so many quarters of what its shared rows are worth."""
    # Prices say what rows are worth to all plans on average; what they are worth beside this one nobody knows, so each
    # share of them has its turn.
    worth = lines.value[i]
    for t in range(lines.shared[i], lines.shared[i + 1]):
        worth -= costs.rows[lines.rows[t]] * lines.amounts[t] // 4 * weight
    return int(worth)


@inner()
def _before(lines: Lines, room: Room, i: int, low: int) -> tuple[int, int, int]:
    """The best path that place `i` may follow and that does not hold its task: what it earns, and its last place.

    And how many places were looked at.
    """
    most, last, looks = 0, -1, 0
    # Invariant: no path that ends above `j` and may come before `i` earns more than `most`. `best` is the most of all
    # ends up to `j`, so below `sure`, where any of them may come, its own end is the answer, and the search is over
    # once `best` is no more than `most`. Above, setups decide, and ends are tried one by one.
    sure = lines.sure[i] - low
    j = lines.before[i] - 1 - low
    while j >= 0 and room.best[j] > most:
        looks += 1
        k = room.arg[j] if j < sure else j
        may_come = room.own[k] > most and (k < sure or follows(lines, low + k, i))
        if may_come and not (lines.repeats[i] and _holds(lines, room, k, low, lines.task[i])):
            most, last = room.own[k], k
        j = k - 1 if j >= sure else min(k, j) - 1
    return most, last, looks


@inner()
def _holds(lines: Lines, room: Room, k: int, low: int, task: int) -> bool:
    """Whether the path that ends at `k` holds a task."""
    # Only so far back, since it is asked for each pair: what is missed is a task twice on a path, and `_refill`, which
    # puts the later one in first, skips the other.
    for _ in range(_CHAIN):
        if k < 0:
            return False
        if lines.task[low + k] == task:
            return True
        k = room.came[k]
    return False
