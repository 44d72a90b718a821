"""A smaller part with the same optimum: what conflicts is said by few resources, and what another column beats is gone.

Where tasks are forbidden in pairs, the pairs are many and their relaxation is weak. Columns of which no two fit
together are a clique, and share one resource instead (as in `cliques.py`, but before anything is priced). A column is
dropped if another one that conflicts with it earns as much, and is in nobody's way that the first one isn't in.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numba as nb
import numpy as np

from satselect.selection.answer import Answer
from satselect.selection.presolve import Part
from satselect.selection.proof import Proof
from satselect.selection.rows import Bools, Floats, Ints, Rows, starts_of


@dataclass(frozen=True, slots=True)
class Condensed:
    """A part for another, and the other one's columns that its own stand for: (columns,)."""

    part: Part
    columns: Ints

    def restored(self, part: Part, answer: Answer, before: Answer) -> Answer:
        """What an answer for the smaller part says about the other one, at the prices of an answer from before."""
        columns = self.columns[answer.columns]
        if answer.is_optimal or part.profits[columns].sum() > part.profits[before.columns].sum():
            before = replace(before, columns=columns)
        if answer.bound >= before.bound and not answer.is_optimal:
            return before
        # The cliques' prices prove the bound, but nobody else has these cliques.
        proof = Proof.SEARCH if answer.proof is Proof.DUALITY else answer.proof
        return Answer(before.columns, before.y, answer.bound, proof, answer.is_optimal)


class _Uses(NamedTuple):
    """Who uses each resource, and what a column uses.

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


def condensed(part: Part) -> Condensed:
    """A part with the same optimum; takes memory and time for each pair of columns."""
    uses = _uses(part.rows, part.capacities)
    conflicts = _conflicts(uses)
    is_left = np.ones(len(part.profits), np.bool_)
    is_implied = _are_implied(uses, conflicts, is_left)
    while _drop_beaten(uses, conflicts, part.worths, is_implied, is_left):
        is_implied = _are_implied(uses, conflicts, is_left)
    columns = np.flatnonzero(is_left)
    rows, capacities = _said_by_cliques(
        part.rows.take(columns), part.capacities, is_implied, conflicts[np.ix_(columns, columns)]
    )
    smaller = replace(
        part,
        rows=rows,
        profits=part.profits[columns],
        worths=part.worths[columns],
        capacities=capacities,
        tasks=part.tasks[columns],
        candidates=part.candidates[columns],
        resources=np.arange(len(capacities)),
        divisors=np.ones(len(capacities), np.int64),
        places=part.places[columns],
    )
    return Condensed(smaller, columns)


def _uses(rows: Rows, capacities: Ints) -> _Uses:
    order = np.argsort(rows.resources, kind="stable")
    firsts = np.searchsorted(rows.resources[order], np.arange(len(capacities) + 1))
    by_column = (rows.starts, rows.resources, rows.amounts)
    return _Uses(firsts, rows.owners[order], rows.amounts[order], *by_column, capacities)


@nb.njit(cache=True, nogil=True)
def _conflicts(uses: _Uses) -> Bools:
    """Which columns don't fit together: (columns, columns)."""
    n = len(uses.starts) - 1
    conflicts = np.zeros((n, n), np.bool_)
    for r in range(len(uses.capacities)):
        for a in range(uses.firsts[r], uses.firsts[r + 1]):
            for b in range(a + 1, uses.firsts[r + 1]):
                if uses.taken[a] + uses.taken[b] > uses.capacities[r]:
                    conflicts[uses.users[a], uses.users[b]] = True
                    conflicts[uses.users[b], uses.users[a]] = True
    return conflicts


@nb.njit(cache=True, nogil=True)
def _are_implied(uses: _Uses, conflicts: Bools, is_left: Bools) -> Bools:
    """Which resources can't run short as long as no two chosen columns conflict: (resources,).

    Their users are put into cliques one by one; of a clique one is chosen at most.
    """
    is_implied = np.zeros(len(uses.capacities), np.bool_)
    for r in range(len(uses.capacities)):
        places = np.arange(uses.firsts[r], uses.firsts[r + 1])
        places = places[is_left[uses.users[places]]]
        needed = 0
        while len(places) > 0 and needed <= uses.capacities[r]:
            inside, outside = _clique_of(uses.users[places], conflicts)
            needed += uses.taken[places[inside]].max()
            places = places[outside]
        is_implied[r] = needed <= uses.capacities[r]
    return is_implied


