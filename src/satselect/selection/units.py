"""Profits as whole units, so that sums, prices and bounds are exact.

A profit is read as its shortest decimal. All profits of a problem share one scale, the finest power of ten at which
no sum of them passes `LIMIT`: units finer than the last decimal leave room to round prices without losing a proof.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from satselect.selection.packing import Floats, Ints

LIMIT = 2**61


@dataclass(frozen=True, slots=True)
class Units:
    """Whole profits: (n,) int64, never below the true profit times `10 ** exponent`, and equal to it where `exact`.

    `step` divides every profit, so any selection's profit is a multiple of it.
    """

    profits: Ints
    exponent: int
    exact: bool
    step: int

    def worth(self, units: int) -> Fraction:
        """So many units as a profit."""
        return Fraction(units) / Fraction(10) ** self.exponent


def to_units(profits: Floats) -> Units:
    """These profits, finite and >= 0, in whole units."""
    decimals = [Decimal(repr(float(profit))) for profit in profits]
    with localcontext(prec=1000):
        exponent = _finest(sum(decimals, Decimal(0)))
        scaled = [profit.scaleb(exponent) for profit in decimals]
        whole = [int(profit.to_integral_value("ROUND_CEILING")) for profit in scaled]
    units = np.array(whole, np.int64)
    return Units(
        profits=units,
        exponent=exponent,
        exact=all(map(Decimal.__eq__, scaled, map(Decimal, whole))),
        step=int(np.gcd.reduce(units, initial=0)) or 1,
    )


def exact_sum(profits: Floats) -> Fraction:
    """The sum of profits, each read as its shortest decimal, without rounding."""
    with localcontext(prec=1000):
        return Fraction(sum((Decimal(repr(float(profit))) for profit in profits), Decimal(0)))


def _finest(total: Decimal) -> int:
    return (Decimal(LIMIT) / total).adjusted() if total else 0
