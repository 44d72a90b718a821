"""Makes a problem smaller without losing an optimum: heads of signatures, then parts that share no resource."""

from collections.abc import Iterator
from dataclasses import dataclass

import numba as nb
import numpy as np

from satselect.selection.heads import Heads, heads
from satselect.selection.packing import Floats, Ints, Packing, Rows
from satselect.selection.units import Units, to_units


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that compete with each other, and with no column of another part.

    Shapes: rows (columns); profits (columns,) int64 units, equal to the worths (columns,) where `is_exact`; capacities
    (resources,) int64; tasks (columns,), resources (resources,): indices in the packing. `step` divides every profit.
    """

    rows: Rows
    profits: Ints
    worths: Floats
    is_exact: bool
    step: int
    capacities: Ints
    tasks: Ints
    resources: Ints


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to decide.

    Shapes: free (n,): tasks that use no resource, always selected; units: the profits of the heads.
    """

    free: Ints
    heads: Heads
    units: Units
    parts: list[Part]


def reduce(packing: Packing) -> Reduced:
    """A smaller problem with the same optimum."""
    free = np.flatnonzero(packing.rows.sizes == 0)
    best = heads(packing)
    units = to_units(packing.profits[best.tasks])
    rows = packing.rows.take(best.tasks)
    return Reduced(free, best, units, list(_parts(packing, best.tasks, units, rows)))


def _parts(packing: Packing, tasks: Ints, units: Units, rows: Rows) -> Iterator[Part]:
    label = _components(rows.starts, rows.resources, len(packing.capacities))
    of_column = label[rows.resources[rows.starts[:-1]]]
    order = np.argsort(of_column, kind="stable")
    for columns in np.split(order, np.flatnonzero(np.diff(of_column[order])) + 1):
        if len(columns):
            yield _part(packing, tasks, units, rows, columns)


@nb.njit(cache=True)
def _components(starts: Ints, resources: Ints, count: int) -> Ints:
    """A label per resource, the same for two resources that a chain of columns connects: (resources,)."""
    parent = np.arange(count)
    for j in range(len(starts) - 1):
        first = resources[starts[j]]
        while parent[first] != first:
            first = parent[first]
        for t in range(starts[j] + 1, starts[j + 1]):
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


def _part(packing: Packing, tasks: Ints, units: Units, rows: Rows, columns: Ints) -> Part:
    local = rows.take(columns)
    resources, index = np.unique(local.resources, return_inverse=True)
    profits = units.profits[columns]
    return Part(
        rows=Rows(local.starts, index, local.amounts),
        profits=profits,
        worths=packing.profits[tasks[columns]],
        is_exact=units.is_exact,
        step=units.step_of(profits),
        capacities=packing.capacities[resources],
        tasks=tasks[columns],
        resources=resources,
    )
