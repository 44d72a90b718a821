"""Cliques: sets of columns of which no two fit together, and which the relaxation takes more than one of.

"At most one of these" holds for every selection, so a clique is one more resource of capacity 1: the relaxation comes
closer to what can be selected, and prices, search and certificate need no other rule (Padberg 1973).
"""

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.limits import PORTION, Limits
from satselect.engine.problem.rows import Bools, Floats, Ints, Rows

_TAKEN = 1e-6
_MOST_CELLS = 2**26  # of the table of cliques
_EXCESS = 1e-3  # of the relaxation over one, that makes a clique worth a resource


def cliques(rows: Rows, room: Ints, fractions: Floats, order: Ints, limits: Limits) -> Bools:
    """Cliques that these fractions, (columns,), violate, the most violated first: (cliques, columns).

    Each holds whatever column conflicts with all that it holds before, tried in this order, (columns,).
    """
    taken = np.flatnonzero(fractions > _TAKEN)
    taken = taken[np.argsort(-fractions[taken], kind="stable")]
    # The table has a row for each start, so more starts than it has room for would only cost memory.
    taken = taken[: _MOST_CELLS // max(len(fractions), 1)]
    at_once = max(PORTION // (8 * len(rows.resources) + 1), 1)  # each looks at all columns a few times
    parts = [np.zeros((0, len(fractions)), np.bool_)]
    for first in range(0, len(taken), at_once):
        if limits.is_over():
            break
        firsts = taken[first : first + at_once]
        parts.append(_found(rows.starts, rows.resources, rows.amounts, room, fractions, firsts, taken, order))
    # The same clique is grown from each of its members. As bytes they are told apart sooner than column by column.
    different = sorted({clique.tobytes() for part in parts for clique in part})
    found = np.frombuffer(b"".join(different), np.bool_).reshape(len(different), len(fractions))
    return found[np.argsort(-(found @ fractions), kind="stable")]


@compiled()
def _found(
    starts: Ints, resources: Ints, amounts: Ints, room: Ints, fractions: Floats, firsts: Ints, taken: Ints, order: Ints
) -> Bools:
    """From each of the first: what conflicts with all so far of those taken in part, as they come, then the others."""
    found = np.zeros((len(firsts), len(fractions)), np.bool_)
    held = np.zeros(len(room), np.int64)
    count = 0
    for first in firsts:
        # Only columns that the relaxation takes add to the excess, so they come first; what is taken of the others is
        # nothing, and they only make the clique say more.
        clique, total, rest = found[count], 0.0, taken
        member = int(first)
        while member >= 0:
            clique[member] = True
            total += fractions[member]
            # Invariant: `rest` is what conflicts with every member so far, so whoever comes from it keeps the set a
            # clique, and each can be taken without a look at the others.
            rest = _conflicting(starts, resources, amounts, room, held, int(member), rest)
            member = int(rest[0]) if len(rest) else -1
        if total > 1 + _EXCESS:
            # Grown until nobody else conflicts with all of it: of set packing, just the maximal cliques are facets
            # (Padberg 1973).
            _extend(starts, resources, amounts, room, held, clique, order)
            count += 1
        else:
            clique[:] = False
    return found[:count]


@inner()
def _extend(starts: Ints, resources: Ints, amounts: Ints, room: Ints, held: Ints, clique: Bools, order: Ints) -> None:
    """Adds to a clique what conflicts with all of it, in this order."""
    rest = order
    for member in np.flatnonzero(clique):
        rest = _conflicting(starts, resources, amounts, room, held, int(member), rest)
    while len(rest):
        clique[rest[0]] = True
        rest = _conflicting(starts, resources, amounts, room, held, int(rest[0]), rest)


@inner()
def _conflicting(
    starts: Ints, resources: Ints, amounts: Ints, room: Ints, held: Ints, member: int, others: Ints
) -> Ints:
    """Those of the other columns that don't fit beside the member; `held` is zero, and is left so."""
    for t in range(starts[member], starts[member + 1]):
        held[resources[t]] = amounts[t]
    kept = np.empty(len(others), np.int64)
    count = 0
    for j in others:
        for t in range(starts[j], starts[j + 1]):
            r = resources[t]
            # One resource on which the two don't fit is enough; what they use apart from each other is in nobody's way.
            if held[r] > 0 and held[r] + amounts[t] > room[r] and j != member:
                kept[count] = j
                count += 1
                break
    for t in range(starts[member], starts[member + 1]):
        held[resources[t]] = 0
    return kept[:count]
