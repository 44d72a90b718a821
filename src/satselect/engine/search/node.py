"""One node of the search on top of `tree.py`: new prices for what is left, fixing, and a look below; compiled."""

from typing import NamedTuple

import numba as nb
import numpy as np

from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.relaxation.costs import costs_at, readable
from satselect.engine.relaxation.simplex import relax
from satselect.engine.search.symmetry import Twins
from satselect.engine.search.tree import KEPT, LEAVES, NODES, Losses, Tree, cells, explore, plant

PRUNED, EXPLORED, OPEN = 0, 1, 2

_PIVOTS = 100_000
_WORK_OF_A_LOOK = 4  # elementary operations for each amount
_LEAST_PIVOTS = 20
_MOST_CELLS = 2**24  # that a tree may hold


class Field(NamedTuple):
    """What is chosen among, and how far to look.

    Shapes: starts (columns + 1,), resources and amounts (nonzeros,), profits (columns,) int64 units. `unit` units are
    one to the relaxation. A selection is worth a look if it earns at least what is known less `slack`.
    """

    starts: Ints
    resources: Ints
    amounts: Ints
    profits: Ints
    unit: float
    slack: int
    keep: int
    twins: Twins


class View(NamedTuple):
    """What a probe saw.

    Shapes: leaves (found, any): columns, -1 behind the last; live (k,): the columns that are left, least penalty
    first. `outcome` is PRUNED, EXPLORED or OPEN; `resource` is the one to branch on.
    """

    outcome: int
    leaves: Ints
    live: Ints
    resource: int
    nodes: int


def probe(field: Field, live: Ints, room: Ints, earned: int, known: int, max_nodes: int, work: int) -> View:
    """Looks, at new prices, for live columns in this room that earn, with what is earned, more than is known.

    Takes so many nodes at most, and about as many elementary operations.
    """
    return View(*_probe(field, live, room, earned, known, max_nodes, work))


def look(field: Field, live: Ints, losses: Losses, earned: int, known: int, max_nodes: int, work: int) -> View:
    """The same at given prices; `losses` are those of the live columns."""
    return View(*_look(field, live, losses, earned, known, max_nodes, work))


# What is handed back to Python is a plain tuple: to make a named one runs Python code, in which a signal's exception
# may rise, and compiled code takes no notice of it until it crashes.
_Seen = tuple[int, Ints, Ints, int, int]


@nb.njit(cache=True, nogil=True)
def _probe(field: Field, live: Ints, room: Ints, earned: int, known: int, max_nodes: int, work: int) -> _Seen:
    if len(live) == 0:
        # Nothing is left to choose from, so what is chosen is the one selection of this piece: a leaf without columns.
        is_found = earned - known + field.slack >= 0
        return EXPLORED, np.full((1 if is_found else 0, 1), -1), live, -1, 0
    used, losses = _losses(field, live, room, work)
    outcome, leaves, live, resource, nodes = _look(field, live, losses, earned, known, max_nodes, work)
    return outcome, leaves, live, used[resource], nodes


@nb.njit(cache=True, nogil=True)
def _look(field: Field, live: Ints, losses: Losses, earned: int, known: int, max_nodes: int, work: int) -> _Seen:
    # The Lagrangian bound: at any prices no selection earns more than what the room is worth and what columns gain.
    top = earned + losses.held.sum() + losses.waivers.sum()
    budget = top - known + field.slack
    if budget < 0:
        return PRUNED, np.empty((0, 1), np.int64), live, 0, 0
    # Fixing by reduced cost: any selection with such a column earns less than what is known, by the Lagrangian bound.
    kept = np.flatnonzero(losses.penalties <= budget)
    # Stable, as everywhere in the engine: the same problem has to take the same way, whatever machine sorts it.
    kept = kept[np.argsort(losses.penalties[kept], kind="mergesort")]
    lost = losses.held.sum()
    # What nobody is left to pay is lost whatever is selected, so it comes off the budget here instead of in every node.
    # Columns that are dropped have a penalty, and so no waiver that would be lost with them.
    used, losses = _taken(losses, kept)
    budget -= lost - losses.held.sum()
    live = live[kept]
    resource = used[_fewest(losses)] if len(kept) else 0
    # To plant a tree is one step that nobody can stop, as long as the tree is large.
    if cells(losses) > min(_MOST_CELLS, work):
        return OPEN, np.empty((0, 1), np.int64), live, resource, 0
    tree = plant(losses, budget, field.keep)
    looks = work // (_WORK_OF_A_LOOK * (len(losses.resources) // (len(kept) + 1) + 1))
    is_done = explore(losses, tree, field.slack, max_nodes, looks)
    # Rounded profits leave ties that only exact worth can break: a leaf that was overwritten might have been the best.
    is_all = is_done and (field.slack < 0 or tree.at[LEAVES] <= field.keep)
    return EXPLORED if is_all else OPEN, _leaves(tree, live), live, resource, tree.at[NODES]


