"""What a solver answers for one part: columns, and a bound with what proves it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np

from satselect.engine.packing.part import Part
from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.units import Units
from satselect.engine.relaxation.prices import bound
from satselect.engine.relaxation.proof import Proof


@dataclass(frozen=True, slots=True)
class Answer:
    """A selection of a part, and units that no selection of it exceeds.

    Shapes: columns (chosen,) int64, indices of the part's columns; y (resources,) float64, prices in units, or (0,) if
    none were made.
    """

    columns: Ints
    y: Floats
    bound: int
    proof: Proof
    is_optimal: bool

    @classmethod
    def of(cls, part: Part, columns: Ints, y: Floats, bound: int, proof: Proof) -> Self:
        """The answer that is optimal if its units, where they are exact, reach the bound."""
        return cls(columns, y, bound, proof, part.is_exact and int(part.profits[columns].sum()) == bound)

    def profit(self, part: Part) -> int:
        """The units that its columns earn."""
        return int(part.profits[self.columns].sum())

    def limit(self, part: Part, units: Units) -> Fraction:
        """What no selection of the part is worth more than."""
        # Of rounded units the bound is rounded, too, and the optimum is what it is worth itself.
        is_rounded = self.is_optimal and not units.is_exact
        return exact_sum(part.worths[self.columns]) if is_rounded else units.worth(self.bound)


def check(part: Part, answer: Answer) -> None:
    """Lets the answer for a part pass that fits, and whose bound holds as far as it can be recomputed.

    Raises:
        CertificateError: says what does not hold.
    """
    chosen = part.rows.take(answer.columns)
    used = np.zeros(len(part.capacities), np.int64)
    np.add.at(used, chosen.resources, chosen.amounts)
    if len(np.unique(answer.columns)) < len(answer.columns):
        raise CertificateError("a column is chosen twice")
    if (used > part.capacities).any():
        raise CertificateError("a resource is used above its capacity")
    if answer.bound < answer.profit(part):
        raise CertificateError("the selection earns more than its bound")
    if answer.proof is Proof.DUALITY and answer.bound < bound(part, answer.y):
        raise CertificateError("the prices don't prove the bound")
