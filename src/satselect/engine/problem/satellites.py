"""Satellites as arrays: what each owns, what tasks use, and which satellites tasks name.

With thousands of tasks and hundreds of satellites there are millions of candidates. Here nobody lists them: what a
task could use on a satellite is looked up where it is asked for.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Bools, Ints, Rows, starts_of
from satselect.engine.problem.signatures import signatures_of
from satselect.engine.problem.task import Task

MOST_CELLS = 2**23
"""Of a table of satellites and resources; a fleet of more is none that could be pooled."""

_LACKS = -1


class Fleet(NamedTuple):
    """What runs where.

    Shapes: starts (signatures + 1,), resources and amounts (nonzeros,): what each signature uses; named (signatures,):
    its set of satellites; firsts (sets + 1,), members: the satellites of each set; owned (satellites, resources): the
    units that a satellite has, -1 if it doesn't own that resource; shared (resources,): units, -1 if none is shared.
    """

    starts: Ints
    resources: Ints
    amounts: Ints
    named: Ints
    firsts: Ints
    members: Ints
    owned: Ints
    shared: Ints


class Manned(NamedTuple):
    """A fleet, the signature of each task, (tasks,), and the names of its resources and satellites."""

    fleet: Fleet
    signatures: Ints
    resources: Sequence[str]
    satellites: Sequence[str]


def fleet_of(problem: Problem) -> Manned | None:
    """The satellites of a problem; None if their table would be too large."""
    owned = problem.satellites or {}
    known = signatures_of(problem.tasks)
    if len(owned) * len(known.names) > MOST_CELLS:
        return None
    numbers = {name: i for i, name in enumerate(owned)}
    named, firsts, members = _named(problem.tasks, numbers)
    # One number for each pair of a signature and a set: no more than about the tasks squared, which int64 holds.
    codes, signatures = np.unique(known.of_task * (int(named.max(initial=0)) + 1) + named, return_inverse=True)
    uses, sets = np.divmod(codes, int(named.max(initial=0)) + 1)
    rows = known.rows.take(uses)
    table = _table(known.names, owned)
    shared = [
        # What some satellite owns is shared by none: names that are both were refused (`Problem.of`).
        _LACKS if most >= 0 else problem.capacities.get(name, _LACKS)
        for name, most in zip(known.names, table.max(axis=0).tolist(), strict=True)
    ]
    fleet = Fleet(rows.starts, rows.resources, rows.amounts, sets, firsts, members, table, np.array(shared, np.int64))
    return Manned(fleet, signatures, known.names, list(owned))


def _named(tasks: Sequence[Task], numbers: Mapping[str, int]) -> tuple[Ints, Ints, Ints]:
    """The set of satellites that each task names, (tasks,), and these sets one after the other; set 0 is all."""
    sets: dict[tuple[str, ...] | None, int] = {None: 0}
    of_task = np.fromiter((sets.setdefault(task.satellites, len(sets)) for task in tasks), np.int64, len(tasks))
    members = [names or tuple(numbers) for names in sets]
    flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(members)), np.int64)
    return of_task, starts_of(np.array([len(some) for some in members], np.int64)), flat


def _table(names: Sequence[str], owned: Mapping[str, Mapping[str, int]]) -> Ints:
    places = {name: i for i, name in enumerate(names)}
    table = np.full((len(owned), len(names)), _LACKS, np.int64)
    for satellite, has in enumerate(owned.values()):
        for name, units in has.items():
            if name in places:
                table[satellite, places[name]] = units
    return table


def rows_of(fleet: Fleet) -> Rows:
    """What each signature uses."""
    return Rows(fleet.starts, fleet.resources, fleet.amounts)


@compiled()
def eligible(fleet: Fleet, pools: Ints, count: int) -> Bools:
    """Whether a satellite of each pool could take each signature on its own: (signatures, pools)."""
    able = np.zeros((len(fleet.named), count), np.bool_)
    for s in range(len(fleet.named)):
        for k in range(fleet.firsts[fleet.named[s]], fleet.firsts[fleet.named[s] + 1]):
            satellite = fleet.members[k]
            if not able[s, pools[satellite]] and has_room(fleet, s, satellite, fleet.owned, fleet.shared):
                able[s, pools[satellite]] = True
    return able


@inner()
def has_room(fleet: Fleet, signature: int, satellite: int, owned: Ints, shared: Ints) -> bool:
    """Whether what is left of a satellite's resources, and of the shared ones, is enough for one task more."""
    for t in range(fleet.starts[signature], fleet.starts[signature + 1]):
        r = fleet.resources[t]
        # `owned` is what is left, and may be 0 of what the satellite has: who has it is told by the fleet.
        room = owned[satellite, r] if fleet.owned[satellite, r] >= 0 else shared[r]
        if room < fleet.amounts[t]:
            return False
    return True


def plainly_eligible(fleet: Fleet, pools: Ints, count: int) -> Bools:
    """Whether a satellite of each pool could take each signature on its own: (signatures, pools)."""
    able = np.zeros((len(fleet.named), count), np.bool_)
    for s in range(len(fleet.named)):
        members = members_of(fleet, s)
        able[s, pools[members[have_room(fleet, s, members, fleet.owned, fleet.shared)]]] = True
    return able


def have_room(fleet: Fleet, signature: int, members: Ints, owned: Ints, shared: Ints) -> Bools:
    """What `has_room` says of each of these satellites, without compiled code: (members,)."""
    uses = slice(fleet.starts[signature], fleet.starts[signature + 1])
    resources = fleet.resources[uses]
    cells = np.ix_(members, resources)
    left = np.where(fleet.owned[cells] >= 0, owned[cells], shared[resources])
    have: Bools = np.logical_and.reduce(left >= fleet.amounts[uses], axis=1)
    return have


def members_of(fleet: Fleet, signature: int) -> Ints:
    """The satellites that a signature may run on."""
    names = fleet.named[signature]
    return fleet.members[fleet.firsts[names] : fleet.firsts[names + 1]]
