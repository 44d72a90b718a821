"""What a solver answers for one part: columns, and a bound with what proves it."""

from dataclasses import dataclass
from enum import StrEnum

from satselect.selection.packing import Ints
from satselect.selection.presolve import Part


class Proof(StrEnum):
    """What a bound rests on, strongest first."""

    DUALITY = "duality"
    """Prices: weak duality, recomputed exactly."""
    SEARCH = "search"
    """satselect's own search, exhausted, in whole numbers."""
    SOLVER = "solver"
    """HiGHS' word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A selection of a part, and units that no selection of it exceeds.

    Shapes: columns (chosen,) int64, indices of the part's columns; y (resources,) int64, prices in units.
    """

    columns: Ints
    y: Ints
    bound: int
    proof: Proof

    def profit(self, part: Part) -> int:
        """The units that its columns earn."""
        return int(part.profits[self.columns].sum())

    def is_closed(self, part: Part) -> bool:
        """Whether it earns its bound."""
        return self.profit(part) == self.bound