@nb.njit(cache=True)
def _clique_of(columns: Ints, conflicts: Bools) -> tuple[Bools, Bools]:
    """Which of these columns conflict with the first and each other, as they come, and which are the rest."""
    inside = np.zeros(len(columns), np.bool_)
    for k in range(len(columns)):
        inside[k] = True
        for i in np.flatnonzero(inside[:k]):
            if not conflicts[columns[i], columns[k]]:
                inside[k] = False
                break
    return inside, ~inside


@nb.njit(cache=True, nogil=True)
def _drop_beaten(uses: _Uses, conflicts: Bools, worths: Floats, is_implied: Bools, is_left: Bools) -> int:
    """Drops from what is left, one at a time, each column that another one beats; how many."""
    room = np.zeros(len(uses.capacities), np.int64)
    dropped = 0
    for j in range(len(worths)):
        if not is_left[j]:
            continue
        for t in range(uses.starts[j], uses.starts[j + 1]):
            room[uses.resources[t]] = uses.amounts[t]
        for other in np.flatnonzero(conflicts[j] & is_left):
            if worths[other] >= worths[j] and _stays_within(uses, conflicts, is_implied, is_left, room, int(other), j):
                is_left[j] = False
                dropped += 1
                break
        for t in range(uses.starts[j], uses.starts[j + 1]):
            room[uses.resources[t]] = 0
    return dropped


@nb.njit(cache=True)
def _stays_within(
    uses: _Uses, conflicts: Bools, is_implied: Bools, is_left: Bools, room: Ints, other: int, j: int
) -> bool:
    """Whether the other column fits wherever column `j`, which uses this room, does."""
    for t in range(uses.starts[other], uses.starts[other + 1]):
        r = uses.resources[t]
        if not is_implied[r] and uses.amounts[t] > room[r]:
            return False
    for k in range(len(conflicts)):
        if conflicts[other, k] and not conflicts[j, k] and k != j and is_left[k]:
            return False
    return True


def _said_by_cliques(rows: Rows, capacities: Ints, is_implied: Bools, conflicts: Bools) -> tuple[Rows, Ints]:
    """The same rows on the resources that are not implied, and one of capacity 1 for each of some maximal cliques."""
    uses = _uses(rows, capacities)
    is_kept = ~is_implied & (np.diff(uses.firsts) > 0)
    is_kept_use = is_kept[rows.resources]
    number = np.cumsum(is_kept) - 1
    largest_first = np.argsort(-np.diff(uses.firsts), kind="stable")
    is_bare = np.bincount(rows.owners[is_kept_use], minlength=len(rows)) == 0
    found = _cover(conflicts, uses, largest_first[capacities[largest_first] == 1], is_bare)
    cliques = np.repeat(is_kept.sum() + np.arange(len(found)), [len(clique) for clique in found])
    owners = np.concatenate((rows.owners[is_kept_use], *found))
    resources = np.concatenate((number[rows.resources[is_kept_use]], cliques))
    amounts = np.concatenate((rows.amounts[is_kept_use], np.ones(len(cliques), np.int64)))
    order = np.lexsort((resources, owners))
    starts = starts_of(np.bincount(owners, minlength=len(rows)))
    return Rows(starts, resources[order], amounts[order]), np.concatenate(
        (capacities[is_kept], np.ones(len(found), np.int64))
    )


@nb.njit(cache=True, nogil=True)
def _cover(conflicts: Bools, uses: _Uses, seeds: Ints, is_bare: Bools) -> list[Ints]:
    """Maximal cliques that hold every conflict: grown from the users of these resources, then from single conflicts.

    Bare columns that conflict with nobody are a clique of their own.
    """
    open_ones = conflicts.copy()
    found = []
    for r in seeds:
        users = uses.users[uses.firsts[r] : uses.firsts[r + 1]]
        if _has_any(open_ones, users):
            found.append(_grown(conflicts, users, open_ones))
    for j in range(len(conflicts)):
        while open_ones[j].any():
            pair = np.array([j, np.argmax(open_ones[j])])
            found.append(_grown(conflicts, pair, open_ones))
        if is_bare[j] and not conflicts[j].any():
            found.append(np.array([j]))
    return found


@nb.njit(cache=True)
def _has_any(conflicts: Bools, columns: Ints) -> bool:
    for i in columns:
        for j in columns:
            if conflicts[i, j]:
                return True
    return False


@nb.njit(cache=True)
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
            count = conflicts[j][common].sum()
            if count > most:
                best, most = int(j), count
        inside[best] = True
        others &= conflicts[best]
    clique = np.flatnonzero(inside)
    for i in clique:
        open_ones[i][clique] = False
    return clique
