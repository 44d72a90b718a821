"""Makes a problem smaller without losing an optimum: heads of signatures, then parts that share no resource."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.packing.heads import heads
from satselect.engine.packing.packing import Packing
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Floats, Ints, Rows, starts_of
from satselect.engine.problem.units import Units, to_units
from satselect.engine.readiness import either


@dataclass(frozen=True, slots=True)
class Columns:
    """The candidates of all heads.

    Shapes: rows, units' profits, worths, the indices of candidates and tasks in the packing, and places, all
    (columns,); tasks ascend; divisors and capacities (packing's resources,): so many of the packing's units are one of
    the rows', and how many there are.
    """

    rows: Rows
    divisors: Ints
    capacities: Ints
    units: Units
    worths: Floats
    candidates: Ints
    tasks: Ints
    places: Ints

    @classmethod
    def of(
        cls, rows: Rows, capacities: Ints, units: Units, worths: Floats, candidates: Ints, tasks: Ints, places: Ints
    ) -> Self:
        """Columns with these rows, none of them empty, in the largest units that hold their amounts."""
        # In the largest units floats are smallest, and two problems that say the same in bytes and in gigabytes are
        # one.
        divisors = either(_divisors, _plain_divisors)(rows.resources, rows.amounts, len(capacities))
        rows = Rows(rows.starts, rows.resources, rows.amounts // divisors[rows.resources])
        return cls(rows, divisors, capacities // divisors, units, worths, candidates, tasks, places)


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to decide.

    Shapes: free (n,): tasks with a candidate that uses nothing, always selected; heads (n,): the tasks of the parts.
    """

    free: Ints
    heads: Ints
    units: Units
    parts: list[Part]


def reduce(packing: Packing) -> Reduced:
    """A smaller problem with the same optimum."""
    columns = _columns(packing, heads(packing))
    is_another = np.diff(columns.tasks, prepend=-1) > 0
    return Reduced(free(packing), columns.tasks[is_another], columns.units, list(parts_of(columns)))


def free(packing: Packing) -> Ints:
    """The tasks with a candidate that uses nothing."""
    is_empty = packing.rows.sizes == 0
    empties = starts_of(is_empty)
    return np.flatnonzero((empties[packing.firsts[1:]] > empties[packing.firsts[:-1]])[packing.signatures])


def _columns(packing: Packing, tasks: Ints) -> Columns:
    first = packing.firsts[packing.signatures[tasks]]
    counts = packing.firsts[packing.signatures[tasks] + 1] - first
    starts = starts_of(counts)
    candidates = np.repeat(first - starts[:-1], counts) + np.arange(starts[-1])
    fits = packing.rows.fit(packing.capacities)[candidates]
    candidates, tasks = candidates[fits], np.repeat(tasks, counts)[fits]
    worths, places = packing.profits[tasks], packing.places[candidates]
    rows = packing.rows.take(candidates)
    return Columns.of(rows, packing.capacities, to_units(worths), worths, candidates, tasks, places)


@compiled()
def _divisors(resources: Ints, amounts: Ints, count: int) -> Ints:
    """The largest unit in which each resource can be counted, 1 of what nobody uses: (resources,)."""
    # Euclid's algorithm, use by use. What is left of a capacity beyond a multiple of the divisor nobody can use, so to
    # round that down loses nothing.
    divisors = np.zeros(count, np.int64)
    for t in range(len(resources)):
        a, b = divisors[resources[t]], amounts[t]
        while b:
            a, b = b, a % b
        divisors[resources[t]] = a
    return np.maximum(divisors, 1)


def parts_of(columns: Columns) -> Iterator[Part]:
    """The columns in parts that share no resource and no task."""
    rows = columns.rows
    label = either(_components, _one_component)(rows.starts, rows.resources, columns.tasks, len(columns.capacities))
    local, together = _numbered(label)
    of_column = label[rows.resources[rows.starts[:-1]]]
    order = np.argsort(of_column, kind="stable")
    # Nothing of one part is in the way of another, so optima add up, and so do bounds: each part is solved for itself.
    for group in np.split(order, np.flatnonzero(np.diff(of_column[order])) + 1):
        if len(group):
            yield _part(columns, group, local, together[of_column[group[0]]])


def whole_part(columns: Columns) -> Part:
    """The columns as one part, whether they touch each other or not."""
    every = np.arange(len(columns.capacities))
    return _part(columns, np.arange(len(columns.rows)), every, every)


def _numbered(label: Ints) -> tuple[Ints, dict[int, Ints]]:
    """The place of each resource among those with the same label, (resources,), and the resources of each label."""
    order = np.argsort(label, kind="stable")
    firsts = np.flatnonzero(np.diff(label[order], prepend=-1))
    local = np.empty(len(label), np.int64)
    local[order] = np.arange(len(label)) - np.repeat(firsts, np.diff(firsts, append=len(label)))
    return local, dict(zip(label[order[firsts]].tolist(), np.split(order, firsts)[1:], strict=True))


@compiled()
def _components(starts: Ints, resources: Ints, tasks: Ints, count: int) -> Ints:
    """A label per resource, the same for two resources that a chain of columns and tasks connects: (resources,)."""
    # Disjoint sets with path halving (Tarjan, van Leeuwen 1984). The columns of a task exclude each other, so they
    # belong together even where they share no resource: the first resource of the first one stands for the task.
    parent = np.arange(count)
    first = 0
    for j in range(len(starts) - 1):
        if j == 0 or tasks[j] != tasks[j - 1]:
            first = resources[starts[j]]
        # Invariant: `first` is a root below here. Others are hung below it, never it below another, so it needs no new
        # look.
        while parent[first] != first:
            first = parent[first]
        for t in range(starts[j], starts[j + 1]):
            other = resources[t]
            while parent[other] != other:
                parent[other] = parent[parent[other]]
                other = parent[other]
            parent[other] = first
    for r in range(count):
        root = r
        while parent[root] != root:
            root = parent[root]
        parent[r] = root
    return parent


def _part(columns: Columns, group: Ints, local: Ints, resources: Ints) -> Part:
    rows = columns.rows if len(group) == len(columns.rows) else columns.rows.take(group)
    rows = Rows(rows.starts, local[rows.resources], rows.amounts)
    tasks = columns.tasks[group]
    rows, capacities = _once(rows, tasks, columns.capacities[resources])
    profits = columns.units.profits[group]
    return Part(
        rows=rows,
        profits=profits,
        worths=columns.worths[group],
        is_exact=columns.units.is_exact,
        step=columns.units.step_of(profits),
        capacities=capacities,
        tasks=tasks,
        candidates=columns.candidates[group],
        resources=resources,
        divisors=columns.divisors[resources],
        places=columns.places[group],
    )


def _once(rows: Rows, tasks: Ints, capacities: Ints) -> tuple[Rows, Ints]:
    """Rows and capacities with a resource of capacity 1 more for every task that has several rows."""
    if (np.diff(tasks) > 0).all():
        return rows, capacities
    _, task, counts = np.unique(tasks, return_inverse=True, return_counts=True)
    several = counts > 1
    resource = len(capacities) + np.cumsum(several) - 1
    is_one_of_several = several[task]
    ends = rows.starts[1:][is_one_of_several]
    return Rows(
        starts=starts_of(rows.sizes + is_one_of_several),
        resources=np.insert(rows.resources, ends, resource[task[is_one_of_several]]),
        amounts=np.insert(rows.amounts, ends, 1),
    ), np.concatenate((capacities, np.ones(several.sum(), np.int64)))


def _plain_divisors(resources: Ints, amounts: Ints, count: int) -> Ints:
    """The largest unit in which each resource can be counted, 1 of what nobody uses: (resources,)."""
    found = np.zeros(count, np.int64)
    np.gcd.at(found, resources, amounts)
    return np.maximum(found, 1)


def _one_component(starts: Ints, resources: Ints, tasks: Ints, count: int) -> Ints:
    """One label for all resources, (resources,): the solver sees by itself what falls apart."""
    return np.zeros(count, np.int64)
