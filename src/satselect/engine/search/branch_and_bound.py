"""The exact search on reduced profits: which columns lose least against the bound.

Let y >= 0 be prices and B the bound they prove. Every selection S that fits earns exactly
    B - sum of what the prices hold and S doesn't pay - sum of penalties over S - sum of waivers over the rest,
penalty and waiver of a column being the negative and the positive part of its reduced profit. So the best selection
is the one of least loss. There is a budget for it, B less what is already earned: a column whose penalty exceeds it
can't be in a better selection and is dropped ("fixing by reduced cost", Dantzig, Fulkerson, Johnson 1954).

A probe prices what is left, fixes, and explores what then remains, depth first, for a number of nodes. What it
leaves open is split over a resource, and each piece is probed with prices of its own, which drop more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from satselect.engine.limits import PORTION, Limits
from satselect.engine.packing.greedy import fill
from satselect.engine.packing.part import Part
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.costs import costs_at
from satselect.engine.relaxation.prices import raw_bound, reduced_profits, unit_of
from satselect.engine.relaxation.proof import Proof
from satselect.engine.relaxation.tighten import MOST_RESOURCES, Tight, tightened
from satselect.engine.search.annealing import improved
from satselect.engine.search.neighbourhood import Ruin
from satselect.engine.search.node import OPEN, Field, View, look, probe
from satselect.engine.search.symmetry import Twins, covered, taken, touched, twins
from satselect.engine.search.tree import Losses

_NODES_OF_A_PROBE = 2000
_WORK_OF_A_PROBE = 200 * PORTION
_NODES_NEARBY = 20_000  # at the first prices, where resources are few: with more the bounds there are too weak
_FEW_RESOURCES = 64
_FIRST_COLUMNS = 1.5  # per resource: as many stay within the first budget
_FINEST = 10_000  # the first budget is at least the bound divided by this
_WIDEN = 2
_MOST_TIES = 256  # equal in rounded units: which of them is worth most is looked at afterwards
_OPEN_PER_LOOK = 4  # probes that saw no end, before a look around the incumbent
_OUT_OF_SIGHT = 40  # such probes, after which it may be more than one look


Descend = Callable[[int], bool]  # whether all that earns so many units was seen


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is left once some columns are chosen: the live ones, the room, and what the chosen ones earn."""

    live: Ints
    room: Ints
    chosen: tuple[int, ...]
    earned: int


def search(part: Part, start: Answer, limits: Limits) -> Answer:
    """The optimum, if it is proven within the limits; else the better of `start` and what was found."""
    # Units are whole from here on: whatever the floats of the prices were, the losses below are exact (`costs.py`).
    reduced = reduced_profits(part, start.y)
    best, losses = _Best(part, start.columns), _losses(part, start.y, reduced)
    top = raw_bound(part, start.y, reduced)
    budget = _first_budget(part, losses, top)
    for descend in (_near(part, losses, best, limits), _deep(part, start.y, losses, best, limits)):
        # Invariant: once `descend` returns True, whatever earns the target or more was offered to `best`. So an
        # incumbent that reaches the target is optimal; else nothing earns so much, and the target is lowered. Budgets
        # double, so that the looks that were in vain cost about as much as the last one (Korf 1985).
        while descend(target := max(best.units, top - budget)):
            if best.units >= target:
                return Answer(best.columns, start.y, best.units, Proof.SEARCH, is_optimal=True)
            budget *= _WIDEN
    return Answer.of(part, best.columns, start.y, start.bound, start.proof)


def _near(part: Part, losses: Losses, best: "_Best", limits: Limits) -> Descend:
    """Sees all that earns the target with few nodes, at the prices that are there."""
    field, everything = _field(part, part, losses.twins), np.arange(len(part.profits))
    nodes = _NODES_NEARBY if len(part.capacities) <= _FEW_RESOURCES else _NODES_OF_A_PROBE

    def descend(target: int) -> bool:
        view = look(field, everything, losses, 0, target, nodes, limits.work(_WORK_OF_A_PROBE))
        best.offer_leaves(everything, (), view.leaves)
        return view.outcome != OPEN

    return descend


