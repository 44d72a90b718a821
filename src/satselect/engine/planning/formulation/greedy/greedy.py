"""A plan at once, without any array of candidates or rows: what earns most comes first, as soon as it fits.

It is what there is where time is too short for more, and no plan earns less (decision 0192).
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.candidates import turnaround_of, with_bonus
from satselect.engine.planning.formulation.dues import dues_of, latest_ends
from satselect.engine.planning.formulation.greedy.rooms import NEVER, Budget, Held, Reservoir, Room, Turning
from satselect.engine.planning.formulation.greedy.starts import Starts
from satselect.engine.planning.formulation.reservoirs import Drains
from satselect.engine.planning.formulation.spots import NEVER as ANY
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import length, milliseconds
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import name_of
from satselect.engine.problem.rows import Floats, Ints

_AT_ONCE = 1000  # entries between two looks at whether to stop
_FEW = 5000  # spots, for which a plan takes 0.03 s, and 0.25 s where they turn
_NOTHING = 1e-18  # of all that there is


class Greedy(NamedTuple):
    """Spots, without facts, when each starts, and what it is worth: all (chosen,)."""

    spot: Ints
    start: Ints
    worth: Floats


_Entry = tuple[int, int, float]
"""A spot, its only start, or `ANY`, and what it is worth."""


def greedy_plan(problem: PlanProblem, spots: Spots, limits: Limits) -> Greedy:
    """The best of a few plans that are made without looking back: by worth, and beside what is planned by now.

    Whatever the limits say of time, these are made to their end: each takes a few times as long as reading the tasks.
    Where there is time, or spots are few, another one goes by worth for what is taken. Where somebody asks to stop,
    they end soon.

    Raises:
        InvalidArgumentError: a transition is no length of time.
    """
    planned, stay = (_known(problem, spots, at) for at in (spots.planned, spots.stay))
    many = spots.competing
    free = Greedy(np.arange(many), np.full(many, ANY), spots.worth[:many])
    by_worth = _by_worth(free, stay)
    firsts = [_by_worth(planned)] + ([] if problem.planned is problem.kept else [_by_worth(stay)])
    run = _Run(problem, spots, limits)
    found = [run.made([], by_worth), *(run.made(first, by_worth) for first in firsts if first)]
    if many <= _FEW or not limits.is_over():
        per = _by_worth(free, stay, per=_taken(problem, spots))
        found.append(run.made([], per, limits.stop if many <= _FEW else limits.is_over))
    best = max(found, key=lambda plan: exact_sum(worth for _, _, worth in plan))
    spot, start, worth = zip(*best, strict=True) if best else ((), (), ())
    return Greedy(np.array(spot, np.int64), np.array(start, np.int64), np.array(worth, np.float64))


def _known(problem: PlanProblem, spots: Spots, starts: Ints) -> Greedy:
    """The spots that are known to start then, (spots,), and may."""
    there = np.flatnonzero((spots.first <= starts) & (starts <= spots.last))
    worth, stays = spots.worth[there], starts[there] == spots.stay[there]
    worth[stays] = [with_bonus(one, problem.stay) for one in worth[stays].tolist()]
    return Greedy(there, starts[there], worth)


def _taken(problem: PlanProblem, spots: Spots) -> Floats:
    """What each spot takes: the sum of its shares of all that there is of each resource over the horizon, (spots,)."""
    there, waits = np.ones((2, len(spots.keys)))
    is_held = np.zeros(len(spots.keys), np.bool_)
    for number in np.unique(spots.uses.resources).tolist():
        key, supply = spots.keys[number], problem.supplies[spots.keys[number]]
        is_held[number], waits[number] = supply.kind == "renewable", turnaround_of(supply)
        there[number] = supply.units * (max(problem.horizon.length, 1) if supply.kind == "renewable" else 1)
        if supply.kind == "reservoir":
            there[number] += Drains.of(problem, key).units.sum()
    uses, of = spots.uses, spots.uses.resources
    shares = uses.amounts * np.where(is_held[of], spots.length[uses.owners] + waits[of], 1) / there[of]
    return np.asarray(np.bincount(uses.owners, weights=shares, minlength=len(spots)), np.float64)


def _by_worth(*some: Greedy, per: Floats | None = None) -> list[_Entry]:
    """Those worth most first, for each unit of what they take if that is said, of equals as candidates stand."""
    spot, start, worth = (np.concatenate(columns) for columns in zip(*some, strict=True))
    with np.errstate(over="ignore"):  # what takes next to nothing comes first
        rate = worth if per is None else worth / np.maximum(per[spot], _NOTHING)
    order = np.lexsort((start, spot, -rate))
    return list(zip(spot[order].tolist(), start[order].tolist(), worth[order].tolist(), strict=True))


class _Run:
    """What plans are made of: the spots as lists, since they are asked one after the other."""

    def __init__(self, problem: PlanProblem, spots: Spots, limits: Limits) -> None:
        self._problem, self._spots, self._limits = problem, spots, limits
        self._starts, self._dues = Starts(problem, spots), dues_of(problem, spots)
        self._task, self._first, self._lengths = spots.task.tolist(), spots.first.tolist(), spots.length.tolist()
        latest = latest_ends(problem, spots, self._dues) - spots.length
        self._last = np.minimum(spots.last, latest).tolist()
        uses = spots.uses
        self._bounds, self._amounts = uses.starts.tolist(), uses.amounts.tolist()
        self._keys = uses.resources.tolist()

    def made(
        self, first: Sequence[_Entry], entries: Sequence[_Entry], is_over: Callable[[], bool] | None = None
    ) -> list[_Entry]:
        """Of the first ones and then of these as many as fit, each at its first start beside those before.

        is_over: asked now and then whether to end; by default whether somebody asks to stop.
        """
        is_over = is_over or self._limits.stop
        rooms, taken, chosen = self._rooms(), set[int](), list[_Entry]()
        for place, (spot, at, worth) in enumerate(chain(first, entries), 1):
            if self._task[spot] not in taken and (start := self._soonest(rooms, spot, at)) < NEVER:
                self._take(rooms, spot, start)
                taken.add(self._task[spot])
                chosen.append((spot, start, worth))
            # What is planned by now stays, whoever asks to stop.
            if place % _AT_ONCE == 0 and place >= len(first) and is_over():
                break
        return chosen

    def _soonest(self, rooms: Mapping[int, Room], spot: int, at: int) -> int:
        """The first start at which a spot fits, the only one if it is said, or `NEVER`."""
        here = slice(self._bounds[spot], self._bounds[spot + 1])
        keys, amounts, last = self._keys[here], self._amounts[here], self._last[spot]
        start = self._starts.soonest(spot, self._first[spot], keys) if at == ANY else at
        while start <= last:
            later = start
            for key, amount in zip(keys, amounts, strict=True):
                later = rooms[key].soonest(spot, later, amount)
                if later > last:
                    return NEVER
            if later == start:
                return start
            start = self._starts.soonest(spot, later, keys) if at == ANY else NEVER
        return NEVER

    def _take(self, rooms: Mapping[int, Room], spot: int, start: int) -> None:
        for place in range(self._bounds[spot], self._bounds[spot + 1]):
            rooms[self._keys[place]].take(spot, start, self._amounts[place])

    def _rooms(self) -> dict[int, Room]:
        """What facts leave of each resource."""
        rooms, spots = {number: self._room(number) for number in set(self._keys)}, self._spots
        for spot in range(spots.competing, len(spots)):
            start = self._first[spot]
            is_over = start < 0 and start + self._lengths[spot] <= 0  # and has used nothing of this horizon
            for place in range(self._bounds[spot], self._bounds[spot + 1]):
                room = rooms[self._keys[place]]
                if not (is_over and isinstance(room, Budget | Reservoir)):
                    room.take(spot, start, self._amounts[place])
        return rooms

    def _room(self, number: int) -> Room:
        key = self._spots.keys[number]
        supply, name = self._problem.supplies[key], name_of(key)
        if supply.kind == "budget":
            return Budget(supply.units)
        if supply.kind == "reservoir":
            drains = Drains.of(self._problem, key)
            return Reservoir(drains, supply.units, supply.level, self._lengths, self._dues.tolist(), self._last)
        if name in self._problem.transitions:
            return Turning(turnaround_of(supply), self._lengths, lambda one, other: self._between(name, one, other))
        return Held(supply.units, turnaround_of(supply), self._lengths)

    def _between(self, name: str, one: int, other: int) -> int:
        """Milliseconds from the end of a spot to the start of another."""
        before, after = self._spots.opportunity(one), self._spots.opportunity(other)
        if before is None or after is None:
            return 0
        tasks = (self._spots.tasks[self._task[spot]] for spot in (one, other))
        given = self._problem.transitions[name](next(tasks), before, next(tasks), after)
        return milliseconds(length(f"transition {name!r}", given))
