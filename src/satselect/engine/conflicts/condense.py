"""A smaller part with the same optimum: what conflicts is said by few resources, and what another column beats is gone.

Where tasks are forbidden in pairs, the pairs are many and their relaxation is weak. Columns of which no two fit
together are a clique, and share one resource instead (as in `relaxation/cliques.py`, but before anything is priced); so
do those of which two go together at most (`triples.py`). A column is dropped if another one that conflicts with it
earns as much, and is in nobody's way that the first one isn't in.
"""

from dataclasses import dataclass, replace

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.conflicts.cover import Uses, said_by_cliques, uses_of
from satselect.engine.conflicts.triples import with_grown_twos
from satselect.engine.limits import PORTION, Limits
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.proof import Proof


@dataclass(frozen=True, slots=True)
class Condensed:
    """A part for another, and the other one's columns that its own stand for: (columns,)."""

    part: Part
    columns: Ints

    def restored(self, part: Part, answer: Answer, before: Answer | None) -> Answer:
        """What an answer for the smaller part says about the other one, at the prices of an answer from before.

        Without one it has no prices.
        """
        columns = self.columns[answer.columns]
        if before is None:
            before = Answer.of(part, columns, np.zeros(0), int(part.profits.sum()), Proof.SEARCH)
        # An optimum of the smaller part is one of the other: for each column that was dropped another one earns as
        # much.
        if answer.is_optimal or part.profits[columns].sum() > part.profits[before.columns].sum():
            before = replace(before, columns=columns)
        if answer.bound >= before.bound and not answer.is_optimal:
            return before
        # The cliques' prices prove the bound, but nobody else has these cliques.
        proof = Proof.SEARCH if answer.proof is Proof.DUALITY else answer.proof
        return Answer(before.columns, before.y, answer.bound, proof, answer.is_optimal)


def condensed(part: Part, limits: Limits) -> Condensed | None:
    """A part with the same optimum; takes memory and time for each pair of columns. None if the limits end it."""
    uses = uses_of(part.rows, part.capacities)
    users = np.diff(uses.firsts)
    # It can't be stopped once it is begun, so it is begun only where all of it is in time.
    if limits.work(work := int((users**2).sum())) < work:
        return None
    conflicts = _conflicts(uses)
    is_left = np.ones(len(part.profits), np.bool_)
    is_implied = _implied(uses, conflicts, is_left, np.zeros(len(users), np.bool_), limits)
    # Each round may open the next: with fewer columns more resources can't run short, and what can't run short isn't
    # compared. Columns only become fewer, so it ends; and whichever round is the last, the optimum is the same.
    while is_implied is not None and (dropped := _dropped(uses, conflicts, part.worths, is_implied, is_left, limits)):
        is_implied = _implied(uses, conflicts, is_left, is_implied, limits) if dropped > 0 else None
    if is_implied is None:
        return None
    columns = np.flatnonzero(is_left)
    among = conflicts[np.ix_(columns, columns)]
    rows, capacities, is_implied = with_grown_twos(part.rows.take(columns), part.capacities, is_implied, among, limits)
    said = said_by_cliques(rows, capacities, is_implied, among, limits)
    if not said:
        return None
    rows, capacities = said
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