def _deep(part: Part, y: Floats, losses: Losses, best: "_Best", limits: Limits) -> Descend:
    """Sees all that earns the target piece by piece, each at prices of its own, as far as the limits go."""
    tight, ruin, nodes, opened, slack = None, None, 0, 0, _slack(part)

    def descend(target: int) -> bool:
        nonlocal tight, ruin, nodes, opened
        # Only once the near look was in vain, which most parts never come to. With limits of no nodes this is all that
        # is done here (`solve.solve`).
        if ruin is None:
            best.offer(improved(part, best.columns, y, limits))
            ruin = ruin_of(part, y, losses.twins)
        if not limits.nodes:
            return False
        target = max(target, best.units)
        tight = _tight(part, y, target - slack, best, limits)
        # Each probe inverts a dense matrix of so many rows: HiGHS does better there, and the answer stays unproven
        # here.
        if len(tight.capacities) > MOST_RESOURCES:
            return False
        if target - slack > tight.bound:
            return True  # nothing that is left earns so much: to have seen all of it takes no look
        base = _field(part, tight, taken(losses.twins, tight.columns))
        pieces = [_Piece(np.arange(len(tight.columns)), tight.capacities, (), 0)]
        # Invariant: what earns the target and was not offered yet lies in exactly one of the pieces, but for twins of
        # what lies there. A probe that ends says all of its piece, so an empty list is the proof (Land, Doig 1960).
        while pieces and nodes < limits.nodes and not limits.is_over():
            piece = pieces.pop()
            known = max(target, best.units)  # what earns less than an incumbent found meanwhile proves nothing
            field = base._replace(twins=touched(base.twins, np.array(piece.chosen, np.int64)))
            work = limits.work(_WORK_OF_A_PROBE)
            view = probe(field, piece.live, piece.room, piece.earned, known, _NODES_OF_A_PROBE, work)
            nodes += view.nodes + 1
            best.offer_leaves(tight.columns, piece.chosen, view.leaves)
            if view.outcome == OPEN:
                pieces += _split(tight, field.twins, piece, view, limits)
                opened += 1
                _look_around(ruin, best, opened, limits)
        return not pieces

    return descend


def _look_around(ruin: Ruin, best: "_Best", opened: int, limits: Limits) -> None:
    """Looks around the incumbent now and then, after so many probes that saw no end."""
    looks = limits.looks if opened > _OUT_OF_SIGHT else 1
    for _ in range(looks if opened % _OPEN_PER_LOOK == 0 else 0):
        best.offer_all(ruin.rebuilt(best.columns, limits))


def _tight(part: Part, y: Floats, least: int, best: "_Best", limits: Limits) -> Tight:
    """What is left to search for selections that earn so much; what its relaxation rounds to may be one."""
    tight = tightened(part, y, least, limits)
    likely = np.argsort(-np.round(tight.fractions, 4), kind="stable")
    best.offer(tight.columns[fill(tight.rows, likely, tight.capacities.copy())])
    return tight


def ruin_of(part: Part, y: Floats, alike: Twins) -> Ruin:
    """A search around selections of a part; y are prices, (resources,) units."""
    reduced = reduced_profits(part, y)
    return Ruin(_field(part, part, alike), part.capacities, np.maximum(-reduced, 0), raw_bound(part, y, reduced))


