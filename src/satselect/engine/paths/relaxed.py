"""The relaxation of a plan's cliques, made tighter by odd cycles: it is the proof, too, or where timelines start."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.packing.part import Part
from satselect.engine.paths.again import Start, completed
from satselect.engine.paths.budgets.solve import Found, solve_within
from satselect.engine.paths.duality import Ascent
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.rest import in_units, prices_of_parts, restricted
from satselect.engine.paths.walk import walked
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.units import Units
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.cutting import Cut, cut
from satselect.engine.relaxation.proof import Proof, weakest
from satselect.engine.search.branch_and_bound import search
from satselect.engine.solve.mip import finish_beside, finish_core, finish_few, finish_near, near
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.timeline.packed import PackedPlan, pack_plan

_WHOLE, _FEW = 1e-6, 0.1
_MOVES, _STEPS, _BRANCHES = 100, 200, 200  # along timelines, of annealing, of HiGHS
_TINY, _MOVES_IF_TINY = 150, 20  # columns, up to which a search takes less than a walk
_NODES, _MORE_NODES = 2000, 60_000  # of the search, and where each choice on a timeline rules out its neighbours
_SEARCHED, _OPEN = 500, 0.5  # columns; and these times the gap
_VERY_FEW, _FEW_ON_LINES = 64, 200  # columns, whatever the gap
_CORE = 0.3  # of what a column earns on average: what those lose that HiGHS gets first


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A plan as a packing of one part, what its relaxations say, and the best selection that is known."""

    packed: PackedPlan
    units: Units
    cut: Cut
    answer: Answer

    @property
    def part(self) -> Part:
        """The columns that compete."""
        return self.cut.part

    @property
    def chosen(self) -> Ints:
        """The candidates of the best plan that is known: (chosen,)."""
        return np.concatenate((self.packed.free, self.part.candidates[self.answer.columns]))

    @property
    def bound(self) -> int:
        """What no plan exceeds, in units of the form."""
        form = self.packed.form
        return int(form.value[self.packed.free].sum()) + in_units(
            self.answer, self.part.candidates, form, self.units.exponent
        )

    @property
    def is_nearly_whole(self) -> bool:
        """Whether few columns are taken in part, so that what is open is small."""
        fractions = self.cut.prices.fractions
        return int(((fractions > _WHOLE) & (fractions < 1 - _WHOLE)).sum()) <= _FEW * len(fractions)

    def start(self) -> Start:
        """Where planning along timelines starts."""
        prices = prices_of_parts(self.packed, [self.part], [self.answer.y], self.units.exponent)
        return Start(self.chosen, *prices)

    def finished(self, limits: Limits) -> "Relaxed":
        """The same with what HiGHS makes of what is left open, and then of the columns that lose little."""
        tight, whole = self.cut.tight, np.flatnonzero(self.cut.prices.fractions > 1 - _WHOLE)
        best = finish_beside(tight, self._tight_answer(), limits, whole)
        return self._with(best if best.is_optimal or limits.is_over() else finish_core(tight, best, limits))

    def searched(self, limits: Limits) -> "Relaxed":
        """The same after a walk along timelines, a search where little is left, and HiGHS on few nodes."""
        tight, best = self.cut.tight, self._walked(limits)._tight_answer()
        if (nodes := self._nodes(best)) and not limits.is_over():
            best = search(tight, best, replace(limits, nodes=nodes, steps=_STEPS))
        ways, moves = [self._nearly_finished], self.packed.form.moves
        if self._is_on_lines and len(self.packed.form.rows):
            # A tree of paths sees another plan in each start; presolving sees that they are alike.
            ways = [*ways, self._within_budgets] if moves else [self._within_budgets, *ways]
        if moves:
            ways.append(partial(finish_few, tight))
        for way in ways:
            if not best.is_optimal and not limits.is_over():
                best = way(best, limits)
        return self._with(best)

    def _within_budgets(self, best: Answer, limits: Limits) -> Answer:
        """What paths make of it that keep the budgets of their timelines, where there are such."""
        part = self.part
        problem = restricted(self.packed.form, part.candidates)
        problem = replace(problem, value=part.profits, units=replace(problem.units, profits=part.profits))
        prices, _ = prices_of_parts(self.packed, [part], [self.answer.y], problem.units.exponent)
        found = solve_within(problem, prices, Found(best.columns, best.bound), limits)
        if found is None:
            return best
        proof = Proof.SEARCH if found.bound < best.bound else best.proof
        return Answer.of(self.cut.tight, found.chosen, best.y, found.bound, weakest([proof, best.proof]))

    def _nodes(self, best: Answer) -> int:
        """How long a search may see all that could be better: for few columns, or a small gap; 0 if it can't."""
        count, gap = len(near(self.cut.tight, best)), best.bound - best.profit(self.cut.tight)
        if self._is_on_lines and count <= _FEW_ON_LINES:
            return _MORE_NODES
        is_little = count <= _VERY_FEW or (count <= _SEARCHED and count * gap <= _OPEN * best.bound)
        return _NODES if is_little else 0

    def _nearly_finished(self, best: Answer, limits: Limits) -> Answer:
        """What HiGHS makes of the columns that may be in a better plan, few first where the relaxation is tight."""
        tight, count = self.cut.tight, len(self.part.profits)
        limits = replace(limits, branches=_BRANCHES)
        if self._is_on_lines and self.is_nearly_whole and count > _FEW_ON_LINES:
            # As a share of the bound, of which a column earns one part in so many on average.
            return finish_core(tight, best, limits, _CORE / count)
        return finish_near(tight, best, limits)

    @property
    def _is_on_lines(self) -> bool:
        """Whether all that competes is on a timeline; what only shares sums leaves a search too much to try."""
        return bool((self.packed.form.line[self.part.candidates] >= 0).all())

    def _tight_answer(self) -> Answer:
        """The answer as one for the part with cycles."""
        return replace(self.answer, y=self.cut.prices.y)

    def _with(self, best: Answer) -> "Relaxed":
        """The same with a better answer for the part with cycles."""
        return replace(self, answer=replace(best, y=self.answer.y, proof=weakest([self.answer.proof, best.proof])))

    def _walked(self, limits: Limits) -> "Relaxed":
        """The same with the best plan of a short walk along timelines, at the prices of the relaxation."""
        form, start, best = self.packed.form, self.start(), self.answer
        lines = lines_of(form, np.flatnonzero(form.value > 0))
        ascent = Ascent(lines, completed(lines, start.prices, start.is_priced))
        moves = _MOVES_IF_TINY if len(self.part.profits) <= _TINY else _MOVES
        for state in walked(lines, ascent, start.chosen, moves, 0, limits):
            columns = np.flatnonzero(np.isin(self.part.candidates, lines.who[state.taken]))
            found = Answer.of(self.part, columns, best.y, best.bound, best.proof)
            best = max(best, found, key=lambda answer: answer.profit(self.part))
        return replace(self, answer=best)


def relaxed(form: TimelineProblem, worths: Floats, limits: Limits) -> Relaxed | None:
    """The relaxation of all columns of a form; worths (columns,). None if there was no time, or nothing competes."""
    try:
        packed = pack_plan(form, limits)
    except OutOfTime:
        return None
    if not len(packed.alternatives):
        return None
    units, part = packed.whole(worths)
    found = cut(part, limits)
    return None if found is None else Relaxed(packed, units, found, found.rounded())
