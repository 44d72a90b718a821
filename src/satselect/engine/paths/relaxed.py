"""The relaxation of a plan's cliques, made tighter by odd cycles: it is the proof, too, or where timelines start."""

from dataclasses import dataclass, replace

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.packing.part import Part
from satselect.engine.paths.again import Start
from satselect.engine.paths.rest import in_units, prices_of_parts
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.units import Units
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.cutting import Cut, cut
from satselect.engine.solve.mip import finish_core
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.timeline.packed import PackedPlan, pack_plan

_WHOLE, _FEW = 1e-6, 0.1


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
        """The same with what HiGHS makes of the columns that lose little at the last prices."""
        best = finish_core(self.cut.tight, replace(self.answer, y=self.cut.prices.y), limits)
        return replace(self, answer=replace(best, y=self.answer.y))


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
