"""A smaller problem with a tighter relaxation: only columns that a good selection may hold, and cliques.

In turn the relaxation is solved, columns are dropped that lose too much at its prices, and the cliques that it
violates become resources, as long as that lowers the bound.
"""

from dataclasses import dataclass

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Bools, Floats, Ints, Rows, starts_of
from satselect.engine.relaxation.cliques import cliques
from satselect.engine.relaxation.costs import costs_at, sums
from satselect.engine.relaxation.prices import raw_bound, reduced_profits, relax_dense, rounded, unit_of

MOST_RESOURCES = 1000
"""More are too many for a dense inverse, again and again."""

_ROUNDS = 20
_CLIQUES = 30  # that enter in a round
_WORTH_A_ROUND = 0.02  # of the distance from the bound to what is asked for
_WORTH_THEM = 0.1  # of the same: what the cliques have to close, for they make the search's own bounds weaker


@dataclass(frozen=True, slots=True)
class Tight:
    """What may be part of a selection that earns as much as is asked for; none of those earns more than `bound`.

    Shapes: columns (k,): indices in the part; rows (k) and profits (k,) int64 units; capacities (resources,): of those
    resources that these columns could run short of, and 1 for each clique; fractions (k,): of the last relaxation.
    """

    columns: Ints
    rows: Rows
    profits: Ints
    capacities: Ints
    fractions: Floats
    bound: int


def tightened(part: Part, y: Floats, least: int, limits: Limits) -> Tight:
    """What may be part of a selection that earns at least so many units; y are prices, (resources,) units."""
    columns, unit, reduced = np.arange(len(part.profits)), unit_of(part), reduced_profits(part, y)
    top = raw_bound(part, y, reduced)
    everything = Tight(columns, part.rows, part.profits, part.capacities, np.zeros(len(columns)), top)
    fewer = tight = _taken(everything, np.maximum(-reduced, 0) <= top - least)
    for _ in range(_ROUNDS):
        if not len(tight.columns) or len(tight.capacities) > MOST_RESOURCES or limits.is_over():
            break
        before = tight.bound
        tight, order = _priced(tight, unit, least, limits)
        found = cliques(tight.rows, tight.capacities, tight.fractions, order, limits)[:_CLIQUES]
        is_worth_it = before == top or before - tight.bound >= _WORTH_A_ROUND * (tight.bound - least)
        if not len(found) or not is_worth_it:
            break
        tight = _with_cliques(tight, found)
    # Cliques are more rows for every probe that follows, so they have to close something of the gap to stay.
    return tight if top - tight.bound >= _WORTH_THEM * (top - least) else fewer


def _priced(tight: Tight, unit: float, least: int, limits: Limits) -> tuple[Tight, Ints]:
    """The same at prices of its own, and its columns in the order of their reduced profits."""
    dual, fractions = relax_dense(tight.rows, tight.profits / unit, tight.capacities, limits)
    y = rounded(dual * unit, tight.rows, tight.profits, tight.capacities)
    costs, held = costs_at(y, tight.rows.resources, tight.rows.amounts, tight.capacities)
    reduced = tight.profits - sums(tight.rows, costs)
    bound = int(held.sum()) + int(np.maximum(reduced, 0).sum())
    is_kept = np.maximum(-reduced, 0) <= bound - least
    # The lower of two bounds is one: both hold for what is left, and what is gone can't earn what is asked for.
    priced = Tight(tight.columns, tight.rows, tight.profits, tight.capacities, fractions, min(bound, tight.bound))
    return _taken(priced, is_kept), np.argsort(-reduced[is_kept], kind="stable")


def _taken(tight: Tight, is_kept: Bools) -> Tight:
    """The same with these columns only, and without the resources that they can't run short of."""
    kept = np.flatnonzero(is_kept)
    rows = tight.rows.take(kept)
    needs = np.zeros(len(tight.capacities), np.int64)
    np.add.at(needs, rows.resources, rows.amounts)
    rows, capacities = _with_resources(rows, tight.capacities, needs > tight.capacities)
    return Tight(tight.columns[kept], rows, tight.profits[kept], capacities, tight.fractions[kept], tight.bound)


def _with_cliques(tight: Tight, found: Bools) -> Tight:
    """The same with a resource more for each clique, and without those that say nothing beside it."""
    rows, capacities = tight.rows, tight.capacities
    users = np.bincount(rows.resources, minlength=len(capacities))
    is_left = np.ones(len(capacities), np.bool_)
    for clique in found:
        inside = np.bincount(rows.resources[clique[rows.owners]], minlength=len(capacities))
        # A resource of which there is one, and all of whose users are in the clique, says less than the clique does.
        is_left &= (capacities > 1) | (inside < users)
    member, clique = np.nonzero(found.T)
    ends = rows.starts[1:][member]
    more = Rows(
        starts_of(rows.sizes + found.sum(axis=0)),
        np.insert(rows.resources, ends, len(capacities) + clique),
        np.insert(rows.amounts, ends, 1),
    )
    is_left = np.concatenate((is_left, np.ones(len(found), np.bool_)))
    rows, capacities = _with_resources(more, np.concatenate((capacities, np.ones(len(found), np.int64))), is_left)
    return Tight(tight.columns, rows, tight.profits, capacities, tight.fractions, tight.bound)


def _with_resources(rows: Rows, capacities: Ints, is_left: Bools) -> tuple[Rows, Ints]:
    """Rows and capacities with these resources only, and the first one of each row that has none of them."""
    hits = starts_of(is_left[rows.resources])
    is_bare = hits[rows.starts[1:]] == hits[rows.starts[:-1]]
    is_left[rows.resources[rows.starts[:-1][is_bare]]] = True
    places = is_left[rows.resources]
    number = np.cumsum(is_left) - 1
    starts = starts_of(places)[rows.starts]
    return Rows(starts, number[rows.resources[places]], rows.amounts[places]), capacities[is_left]
