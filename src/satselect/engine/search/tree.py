"""The exact search itself, compiled: depth first over resources, whole numbers only. `search.py` says what for.

A node is a set of columns chosen and of resources closed. Its loss is what these decisions cost against the bound.
What is held of a resource is lost if it stays unused, and paid by the columns that use it, who lose their penalties
instead: spread over what a column pays, the least of those, and of one, is the share of it that is lost at least.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import inner
from satselect.engine.problem.rows import Bools, Floats, Ints, Ints32
from satselect.engine.search.symmetry import Twins, group_of

# Places in `Tree.at`.
DEPTH, BUDGET, ENTERED, NODES, LEAVES, KEPT = range(6)

_NEARLY = 1 - 1e-12  # a share in floats may be too large by less


class Losses(NamedTuple):
    """What the search decides about, in sparse rows and units.

    Shapes: starts (columns + 1,), resources, amounts and costs (nonzeros,), penalties and waivers (columns,): the loss
    by choosing and by leaving out; held and room (resources,): what it costs to leave all unused, and the units there
    are; twins (columns).
    """

    starts: Ints
    resources: Ints
    amounts: Ints
    costs: Ints
    penalties: Ints
    waivers: Ints
    held: Ints
    room: Ints
    twins: Twins


class Tree(NamedTuple):
    """Where the search stands, so that it can be stopped after any node and go on.

    Shapes, d being depth: live (d, columns): the columns that may still be chosen, lives (d,): how many; branches
    (d, columns + 1): what to try, -1 closes the resource, counts and places (d,): how many and which is next; on (d,):
    the resource branched on; room and held (d, resources), touched (d, satellites), loss and choice (d,); shares
    (columns,): of what a column pays, cheapest and options (resources,): scratch; leaves (k, d): what was found, -1 at
    the end; losses (k,); at (6,).
    """

    live: Ints32
    lives: Ints
    branches: Ints32
    counts: Ints
    places: Ints
    on: Ints
    room: Ints
    held: Ints
    touched: Bools
    loss: Ints
    choice: Ints
    shares: Floats
    cheapest: Floats
    options: Ints
    leaves: Ints
    losses: Ints
    at: Ints


@inner()
def cells(given: Losses) -> int:
    """How many numbers the tree holds at most."""
    return _deepest(given) * 2 * (len(given.penalties) + len(given.held))


@inner()
def plant(given: Losses, budget: int, keep: int) -> Tree:
    """A tree at its root that looks for losses up to the budget and has room for so many leaves."""
    n, m, deepest = len(given.penalties), len(given.held), _deepest(given)
    live, shares = np.empty((deepest, n), np.int32), np.ones(n)
    for j in range(n):
        live[0, j] = j
        paid = given.costs[given.starts[j] : given.starts[j + 1]].sum()
        # At a rate of at most 1 its penalty covers what it pays, resource by resource: share x costs add up to no more
        # than the penalty, which is what lets `_look` weigh one resource at a time.
        if paid > given.penalties[j]:
            shares[j] = given.penalties[j] / paid * _NEARLY
    tree = Tree(
        # A row for each depth, made once: going down and up again then takes no memory, and the tree can stop anywhere.
        live=live,
        lives=np.full(deepest, n),
        branches=np.empty((deepest, n + 1), np.int32),
        counts=np.zeros(deepest, np.int64),
        places=np.zeros(deepest, np.int64),
        on=np.zeros(deepest, np.int64),
        room=np.zeros((deepest, m), np.int64),
        held=np.zeros((deepest, m), np.int64),
        touched=np.zeros((deepest, len(given.twins.touched)), np.bool_),
        loss=np.zeros(deepest, np.int64),
        choice=np.full(deepest, -1),
        shares=shares,
        cheapest=np.empty(m),
        options=np.empty(m, np.int64),
        leaves=np.full((keep, deepest), -1),
        losses=np.zeros(keep, np.int64),
        # One array: what a named tuple names can't be changed, what an array holds can.
        at=np.array([0, budget, 0, 0, 0, keep]),
    )
    for r in range(m):
        tree.room[0, r], tree.held[0, r] = given.room[r], given.held[r]
    for place in range(len(given.twins.touched)):
        tree.touched[0, place] = given.twins.touched[place]
    return tree


@inner()
def _deepest(given: Losses) -> int:
    # Down a path each choice takes a unit of something at least, and each closing ends a resource: no path is longer.
    units = 0
    for room in given.room:
        units = min(units + room, len(given.penalties))
    return units + len(given.held) + 2


@inner()
def explore(given: Losses, tree: Tree, slack: int, max_nodes: int, max_looks: int) -> bool:
    """Goes on until all within the budget is seen (True), or for so many nodes more, or looks at columns and resources.

    Every leaf lowers the budget to its loss plus `slack`, if that is lower; the last leaves are kept.
    """
    at = tree.at
    last, looks = at[NODES] + max_nodes, 0
    while at[DEPTH] >= 0:
        d = at[DEPTH]
        looks += tree.lives[d] + len(given.held)  # a child that isn't entered costs as much as one that is
        # Nothing is half done here: a node is seen whole, or not at all yet, so the next call goes on from just this
        # place.
        if looks > max_looks:
            return False
        if at[ENTERED] == 0:
            if at[NODES] >= last:
                return False
            at[NODES] += 1
            at[ENTERED] = 1
            least, resource = _look(given, tree, d)
            # Every selection below loses at least this much, so none of them is within the budget: the bound of branch
            # and bound, here counted from the top.
            if least > at[BUDGET]:
                tree.counts[d] = tree.places[d] = 0
            elif resource < 0:
                _keep(tree, d, least, slack)
                tree.counts[d] = tree.places[d] = 0
            else:
                _branch(given, tree, d, resource)
        if tree.places[d] >= tree.counts[d]:
            at[DEPTH] -= 1
        elif _descend(given, tree, d):
            at[DEPTH] += 1
            at[ENTERED] = 0
    return True


@inner()
def _look(given: Losses, tree: Tree, d: int) -> tuple[int, int]:
    """The least loss below this node, and the open resource with the fewest options; -1 if nothing is open."""
    cheapest, options = tree.cheapest, tree.options
    cheapest[:] = 1
    options[:] = 0
    for k in range(tree.lives[d]):
        j = tree.live[d, k]
        share = tree.shares[j]
        for t in range(given.starts[j], given.starts[j + 1]):
            r = given.resources[t]
            options[r] += 1
            cheapest[r] = min(cheapest[r], share)
    # A resource that is left unused loses what is held for it, unless columns pay for it; each column's penalty is
    # shared out over what it pays at a rate below 1 in all, so no penalty is counted twice and the sum stays a bound.
    least, resource, fewest = tree.loss[d], -1, 1 << 60
    for r in range(len(cheapest)):
        held = tree.held[d, r]
        least += held if cheapest[r] >= 1 else int(held * cheapest[r])
        if options[r] > 0:
            # The node with the fewest children, so that what can't work is seen high up (Haralick, Elliott 1980).
            can_close = tree.loss[d] + held <= tree.at[BUDGET]
            if options[r] + can_close < fewest:
                fewest, resource = options[r] + can_close, r
    return least, resource


@inner()
def _keep(tree: Tree, d: int, loss: int, slack: int) -> None:
    """Keeps the choices that led to this leaf, and lowers the budget."""
    at = tree.at
    # The oldest makes room. Where profits are exact the budget falls below each leaf that is found, so a later one is
    # better; where they are rounded, `node._look` sees that not all were kept, and leaves the question open.
    leaf = at[LEAVES] % at[KEPT]
    count = 0
    for k in range(d):
        if tree.choice[k] >= 0:
            tree.leaves[leaf, count] = tree.choice[k]
            count += 1
    tree.leaves[leaf, count] = -1
    tree.losses[leaf] = loss
    at[LEAVES] += 1
    at[BUDGET] = min(at[BUDGET], loss + slack)


@inner()
def _branch(given: Losses, tree: Tree, d: int, resource: int) -> None:
    """Lists the columns that may use the resource, least penalty first, and last to close it."""
    # Whatever is selected either holds one of these columns or leaves the resource unused: the children are all cases.
    # The least penalty first, for a good leaf soon lowers the budget of all the others.
    branches = tree.branches[d]
    count = 0
    for k in range(tree.lives[d]):
        j = tree.live[d, k]
        for t in range(given.starts[j], given.starts[j + 1]):
            if given.resources[t] == resource:
                # By insertion: the resource with the fewest options was taken, so the list is short, and of equal
                # penalties the order stays, so that a run can be repeated.
                place = count
                while place > 0 and given.penalties[branches[place - 1]] > given.penalties[j]:
                    branches[place] = branches[place - 1]
                    place -= 1
                branches[place] = j
                count += 1
                break
    branches[count] = -1
    tree.counts[d] = count + 1
    tree.places[d] = 0
    tree.on[d] = resource


@inner()
def _descend(given: Losses, tree: Tree, d: int) -> bool:
    """Makes the next child of a node; False if it loses more than the budget. What was tried before is left out."""
    place = tree.places[d]
    tree.places[d] += 1
    tried = tree.branches[d, place - 1] if place > 0 else -1
    j = tree.branches[d, place]
    loss = _decide(given, tree, d, j)
    room, groups, places, touched = tree.room[d + 1], given.twins.groups, given.twins.places, tree.touched[d]
    group = group_of(given.twins, touched, tried)
    # The list is closed up in place: `kept` never passes `k`, so only what was read is overwritten. Columns that leave
    # it do so for all later children, too, which is why their waivers are lost to the node itself.
    kept, count, is_there = 0, 0, j < 0
    for k in range(tree.lives[d]):
        i = tree.live[d, k]
        # The child before saw all selections with the tried column, and with its twins: where it is left out from here
        # on, none is lost, and none is seen twice.
        if i == tried or (group >= 0 and groups[i] == group and not touched[places[i]]):
            tree.loss[d] += given.waivers[i]
            loss += given.waivers[i]
            continue
        tree.live[d, kept] = i
        kept += 1
        if i == j:
            is_there = True
        # Fixing by reduced cost: with a column whose penalty alone passes the budget no selection below is within it.
        elif loss + given.penalties[i] <= tree.at[BUDGET] and _fits(given, room, i):
            tree.live[d + 1, count] = i
            count += 1
        else:
            loss += given.waivers[i]
    tree.lives[d], tree.lives[d + 1], tree.loss[d + 1] = kept, count, loss
    # A column whose twin was tried has left the list: its child would see again what that one saw.
    return bool(is_there and loss <= tree.at[BUDGET])


@inner()
def _decide(given: Losses, tree: Tree, d: int, j: int) -> int:
    """Chooses a column, or closes the resource with -1, one deeper; the loss so far."""
    room, held, on = tree.room[d + 1], tree.held[d + 1], tree.on[d]
    for r in range(len(room)):
        room[r], held[r] = tree.room[d, r], tree.held[d, r]
    for place in range(tree.touched.shape[1]):
        tree.touched[d + 1, place] = tree.touched[d, place]
    tree.choice[d] = j
    if j < 0:
        loss = tree.loss[d] + held[on]
        # Amounts are 1 at least, so without room nobody below uses it; and what it held is lost here, not once more
        # below.
        room[on] = held[on] = 0
        return int(loss)
    for t in range(given.starts[j], given.starts[j + 1]):
        # Neither gets below 0: the column fits, and rounded costs of what fits never pass what the resource holds
        # (`costs.py`).
        room[given.resources[t]] -= given.amounts[t]
        held[given.resources[t]] -= given.costs[t]
    if given.twins.groups[j] >= 0:
        tree.touched[d + 1, given.twins.places[j]] = True
    return int(tree.loss[d] + given.penalties[j])


@inner()
def _fits(given: Losses, room: Ints, j: int) -> bool:
    fits = True
    for t in range(given.starts[j], given.starts[j + 1]):
        fits &= given.amounts[t] <= room[given.resources[t]]
    return fits
