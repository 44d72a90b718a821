"""What a plan leaves to the next one: where everything ran, and prices, said in words that outlive its arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from satselect.engine.paths.again import Start
from satselect.engine.paths.duality import Prices
from satselect.engine.planning.formulation.formulate import Formulation
from satselect.engine.planning.formulation.plan_rows import About
from satselect.engine.planning.model import Assignment
from satselect.engine.planning.solved import Solved
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.task import Task
from satselect.engine.problem.units import Units

_MOST_UNITS = 2**60  # below what units add up to at most (`units.LIMIT`), so a price plus a profit stays in int64


@dataclass(frozen=True, slots=True)
class Kept:
    """Assignments of a plan, and profits that a task, and a unit of each resource at a time, was worth.

    Facts are among the assignments: they may be released. `is_relaxed`: whether the relaxation was all that it took,
    so that it will be again.
    """

    assignments: Sequence[Assignment]
    tasks: Mapping[Task, float]
    rows: Mapping[About, float]
    is_relaxed: bool

    @classmethod
    def of(cls, given: Formulation, solved: Solved, assignments: Sequence[Assignment]) -> "Kept":
        """What this plan leaves."""
        if solved.is_relaxed:
            return cls(assignments, {}, {}, is_relaxed=True)  # which starts from no prices
        prices, is_priced = solved.learnt()
        unit = float(given.form.units.worth(1))
        priced = np.flatnonzero(is_priced)
        competing, worth = given.spots.tasks, (prices.tasks[priced] * unit).tolist()
        about = given.rows.about(given.problem.horizon)
        rows = {one: price for one, price in zip(about, (prices.rows * unit).tolist(), strict=True) if price > 0}
        tasks = {competing[i]: price for i, price in zip(priced.tolist(), worth, strict=True)}
        return cls(assignments, tasks, rows, is_relaxed=False)

    def start(self, given: Formulation, chosen: Ints) -> Start:
        """What is known of this problem, where so much of the plan is still possible: (chosen,) columns."""
        form, tasks = given.form, given.spots.tasks
        count = int(form.task.max(initial=-1)) + 1
        known = [self.tasks.get(task) for task in tasks[:count]]
        is_priced = np.array([price is not None for price in known], np.bool_)
        rows = [self.rows.get(one, 0.0) for one in given.rows.about(given.problem.horizon)]
        prices = Prices(_in_units([price or 0.0 for price in known], form.units), _in_units(rows, form.units))
        return Start(chosen, prices, is_priced)


def _in_units(worths: Sequence[float], units: Units) -> Ints:
    scale = float(Fraction(1) / units.worth(1))
    return np.minimum(np.rint(np.array(worths, np.float64) * scale), _MOST_UNITS).astype(np.int64)
