"""Twins: satellites that can change places, tasks and all, without anything else changing.

Whatever can be selected on one of them can be selected on the other, for the same profit. So once a selection that
gives a task to one of several untouched twins was looked for, nobody needs to look for one that gives it to another
of them (orbital branching: Ostrowski, Linderoth, Rossi, Smriglio 2011).
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Bools, Ints


class Twins(NamedTuple):
    """Which columns change places with which when twins do.

    Shapes: groups (columns,): columns of one task on twins have the same number, others -1; places (columns,): the
    satellite of each, -1 for none; touched (satellites,): where something was chosen, so that it is no twin any more.
    """

    groups: Ints
    places: Ints
    touched: Bools


def twins(part: Part) -> Twins:
    """The twins among the satellites of a part."""
    groups = np.full(len(part.profits), -1)
    places = np.unique(part.places[part.places >= 0])
    # A single satellite has nobody to change places with, and then nothing below is worth its time.
    columns = {int(place): np.flatnonzero(part.places == place) for place in places} if len(places) > 1 else {}
    users = np.bincount(part.rows.resources, minlength=len(part.capacities))
    firsts: dict[tuple[bytes, ...], list[Ints]] = {}  # by what twins have in common
    for mine in columns.values():
        # By task, so that column k of one and column k of the other are of the same task if the satellites are twins.
        mine = mine[np.argsort(part.tasks[mine], kind="stable")]
        # Only a first guess, cheap to look up: `_can_swap` decides. Being twins is transitive, so one of each group is
        # asked.
        alike = firsts.setdefault(_in_common(part, mine), [])
        twin = next((first for first in alike if _can_swap(part, users, first, mine)), None)
        if twin is None:
            alike.append(mine)
        else:
            groups[twin] = groups[mine] = twin  # a number that no other task's columns have
    return Twins(groups, part.places, np.zeros(int(part.places.max(initial=-1)) + 1, np.bool_))


def taken(twins: Twins, columns: Ints) -> Twins:
    """The same for these columns."""
    return Twins(twins.groups[columns], twins.places[columns], twins.touched)


def touched(twins: Twins, chosen: Ints) -> Twins:
    """The same once these columns are chosen."""
    flags = twins.touched.copy()
    places = twins.places[chosen]
    flags[places[places >= 0]] = True
    return Twins(twins.groups, twins.places, flags)


@compiled()
def group_of(twins: Twins, touched: Bools, tried: int) -> int:
    """The group whose columns on untouched satellites need no trying once this one was tried; -1 if there is none."""
    # A satellite without any choice yet changes places with another such one, and nothing else changes: so what was
    # tried on one was tried on all of them. Once a choice was made on it, it differs.
    if tried < 0 or twins.groups[tried] < 0 or touched[twins.places[tried]]:
        return -1
    return int(twins.groups[tried])


def covered(twins: Twins, tried: int, others: Ints) -> Bools:
    """Whether having tried a column says all about each of the others: (others,)."""
    group = group_of(twins, twins.touched, tried)
    is_covered: Bools = others == tried
    if group >= 0:
        is_covered |= (twins.groups[others] == group) & ~twins.touched[twins.places[others]]
    return is_covered


def _in_common(part: Part, columns: Ints) -> tuple[bytes, ...]:
    """What is the same for the columns of twins."""
    rows = part.rows.take(columns)
    common = (part.tasks[columns], rows.sizes, rows.amounts, part.capacities[rows.resources])
    return tuple(one.tobytes() for one in common)


def _can_swap(part: Part, users: Ints, a: Ints, b: Ints) -> bool:
    """Whether nothing changes when columns `a` of a satellite and `b` of another with as much change places."""
    ours, theirs = part.rows.take(a), part.rows.take(b)
    pairs = np.unique(np.stack((ours.resources, theirs.resources)), axis=1)
    left, right = pairs
    is_moved = left != right
    own = np.bincount(np.concatenate((ours.resources, theirs.resources)), minlength=len(users))
    moved = pairs[:, is_moved]
    return (
        # Each resource has one counterpart, and no other satellite uses those that change places.
        len(np.unique(left)) == len(left) == len(np.unique(right))
        and len(np.unique(moved)) == moved.size
        # Every use of a resource that changes places is by one of the two: a third user would see the change.
        and np.array_equal(own[moved], users[moved])
    )