def _first_budget(part: Part, losses: Losses, top: int) -> int:
    """A budget that leaves few columns to choose from."""
    # A basic optimum takes at most as many columns in part as there are resources, at penalties of 0: half as many
    # again leave something to choose, and little to see.
    few = min(int(_FIRST_COLUMNS * len(part.resources)), len(losses.penalties) - 1)
    return max(int(np.partition(losses.penalties, few)[few]), top // _FINEST, 1)


def _losses(part: Part, y: Floats, reduced: Ints) -> Losses:
    costs, held = costs_at(y, part.rows.resources, part.rows.amounts, part.capacities)
    return Losses(
        starts=part.rows.starts,
        resources=part.rows.resources,
        amounts=part.rows.amounts,
        costs=costs,
        penalties=np.maximum(-reduced, 0),
        waivers=np.maximum(reduced, 0),
        held=held,
        room=part.capacities,
        twins=twins(part),
    )


def _field(part: Part, among: Part | Tight, alike: Twins) -> Field:
    return Field(
        starts=among.rows.starts,
        resources=among.rows.resources,
        amounts=among.rows.amounts,
        profits=among.profits,
        unit=unit_of(part),
        slack=_slack(part),
        # Exact units decide by themselves, so the last leaf is the best; rounded ones need the ties, to be weighed
        # exactly.
        keep=1 if part.is_exact else _MOST_TIES,
        twins=alike,
    )


def _slack(part: Part) -> int:
    """How many units less than what is known a selection may earn and still be better."""
    # Units that are rounded up are less than one above the worth of a column: only what comes this near to the
    # most units can be worth more, and all of that has to be seen.
    return -part.step if part.is_exact else min(len(part.profits), int(part.capacities.sum()))


def _split(tight: Tight, alike: Twins, piece: _Piece, view: View, limits: Limits) -> list[_Piece]:
    """The piece with each live column that uses the resource chosen in turn, and with none; the first comes last.

    The piece itself once the limits are over.
    """
    # A selection goes to the piece of the first option that it takes, or to the last piece if it takes none: each
    # option leaves `is_left` once it had its turn, with its twins, so that no selection is looked for twice (as in set
    # partitioning: Garfinkel, Nemhauser 1969).
    live, resource = view.live, view.resource
    rows = tight.rows.take(live)
    options = rows.owners[rows.resources == resource]
    is_left = np.ones(len(live), np.bool_)
    pieces = []
    for option in options.tolist():
        if limits.is_over():
            return [piece]
        if not is_left[option]:
            continue
        is_left &= ~covered(alike, live[option], live)
        uses = slice(rows.starts[option], rows.starts[option + 1])
        room = piece.room.copy()
        room[rows.resources[uses]] -= rows.amounts[uses]
        column = int(live[option])
        chosen = (*piece.chosen, column)
        fits = is_left & rows.fit(room)
        pieces.append(_Piece(live[fits], room, chosen, piece.earned + int(tight.profits[column])))
    room = piece.room.copy()
    room[resource] = 0  # nobody is left to use it, and what can't be used must not hold a price
    pieces.append(_Piece(live[is_left], room, piece.chosen, piece.earned))
    # Taken from the end, so depth first: few pieces wait at a time, and the least penalty is looked at before all
    # others.
    return pieces[::-1]


class _Best:
    """The best selection seen: most units, and where those are rounded the one worth most."""

    def __init__(self, part: Part, columns: Ints) -> None:
        self._part = part
        self.columns = columns
        self.units = int(part.profits[columns].sum())
        self._worth = self._worth_of(columns)

    def offer_leaves(self, columns: Ints, chosen: tuple[int, ...], leaves: Ints) -> None:
        """Takes what is better of selections: those chosen of these columns, and those of a leaf, which -1 ends."""
        # A leaf is shorter than the tree is deep, so it ends with a -1, the first of which `argmin` finds.
        self.offer_all(columns[np.array([*chosen, *leaf[: leaf.argmin()]], np.int64)] for leaf in leaves)

    def offer_all(self, selections: Iterable[Ints]) -> None:
        for columns in selections:
            self.offer(columns)

    def offer(self, columns: Ints) -> None:
        # Apart, since they may belong to different selections where profits were rounded: units decide what need not
        # be looked at, and only exact worth decides what is better.
        worth = self._worth_of(columns)
        if worth > self._worth:
            self.columns, self._worth = columns, worth
        self.units = max(self.units, int(self._part.profits[columns].sum()))

    def _worth_of(self, columns: Ints) -> Fraction:
        if self._part.is_exact:
            return Fraction(int(self._part.profits[columns].sum()))
        return exact_sum(self._part.worths[columns])