@nb.njit(cache=True)
def _losses(field: Field, live: Ints, room: Ints, work: int) -> tuple[Ints, Losses]:
    """The resources that live columns use, and what choosing, leaving out and leaving unused lose at new prices."""
    amounts, profits, free = field.amounts, field.profits, np.zeros(len(room), np.int64)
    # No losses yet: profits stand where penalties will, to be handed through `_taken`, which decides by rows, rooms and
    # what is held alone. Nothing is held, so what can't run short leaves, and gets no price.
    given = Losses(field.starts, field.resources, amounts, amounts, profits, profits, free, room, field.twins)
    used, mine = _taken(given, live)
    starts, resources, amounts, profits = mine.starts, mine.resources, mine.amounts, mine.penalties
    # A pivot changes the whole dense inverse; a few are always made, since prices of 0 would drop nothing.
    pivots = max(min(work // (len(mine.room) ** 2 + len(resources) // 16 + 1), _PIVOTS), _LEAST_PIVOTS)
    y = _prices(starts, resources, amounts, profits, mine.room, field.unit, pivots)
    costs, held = costs_at(y, resources, amounts, mine.room)
    penalties, waivers = np.empty_like(profits), np.empty_like(profits)
    for k in range(len(live)):
        reduced = profits[k] - costs[starts[k] : starts[k + 1]].sum()
        penalties[k], waivers[k] = max(-reduced, 0), max(reduced, 0)
    return used, Losses(starts, resources, amounts, costs, penalties, waivers, held, mine.room, mine.twins)


@nb.njit(cache=True)
def _prices(
    starts: Ints, resources: Ints, amounts: Ints, profits: Ints, room: Ints, unit: float, pivots: int
) -> Floats:
    """Prices from the linear relaxation, as `price.py` rounds them."""
    n, width = len(profits), (starts[1:] - starts[:-1]).max()
    # Rows of one width, filled up with a resource behind the last, at whose price of 0 the filler costs nothing.
    uses, floats = np.full((width, n), len(room), np.int32), np.zeros((width, n))
    users = np.zeros(len(room))
    for k in range(n):
        for t in range(starts[k], starts[k + 1]):
            uses[t - starts[k], k], floats[t - starts[k], k] = resources[t], amounts[t]
            # No price needs to be above what there is to earn with a resource, and beyond that it could overflow
            # (`readable`).
            users[resources[t]] += profits[k]
    y, _, _ = relax(uses, floats, profits / unit, room.astype(np.float64), pivots)
    return readable(y * unit, users, room)


@nb.njit(cache=True)
def _taken(losses: Losses, kept: Ints) -> tuple[Ints, Losses]:
    """The same for these columns, and the resources that are left: those that they could run short of, or pay for."""
    used = np.flatnonzero(_are_scarce(losses, kept))
    number = np.full(len(losses.held), -1)
    number[used] = np.arange(len(used))
    starts = np.zeros(len(kept) + 1, np.int64)
    resources, amounts = np.empty(len(losses.resources), np.int64), np.empty(len(losses.amounts), np.int64)
    costs = np.empty(len(losses.costs), np.int64)
    for k in range(len(kept)):
        place = starts[k]
        for t in range(losses.starts[kept[k]], losses.starts[kept[k] + 1]):
            if number[losses.resources[t]] >= 0:
                resources[place], amounts[place] = number[losses.resources[t]], losses.amounts[t]
                costs[place] = losses.costs[t]
                place += 1
        starts[k + 1] = place
    return used, Losses(
        starts,
        resources[: starts[-1]],
        amounts[: starts[-1]],
        costs[: starts[-1]],
        losses.penalties[kept],
        losses.waivers[kept],
        losses.held[used],
        losses.room[used],
        Twins(losses.twins.groups[kept], losses.twins.places[kept], losses.twins.touched),
    )


@nb.njit(cache=True)
def _are_scarce(losses: Losses, kept: Ints) -> Bools:
    """Which resources have a price or less room than these columns would use; at least one of each column."""
    # A resource that can't run short and has no price decides nothing, and makes every look longer. But a column of
    # which nothing is left would be on no branch, so each keeps one.
    needs = np.zeros(len(losses.held), np.int64)
    for j in kept:
        for t in range(losses.starts[j], losses.starts[j + 1]):
            needs[losses.resources[t]] += losses.amounts[t]
    are_scarce = (needs > losses.room) | ((needs > 0) & (losses.held > 0))
    for j in kept:
        resources = losses.resources[losses.starts[j] : losses.starts[j + 1]]
        if not are_scarce[resources].any():
            are_scarce[resources[0]] = True
    return are_scarce


@nb.njit(cache=True)
def _fewest(losses: Losses) -> int:
    """The resource that the fewest columns use, if any uses one; resources with a price come first."""
    options = np.zeros(len(losses.held), np.int64)
    for r in losses.resources:
        options[r] += 1
    best, fewest = 0, 1 << 60
    # To leave a resource with a price unused costs at once, so that such children are soon over the budget.
    for r in range(len(options)):
        count = options[r] if losses.held[r] > 0 else options[r] + (1 << 40)
        if options[r] > 0 and count < fewest:
            best, fewest = r, count
    return best


@nb.njit(cache=True)
def _leaves(tree: Tree, live: Ints) -> Ints:
    """What was found, in the field's columns."""
    leaves = np.copy(tree.leaves[: min(tree.at[LEAVES], tree.at[KEPT])])
    for leaf in leaves:
        for k in range(len(leaf)):
            if leaf[k] < 0:
                break
            leaf[k] = live[leaf[k]]
    return leaves
