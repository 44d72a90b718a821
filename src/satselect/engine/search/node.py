"""One node of the search on top of `tree.py`: new prices for what is left, fixing, and a look below; compiled."""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.rows import Bools, Floats, Ints, Ints32
from satselect.engine.relaxation.costs import costs_at, readable
from satselect.engine.relaxation.simplex import go_on, scaled, slack_basis
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
    if len(live) == 0:
        # Nothing is left to choose from, so what is chosen is the one selection of this piece: a leaf without columns.
        is_found = earned - known + field.slack >= 0
        return View(EXPLORED, np.full((1 if is_found else 0, 1), -1), live, -1, 0)
    used, losses = _losses(field, live, room, work)
    view = look(field, live, losses, earned, known, max_nodes, work)
    return view._replace(resource=int(used[view.resource]))


def look(field: Field, live: Ints, losses: Losses, earned: int, known: int, max_nodes: int, work: int) -> View:
    """The same at given prices; `losses` are those of the live columns."""
    return View(*_look(live, losses, earned, known, field.slack, field.keep, max_nodes, work))


def _losses(field: Field, live: Ints, room: Ints, work: int) -> tuple[Ints, Losses]:
    """The resources that live columns use, and what choosing, leaving out and leaving unused lose at new prices."""
    given = _prepared(field, live, room)
    used, starts, resources, amounts, profits, room, groups, places = given[:8]
    uses, shares, sizes, users = given[8:]
    # A pivot changes the whole dense inverse; a few are always made, since prices of 0 would drop nothing.
    pivots = max(min(work // (len(room) ** 2 + len(resources) // 16 + 1), _PIVOTS), _LEAST_PIVOTS)
    now = slack_basis(len(live), room / sizes)
    go_on(uses, shares, profits / field.unit, now, pivots)
    y = now.y[:-1] / sizes * field.unit
    costs, penalties, waivers, held = _lost(y, users, starts, resources, amounts, profits, room)
    alike = Twins(groups, places, field.twins.touched)
    return used, Losses(starts, resources, amounts, costs, penalties, waivers, held, room, alike)


# What is handed back to Python is a plain tuple: to make a named one runs Python code, in which a signal's exception
# may rise, and compiled code takes no notice of it until it crashes.
_Seen = tuple[int, Ints, Ints, int, int]
_Gathered = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints]
_Prepared = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints32, Floats, Floats, Floats]


@compiled()
def _look(
    live: Ints, losses: Losses, earned: int, known: int, slack: int, keep: int, max_nodes: int, work: int
) -> _Seen:
    # The Lagrangian bound: at any prices no selection earns more than what the room is worth and what columns gain.
    top = earned + losses.held.sum() + losses.waivers.sum()
    budget = top - known + slack
    if budget < 0:
        return PRUNED, np.empty((0, 1), np.int64), live, 0, 0
    # Fixing by reduced cost: any selection with such a column earns less than what is known, by the Lagrangian bound.
    kept = np.flatnonzero(losses.penalties <= budget)
    # Stable, as everywhere in the engine: the same problem has to take the same way, whatever machine sorts it.
    kept = _by_value(losses.penalties, kept)
    lost = losses.held.sum()
    # What nobody is left to pay is lost whatever is selected, so it comes off the budget here instead of in every node.
    # Columns that are dropped have a penalty, and so no waiver that would be lost with them.
    used, starts, resources, amounts, costs, penalties, waivers, held, room, groups, places = _gathered(losses, kept)
    alike = Twins(groups, places, losses.twins.touched)
    losses = Losses(starts, resources, amounts, costs, penalties, waivers, held, room, alike)
    budget -= lost - losses.held.sum()
    live = live[kept]
    resource = used[_fewest(losses)] if len(kept) else 0
    # To plant a tree is one step that nobody can stop, as long as the tree is large.
    if cells(losses) > min(_MOST_CELLS, work):
        return OPEN, np.empty((0, 1), np.int64), live, resource, 0
    tree = plant(losses, budget, keep)
    looks = work // (_WORK_OF_A_LOOK * (len(losses.resources) // (len(kept) + 1) + 1))
    is_done = explore(losses, tree, slack, max_nodes, looks)
    # Rounded profits leave ties that only exact worth can break: a leaf that was overwritten might have been the best.
    is_all = is_done and (slack < 0 or tree.at[LEAVES] <= keep)
    return EXPLORED if is_all else OPEN, _leaves(tree, live), live, resource, tree.at[NODES]


