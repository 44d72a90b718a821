"""Makes a problem smaller without losing an optimum: heads of signatures, then parts that share no resource."""

from dataclasses import dataclass

import numpy as np

from satselect.selection.packing import Ints, Packing, Rows
from satselect.selection.units import Units, to_units


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that compete with each other, and with no column of another part.

    Shapes: rows (columns); profits (columns,) int64 units; capacities (resources,) int64; tasks (columns,) and
    resources (resources,) are the indices in the packing. `step` divides every profit.
    """

    rows: Rows
    profits: Ints
    capacities: Ints
    tasks: Ints
    resources: Ints
    step: int


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to decide.

    Shapes: free (n,): tasks that use no resource; heads (n,): the tasks of all parts; units: the profits of heads.
    """

    free: Ints
    heads: Ints
    units: Units
    parts: list[Part]


def reduce(packing: Packing) -> Reduced:
    """A smaller problem with the same optimum."""
    free = np.flatnonzero(packing.signatures.sizes[packing.signature_of] == 0)
    heads = _heads(packing)
    units = to_units(packing.profits[heads])
    rows = packing.signatures.take(packing.signature_of[heads])
    label = _components(rows, len(packing.capacities))
    parts = [
        _part(rows, columns, heads, units, packing.capacities)
        for columns in _groups(label[rows.resources[rows.starts[:-1]]])
    ]
    return Reduced(free, heads, units, parts)


def _heads(packing: Packing) -> Ints:
    """The tasks that an optimum may need, oldest first: of each signature as many of the best as fit together."""
    most = _most_together(packing)
    order = np.lexsort((np.arange(len(packing.profits)), -packing.profits, packing.signature_of))
    signature = packing.signature_of[order]
    first = np.searchsorted(signature, signature)
    rank = np.arange(len(order)) - first
    return np.sort(order[rank < most[signature]])


def _most_together(packing: Packing) -> Ints:
    """How many tasks of each signature fit at once; 0 for the empty one, which is no part of a conflict."""
    rows = packing.signatures
    most = np.full(len(rows), np.iinfo(np.int64).max)
    np.minimum.at(most, rows.owners, packing.capacities[rows.resources] // rows.amounts)
    most[rows.sizes == 0] = 0
    return most


def _components(rows: Rows, resources: int) -> Ints:
    """A label per resource, the same for two resources that a chain of columns connects: (resources,)."""
    label = np.arange(resources)
    while len(rows):
        lowest = np.minimum.reduceat(label[rows.resources], rows.starts[:-1])
        next_label = label.copy()
        np.minimum.at(next_label, rows.resources, np.repeat(lowest, rows.sizes))
        next_label = next_label[next_label]
        if np.array_equal(next_label, label):
            break
        label = next_label
    return label


def _groups(labels: Ints) -> list[Ints]:
    order = np.argsort(labels, kind="stable")
    return [group for group in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(group)]


def _part(rows: Rows, columns: Ints, heads: Ints, units: Units, capacities: Ints) -> Part:
    local = rows.take(columns)
    resources, index = np.unique(local.resources, return_inverse=True)
    profits = units.profits[columns]
    return Part(
        rows=Rows(local.starts, index, local.amounts),
        profits=profits,
        capacities=capacities[resources],
        tasks=heads[columns],
        resources=resources,
        step=int(np.gcd.reduce(profits, initial=0)) or 1,
    )