def _implied(uses: Uses, conflicts: Bools, is_left: Bools, before: Bools, limits: Limits) -> Bools | None:
    """Which resources can't run short as long as no two chosen columns conflict, (resources,); None if too late.

    Those that could not before, with more columns left, still can't.
    """
    count, n = len(uses.capacities), len(conflicts)
    at_once = max(PORTION * count // (n * len(uses.users) + 1), 1)
    is_implied = before.copy()
    for first in range(0, count, at_once):
        if limits.is_over():
            return None
        _find_implied(uses, conflicts, is_left, is_implied, first, min(first + at_once, count))
    return is_implied


def _dropped(uses: Uses, conflicts: Bools, worths: Floats, is_implied: Bools, is_left: Bools, limits: Limits) -> int:
    """How many columns that another one beats were dropped from what is left; -1 if there was no time."""
    n = len(worths)
    at_once = max(PORTION // (int(conflicts.sum()) + 1), 1)  # each conflict of a column may cost a look at all others
    dropped = 0
    for first in range(0, n, at_once):
        if limits.is_over():
            return -1
        dropped += _drop_beaten(uses, conflicts, worths, is_implied, is_left, first, min(first + at_once, n))
    return dropped


@compiled()
def _conflicts(uses: Uses) -> Bools:
    """Which columns don't fit together: (columns, columns)."""
    n = len(uses.starts) - 1
    conflicts = np.zeros((n, n), np.bool_)
    # Two columns can only be in each other's way on a resource that both use, so pairs are made there and not of all.
    for r in range(len(uses.capacities)):
        for a in range(uses.firsts[r], uses.firsts[r + 1]):
            for b in range(a + 1, uses.firsts[r + 1]):
                if uses.taken[a] + uses.taken[b] > uses.capacities[r]:
                    conflicts[uses.users[a], uses.users[b]] = True
                    conflicts[uses.users[b], uses.users[a]] = True
    return conflicts


@compiled()
def _find_implied(uses: Uses, conflicts: Bools, is_left: Bools, is_implied: Bools, first: int, end: int) -> None:
    """Writes which of the resources from the first to the end are implied.

    Their users are put into cliques one by one; of a clique one is chosen at most. Those that are implied already stay
    so: columns only become fewer.
    """
    places = np.empty(len(conflicts), np.int64)
    for r in range(first, end):
        if is_implied[r]:
            continue
        count = 0
        for place in range(uses.firsts[r], uses.firsts[r + 1]):
            if is_left[uses.users[place]]:
                places[count] = place
                count += 1
        needed = 0
        while count > 0 and needed <= uses.capacities[r]:
            inside = _clique_first(uses.users, places[:count], conflicts)
            # Of a clique one column is chosen at most, so it uses no more than its largest; cliques add up.
            largest = 0
            for place in places[:inside]:
                largest = max(largest, uses.taken[place])
            needed += largest
            count -= inside
            for k in range(count):
                places[k] = places[k + inside]
        is_implied[r] = needed <= uses.capacities[r]


@inner()
def _clique_first(users: Ints, places: Ints, conflicts: Bools) -> int:
    """Moves the users that conflict with the first and each other, as they come, to the front; how many."""
    inside = 0
    for k in range(len(places)):
        place, is_in = places[k], True
        for other in places[:inside]:
            if not conflicts[users[other], users[place]]:
                is_in = False
                break
        if is_in:
            # The rest keep their order: which of them begins the next clique must not depend on this one.
            for t in range(k, inside, -1):
                places[t] = places[t - 1]
            places[inside] = place
            inside += 1
    return inside


@compiled()
def _drop_beaten(
    uses: Uses, conflicts: Bools, worths: Floats, is_implied: Bools, is_left: Bools, first: int, end: int
) -> int:
    """Drops from what is left, one at a time, each column from the first to the end that another beats; how many."""
    room = np.zeros(len(uses.capacities), np.int64)
    dropped = 0
    for j in range(first, end):
        if not is_left[j]:
            continue
        for t in range(uses.starts[j], uses.starts[j + 1]):
            room[uses.resources[t]] = uses.amounts[t]
        for other in np.flatnonzero(conflicts[j] & is_left):
            # Dominance: wherever this column is chosen the other fits in its place and earns no less. They conflict, so
            # the other isn't there yet; and one at a time, so that of two equal columns one stays.
            if worths[other] >= worths[j] and _stays_within(uses, conflicts, is_implied, is_left, room, int(other), j):
                is_left[j] = False
                dropped += 1
                break
        # Only the places that were written, so that no column pays for the length of the scratch.
        for t in range(uses.starts[j], uses.starts[j + 1]):
            room[uses.resources[t]] = 0
    return dropped


@inner()
def _stays_within(
    uses: Uses, conflicts: Bools, is_implied: Bools, is_left: Bools, room: Ints, other: int, j: int
) -> bool:
    """Whether the other column fits wherever column `j`, which uses this room, does."""
    for t in range(uses.starts[other], uses.starts[other + 1]):
        r = uses.resources[t]
        if not is_implied[r] and uses.amounts[t] > room[r]:
            return False
    # Implied resources were not compared: they hold as long as no two chosen columns conflict, so the other one must
    # conflict with nobody new.
    for k in range(len(conflicts)):
        if conflicts[other, k] and not conflicts[j, k] and k != j and is_left[k]:
            return False
    return True