@inner()
def _by_value(values: Ints, places: Ints) -> Ints:
    """Places, those of the least values first, of equals in their order: runs are merged to longer ones."""
    now, then, size = places, np.empty_like(places), 1
    while size < len(places):
        for first in range(0, len(places), 2 * size):
            a, b = first, first + size
            middle, end = min(b, len(places)), min(b + size, len(places))
            for k in range(first, end):
                if b >= end or (a < middle and values[now[a]] <= values[now[b]]):
                    then[k], a = now[a], a + 1
                else:
                    then[k], b = now[b], b + 1
        now, then, size = then, now, 2 * size
    return now


@compiled()
def _prepared(field: Field, live: Ints, room: Ints) -> _Prepared:
    """What the relaxation of these columns in this room is given: the resources that are left, and rows on them.

    Starts, resources, amounts, profits, room, groups, places; resources and scaled amounts as `relax` has them, the
    magnitudes of resources, and what there is to earn with each.
    """
    amounts, profits, free = field.amounts, field.profits, np.zeros(len(room), np.int64)
    # No losses yet: profits stand where penalties will, to be handed through `_gathered`, which decides by rows, rooms
    # and what is held alone. Nothing is held, so what can't run short leaves, and gets no price.
    given = Losses(field.starts, field.resources, amounts, amounts, profits, profits, free, room, field.twins)
    used, starts, resources, amounts, _, profits, _, _, room, groups, places = _gathered(given, live)
    n, m, width = len(profits), len(room), 0
    for k in range(n):
        width = max(width, starts[k + 1] - starts[k])
    # Rows of one width, filled up with a resource behind the last, at whose price of 0 the filler costs nothing.
    uses, floats, users = np.full((width, n), m, np.int32), np.zeros((width, n)), np.zeros(m)
    for k in range(n):
        for t in range(starts[k], starts[k + 1]):
            uses[t - starts[k], k], floats[t - starts[k], k] = resources[t], amounts[t]
            # No price needs to be above what there is to earn with a resource, and beyond that it could overflow
            # (`readable`).
            users[resources[t]] += profits[k]
    sizes, shares = scaled(uses, floats, m)
    return used, starts, resources, amounts, profits, room, groups, places, uses, shares, sizes[:m], users


@compiled()
def _lost(
    y: Floats, users: Floats, starts: Ints, resources: Ints, amounts: Ints, profits: Ints, room: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Costs, penalties, waivers and what is held, at prices as `prices.py` rounds them."""
    costs, held = costs_at(readable(y, users, room), resources, amounts, room)
    penalties, waivers = np.empty_like(profits), np.empty_like(profits)
    for k in range(len(profits)):
        reduced = profits[k]
        for t in range(starts[k], starts[k + 1]):
            reduced -= costs[t]
        penalties[k], waivers[k] = max(-reduced, 0), max(reduced, 0)
    return costs, penalties, waivers, held


@inner()
def _gathered(losses: Losses, kept: Ints) -> _Gathered:
    """Of these columns the resources that are left: those that they could run short of, or pay for; and their losses.

    As `Losses` has them, then the columns' groups and places.
    """
    used = np.flatnonzero(_are_scarce(losses, kept))
    number = np.full(len(losses.held), -1)
    held, room = np.empty(len(used), np.int64), np.empty(len(used), np.int64)
    for k in range(len(used)):
        number[used[k]], held[k], room[k] = k, losses.held[used[k]], losses.room[used[k]]
    n = len(kept)
    starts, resources = np.zeros(n + 1, np.int64), np.empty(len(losses.resources), np.int64)
    amounts, costs = np.empty(len(resources), np.int64), np.empty(len(resources), np.int64)
    penalties, waivers = np.empty(n, np.int64), np.empty(n, np.int64)
    groups, places = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(n):
        j, place = kept[k], starts[k]
        for t in range(losses.starts[j], losses.starts[j + 1]):
            if number[losses.resources[t]] >= 0:
                resources[place], amounts[place] = number[losses.resources[t]], losses.amounts[t]
                costs[place] = losses.costs[t]
                place += 1
        starts[k + 1] = place
        penalties[k], waivers[k] = losses.penalties[j], losses.waivers[j]
        groups[k], places[k] = losses.twins.groups[j], losses.twins.places[j]
    size = starts[n]
    return used, starts, resources[:size], amounts[:size], costs[:size], penalties, waivers, held, room, groups, places


@inner()
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


@inner()
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


@inner()
def _leaves(tree: Tree, live: Ints) -> Ints:
    """What was found, in the field's columns."""
    leaves = np.copy(tree.leaves[: min(tree.at[LEAVES], tree.at[KEPT])])
    for leaf in leaves:
        for k in range(len(leaf)):
            if leaf[k] < 0:
                break
            leaf[k] = live[leaf[k]]
    return leaves
