"""The exact search on reduced profits: which columns lose least against the bound.

Let y >= 0 be prices and B the bound they prove. Every selection S that fits earns exactly
    B - sum of y over the units left unused - sum of penalties over S - sum of waivers over the rest,
penalty and waiver of a column being the negative and the positive part of its reduced profit. So the best selection
is the one of least loss. The search keeps a budget, B less what is already earned: a column whose penalty exceeds it
can't be in a better selection and is dropped ("fixing by reduced cost", Dantzig, Fulkerson, Johnson 1954), and so is
every node that must lose more. The budget starts small and is widened until something is found inside it.
"""

import numpy as np

from satselect.selection.answer import Answer
from satselect.selection.limits import Limits
from satselect.selection.presolve import Part
from satselect.selection.price import raw_bound, reduced_profits
from satselect.selection.proof import Proof
from satselect.selection.rows import Ints
from satselect.selection.tree import LEAVES, NODES, Losses, cells, explore, plant
from satselect.selection.units import exact_sum

_FIRST_COLUMNS = 1.5  # per resource: as many stay within the first budget
_FINEST = 10_000  # the first budget is at least the bound divided by this
_WIDEN = 2
_SLICE = 50_000  # nodes between two looks at the clock
_MOST_CELLS = 2**26  # that a tree may hold
_MOST_TIES = 256


def search(part: Part, start: Answer, limits: Limits) -> Answer:
    """The optimum, if it is proven within the limits; else the better of `start` and what was found."""
    field = _Field(part, start.y, limits)
    most = field.top - start.profit(part) - part.step
    budget = min(most, field.first_budget())
    best = start
    while budget >= 0:
        found, is_done = field.explore(budget, step=part.step)
        if found:
            best = Answer.of(part, found[0], start.y, start.bound, start.proof)
        if not is_done:
            return best
        if found or budget == most:
            break
        budget = min(most, budget * _WIDEN)
    return _proven(field, best)


def _proven(field: "_Field", best: Answer) -> Answer:
    """The answer with the proof that no units beat it; where units are rounded, ties in them are decided exactly."""
    part, units = field.part, best.profit(field.part)
    if part.is_exact:
        return Answer(best.columns, best.y, units, Proof.SEARCH, is_optimal=True)
    # A column's units are less than one above its worth, so only a selection this near can be worth more.
    near = min(len(part.profits), int(part.capacities.sum()))
    ties, is_done = field.explore(field.top - units + near, window=near)
    if not is_done:
        return Answer(best.columns, best.y, units, Proof.SEARCH, is_optimal=False)
    columns = max([best.columns, *ties], key=lambda columns: exact_sum(part.worths[columns]))
    return Answer(columns, best.y, units, Proof.SEARCH, is_optimal=True)


class _Field:
    """A part under its prices, and how many nodes may still be spent on it."""

    def __init__(self, part: Part, y: Ints, limits: Limits) -> None:
        self.part, self.y, self.nodes, self.limits = part, y, limits.nodes, limits
        self.reduced = reduced_profits(part, y)
        self.top = raw_bound(part, y, self.reduced)

    def first_budget(self) -> int:
        """A budget that leaves few columns to choose from."""
        penalties = np.maximum(-self.reduced, 0)
        few = max(min(int(_FIRST_COLUMNS * len(self.part.resources)), len(penalties)), 1) - 1
        return max(int(np.partition(penalties, few)[few]), self.top // _FINEST, 1)

    def explore(self, budget: int, *, step: int = 1, window: int = 0) -> tuple[list[Ints], bool]:
        """What loses least within the budget, or with a window all that loses little more; and whether that is all."""
        kept = np.flatnonzero(-self.reduced <= budget)
        losses = self._losses(kept)
        if cells(losses) > _MOST_CELLS:
            return [], False
        tree = plant(losses, budget, keep=_MOST_TIES if window else 1)
        is_done = False
        while not is_done and tree.at[NODES] < self.nodes and not self.limits.is_over():
            is_done = explore(losses, tree, step, window, _SLICE)
        self.nodes -= int(tree.at[NODES])
        leaves = [kept[leaf[: leaf.argmin()]] for leaf in tree.leaves[: tree.at[LEAVES]]]
        return leaves, is_done and (not window or tree.at[LEAVES] <= len(leaves))

    def _losses(self, kept: Ints) -> Losses:
        rows = self.part.rows.take(kept)
        return Losses(
            starts=rows.starts,
            resources=rows.resources,
            amounts=rows.amounts,
            penalties=np.maximum(-self.reduced[kept], 0),
            waivers=np.maximum(self.reduced[kept], 0),
            prices=self.y,
            room=self.part.capacities,
        )
