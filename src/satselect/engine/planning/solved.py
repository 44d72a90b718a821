"""What is known of a form once it is solved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from satselect.engine.limits import Limits
from satselect.engine.paths.duality import Prices
from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.relaxation.proof import Proof
from satselect.engine.timeline.form import Listed
from satselect.engine.timeline.packed import PackedPlan


@dataclass(frozen=True, slots=True)
class Solved:
    """Columns of a form that fit together, (chosen,), and what is proven: no others are worth more than the limit.

    `price` tells the price of each row of the packing, and the packing, or raises OutOfTime; `learnt` prices in units
    of the form's tasks, (tasks,), and shared rows, (rows,), and which of the tasks have one, (tasks,). `is_relaxed`:
    whether the relaxation was all that it took. `listed`: stretches that were rows of it, behind those of the form.
    """

    chosen: Ints
    limit: Fraction
    proof: Proof
    price: Callable[[Limits], tuple[PackedPlan, Floats]]
    learnt: Callable[[], tuple[Prices, Bools]]
    is_relaxed: bool = False
    listed: Sequence[Listed] = ()
