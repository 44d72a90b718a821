"""Conflicts as resources: maximal cliques that hold every pair of columns which don't fit together."""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.limits import PORTION, Limits
from satselect.engine.problem.rows import Bools, Ints, Rows, starts_of


class Uses(NamedTuple):
    """The columns that use each resource, and what a column uses.

    Shapes: firsts (resources + 1,), users and taken (nonzeros,): columns and amounts by resource; starts (columns +
    1,), resources and amounts (nonzeros,): by column; capacities (resources,).
    """

    firsts: Ints
    users: Ints
    taken: Ints
    starts: Ints
    resources: Ints
    amounts: Ints
    capacities: Ints


def uses_of(rows: Rows, capacities: Ints) -> Uses:
    """Which columns use what in these rows, (columns)."""
    order = np.argsort(rows.resources, kind="stable")
    firsts = np.searchsorted(rows.resources[order], np.arange(len(capacities) + 1))
    by_column = (rows.starts, rows.resources, rows.amounts)
    return Uses(firsts, rows.owners[order], rows.amounts[order], *by_column, capacities)


def said_by_cliques(
    rows: Rows, capacities: Ints, is_implied: Bools, conflicts: Bools, limits: Limits
) -> tuple[Rows, Ints] | None:
    """The same rows on the resources that are not implied, and one of capacity 1 for each of some maximal cliques.

    None if there was no time.
    """
    uses = uses_of(rows, capacities)
    is_kept = ~is_implied & (np.diff(uses.firsts) > 0)
    is_kept_use = is_kept[rows.resources]
    number = np.cumsum(is_kept) - 1
    # The users of a resource of which there is one are a clique that needs no looking for; large ones close most pairs.
    largest_first = np.argsort(-np.diff(uses.firsts), kind="stable")
    is_bare = np.bincount(rows.owners[is_kept_use], minlength=len(rows)) == 0
    found = _covered(conflicts, uses, largest_first[capacities[largest_first] == 1], is_bare, limits)
    if found is None:
        return None
    cliques = np.repeat(is_kept.sum() + np.arange(len(found)), [len(clique) for clique in found])
    owners = np.concatenate((rows.owners[is_kept_use], *found))
    resources = np.concatenate((number[rows.resources[is_kept_use]], cliques))
    amounts = np.concatenate((rows.amounts[is_kept_use], np.ones(len(cliques), np.int64)))
    order = np.lexsort((resources, owners))
    starts = starts_of(np.bincount(owners, minlength=len(rows)))
    return Rows(starts, resources[order], amounts[order]), np.concatenate(
        (capacities[is_kept], np.ones(len(found), np.int64))
    )


def _covered(conflicts: Bools, uses: Uses, seeds: Ints, is_bare: Bools, limits: Limits) -> list[Ints] | None:
    """Maximal cliques that hold every conflict: grown from the users of these resources, then from single conflicts.

    Bare columns that conflict with nobody are a clique of their own. None if there was no time.
    """
    open_ones, found, at = conflicts.copy(), list[Ints](), 0
    while at < len(seeds) + len(conflicts):
        if limits.is_over():
            return None
        at, *more = _cover(conflicts, uses, seeds, is_bare, open_ones, at, PORTION)
        found += _split(*more)
    return found


def _split(members: Ints, ends: Ints) -> list[Ints]:
    return np.split(members, ends[:-1]) if len(ends) else []


@compiled()
def _cover(
    conflicts: Bools, uses: Uses, seeds: Ints, is_bare: Bools, open_ones: Bools, at: int, work: int
) -> tuple[int, Ints, Ints]:
    """Some of the cliques, from the seed or column `at` on: where it ended, their members, where each clique ends."""
    n = len(conflicts)
    members, ends = np.empty(0, np.int64), np.empty(0, np.int64)
    while at < len(seeds) + n and work > 0:
        clique, j = np.empty(0, np.int64), at - len(seeds)
        if j < 0:
            users = uses.users[uses.firsts[seeds[at]] : uses.firsts[seeds[at] + 1]]
            work -= len(users) ** 2
            # A clique all of whose pairs are said already would be one more row, and say nothing.
            if _has_any(open_ones, users):
                clique = _grown(conflicts, users, open_ones)
            at += 1
        # Each pair that conflicts has to lie in a clique, else the cliques would allow what the rows don't.
        elif open_ones[j].any():
            other = 0
            while not open_ones[j, other]:
                other += 1
            # The place stays: the column may have other open conflicts. Each clique closes the pair it was grown from,
            # so it ends.
            clique = _grown(conflicts, np.array([j, other]), open_ones)
        else:
            # It uses none of the resources that stay: without a row of its own it would be in no part, though it can be
            # chosen. One that conflicts with somebody is in a clique by now.
            if is_bare[j] and not conflicts[j].any():
                clique = np.array([j])
            at += 1
        work -= n
        if len(clique):
            work -= n * len(clique) * len(clique)
            members = np.concatenate((members, clique))
            ends = np.concatenate((ends, np.array([len(members)])))
    return at, members, ends


@inner()
def _has_any(conflicts: Bools, columns: Ints) -> bool:
    for i in columns:
        for j in columns:
            if conflicts[i, j]:
                return True
    return False


@inner()
def _grown(conflicts: Bools, seed: Ints, open_ones: Bools) -> Ints:
    """A maximal clique around a smaller one; each column added leaves as many others as possible. Closes its pairs."""
    inside = np.zeros(len(conflicts), np.bool_)
    inside[seed] = True
    others = np.ones(len(conflicts), np.bool_)
    for i in seed:
        others &= conflicts[i]
    while others.any():
        common, best, most = np.flatnonzero(others), -1, -1
        for j in common:
            # Greedily the one with most conflicts among those left: it leaves most to go on with. Not the largest
            # clique, which nobody finds in time, but a maximal one, and that is all the proof needs.
            count = conflicts[j][common].sum()
            if count > most:
                best, most = int(j), count
        inside[best] = True
        others &= conflicts[best]
    clique = np.flatnonzero(inside)
    # Both halves of the table, (i, j) and (j, i), since each member takes its turn as `i`.
    for i in clique:
        open_ones[i][clique] = False
    return clique
