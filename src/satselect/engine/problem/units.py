"""Profits as whole units, so that sums, prices and bounds are exact.

A profit is read as its shortest decimal. All profits of a problem share one scale, the finest power of ten at which
no sum of them passes `LIMIT`: units finer than the last decimal leave room to round prices without losing a proof.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from satselect.engine.problem.exact import DIGITS
from satselect.engine.problem.rows import Floats, Ints

LIMIT = 2**61  # sums of two sums still fit into int64


@dataclass(frozen=True, slots=True)
class Units:
    """Profits as integers (n,): less than one above the profit times `10 ** exponent`, or equal to it if `is_exact`."""

    profits: Ints
    exponent: int
    is_exact: bool

    def worth(self, units: int | Fraction) -> Fraction:
        """So many units as a profit."""
        return Fraction(units) / Fraction(10) ** self.exponent

    def told(self, units: float, divisor: int) -> float:
        """The float nearest to what so many units, divided by this, are worth: as fractions, at a tenth of the time."""
        numerator, denominator = units.as_integer_ratio()
        more, fewer = 10 ** max(-self.exponent, 0), 10 ** max(self.exponent, 0)
        return float(numerator * more / (denominator * divisor * fewer))

    def step_of(self, profits: Ints) -> int:
        """What divides the units of every sum of these profits."""
        return int(np.gcd.reduce(profits, initial=0)) or 1


def to_units(profits: Floats) -> Units:
    """These profits, finite and >= 0, in whole units."""
    if (short := _short_decimals(profits)) is not None:
        return short
    decimals = [Decimal(repr(profit)) for profit in profits.tolist()]
    with localcontext(prec=DIGITS):
        exponent = _finest(sum(decimals, Decimal(0)))
        scaled = [profit.scaleb(exponent) for profit in decimals]
        # Upwards, so that no bound in units lies below what a selection is worth.
        whole = [int(profit.to_integral_value("ROUND_CEILING")) for profit in scaled]
    is_exact = all(n == profit for n, profit in zip(whole, scaled, strict=True))
    return Units(np.array(whole, np.int64), exponent, is_exact)


def _short_decimals(profits: Floats) -> Units | None:
    """The units of profits with few digits, without a detour over text; None if one has more than 15 in all."""
    if profits.max(initial=0) >= 1e15:
        return None
    # Profits of more decimals than these go through text.
    for places in range(10):
        digits = np.rint(profits * 10.0**places)
        if digits.max(initial=0) >= 1e15:
            return None
        # A decimal of at most 15 digits that rounds to this float is the shortest that does.
        if np.array_equal(digits / 10.0**places, profits):
            exponent = _finest(Decimal(float(digits.sum())).scaleb(-places))
            if exponent < places:
                return None
            return Units(digits.astype(np.int64) * 10 ** (exponent - places), exponent, is_exact=True)
    return None


def _finest(total: Decimal) -> int:
    # The exponent of the quotient: ten to it times the sum stays within the limit, and ten times more would not.
    return (Decimal(LIMIT) / total).adjusted() if total else 0
