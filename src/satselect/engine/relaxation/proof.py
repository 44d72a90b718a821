"""What a bound can rest on."""

from enum import StrEnum


class Proof(StrEnum):
    """What a bound rests on, strongest first."""

    DUALITY = "duality"
    """Prices: weak duality, recomputed exactly."""
    SEARCH = "search"
    """satselect's own search, exhausted, in whole numbers."""
    SOLVER = "solver"
    """HiGHS' word."""


def weakest(proofs: list[Proof]) -> Proof:
    """What a bound rests on that rests on all of these."""
    return max(proofs, key=list(Proof).index, default=Proof.DUALITY)
