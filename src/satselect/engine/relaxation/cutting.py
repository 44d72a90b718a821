"""The relaxation of a part made tighter by odd cycles and other cuts, until it is whole, or gains little by them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from highspy import HighsModelStatus

from satselect.engine.limits import Limits
from satselect.engine.packing.greedy import fill
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Floats, starts_of
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.cliques import cliques
from satselect.engine.relaxation.highs import Model
from satselect.engine.relaxation.levels import levels
from satselect.engine.relaxation.odd_cycles import Cycles, odd_cycles, with_cycles
from satselect.engine.relaxation.prices import Prices, bound, price, reduced_profits, rounded, unit_of
from satselect.engine.relaxation.proof import Proof

_DENSE = 300  # resources, up to which the dense simplex method is the faster one
_ROUNDS = 30
_CLIQUES = 30  # that enter in a round
_WORTH_A_ROUND = 0.005  # of what all rounds have gained
# To weigh each edge exactly takes longer than the few pivots after a round, and moved costs lead away from its start.
_FEW_PIVOTS = {"simplex_dual_edge_weight_strategy": 1, "dual_simplex_cost_perturbation_multiplier": 0.0}


@dataclass(frozen=True, slots=True)
class Cut:
    """A part, and the same with a resource more for each cut, of which the same columns go together.

    `relaxed`: prices of the relaxation as it was. `tight`: the part with cuts, and `prices` of its relaxation.
    """

    part: Part
    relaxed: Prices
    tight: Part
    prices: Prices

    def rounded(self) -> Answer:
        """The fractions rounded to a selection of the part, with the bound that all prices prove."""
        # What is taken whole comes first, then what is taken in part, then what would be missed least.
        order = np.lexsort((-reduced_profits(self.tight, self.prices.y), -np.round(self.prices.fractions, 4)))
        columns = fill(self.part.rows, order, self.part.capacities.copy())
        plain, cut = bound(self.part, self.relaxed.y), bound(self.tight, self.prices.y)
        # No price of the part itself proves what cuts do.
        proof = Proof.DUALITY if plain <= cut else Proof.SEARCH
        return Answer.of(self.part, columns, self.relaxed.y, min(plain, cut), proof)


Find = Callable[[Cut, Limits], Cycles]  # cuts that the last prices and fractions of a part with cuts violate


def cut(part: Part, limits: Limits, finders: Sequence[Find] = ()) -> Cut | None:
    """The part with the cycles that its relaxations violate, and what these find; None without time for the first."""
    if len(part.capacities) <= _DENSE:
        plain = price(part, limits)
        whole = Cut(part, plain, part, plain)
        # The relaxation is whole: there is nothing for a cycle to cut off.
        if whole.rounded().is_optimal:
            return whole
        if limits.is_over():
            return None
    unit, sizes = unit_of(part), part.rows.magnitudes(len(part.capacities))
    model, rounds = Model(part.capacities, sizes), list[list[Cycles]]()
    model.add(part.rows, part.profits / unit)
    model.highs.setOptionValue("presolve", "off")  # it and its undoing take longer than what they save
    tops, duals, fractions = list[float](), list[Floats](), np.zeros(0)
    while len(rounds) <= _ROUNDS and model.run(limits) == HighsModelStatus.kOptimal:
        tops.append(-model.highs.getInfo().objective_function_value)
        duals.append(model.prices() * unit)
        fractions = np.clip(np.array(model.highs.getSolution().col_value), 0, 1)
        is_stuck = len(tops) > 1 and tops[-2] - tops[-1] < _WORTH_A_ROUND * (tops[0] - tops[-1])
        if is_stuck or limits.is_over():
            break
        found = [odd_cycles(part.rows, part.capacities, fractions, limits)]
        if finders:
            now = _tight(part, rounds, duals, fractions)
            found += [find(now, limits) for find in finders]
        found = [some for some in found if len(some)]
        if not found:
            break
        # The dual simplex method goes on from where it was: rows that are added leave prices feasible, for the new ones
        # at 0.
        for some in found:
            model.add_resources(*some)
        rounds.append(found)
        for name, value in _FEW_PIVOTS.items():
            model.highs.setOptionValue(name, value)
    return _tight(part, rounds[: len(duals) - 1], duals, fractions) if duals else None


def _tight(part: Part, rounds: list[list[Cycles]], duals: list[Floats], fractions: Floats) -> Cut:
    relaxed = Prices(rounded(duals[0], part.rows, part.profits, part.capacities), fractions)
    cycles = [some for found in rounds for some in found]
    if not cycles:
        return Cut(part, relaxed, part, relaxed)
    rows = with_cycles(part.rows, len(part.capacities), cycles)
    tight = replace(part, rows=rows, capacities=np.concatenate((part.capacities, *(one.capacities for one in cycles))))
    return Cut(part, relaxed, tight, Prices(rounded(duals[-1], rows, part.profits, tight.capacities), fractions))


def violated_levels(now: Cut, _limits: Limits) -> Cycles:
    """Levels of profit, at the bound that all prices prove."""
    return levels(now.part.profits, bound(now.tight, now.prices.y), now.prices.fractions)


def violated_cliques(now: Cut, limits: Limits) -> Cycles:
    """Cliques of columns, extended by what would be missed least."""
    part = now.part
    order = np.argsort(-reduced_profits(now.tight, now.prices.y), kind="stable")
    found = cliques(part.rows, part.capacities, now.prices.fractions, order, limits)[:_CLIQUES]
    columns = np.nonzero(found)[1]
    ones = np.ones(len(columns), np.int64)
    return Cycles(starts_of(found.sum(axis=1)), columns, ones, np.ones(len(found), np.int64))
