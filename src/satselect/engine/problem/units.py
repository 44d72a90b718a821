"""Profits as whole units, so that sums, prices and bounds are exact.

A profit is read as its shortest decimal. All profits of a problem share one scale, the finest power of ten at which
no sum of them passes `LIMIT`: units finer than the last decimal leave room to round prices without losing a proof.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from satselect.engine.problem.rows import Floats, Ints

LIMIT = 2**61  # sums of two sums still fit into int64
_DIGITS = 1000  # of a decimal context in which no sum of floats is rounded


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
    with localcontext(prec=_DIGITS):
        exponent = _finest(sum(decimals, Decimal(0)))
        scaled = [profit.scaleb(exponent) for profit in decimals]
        # Upwards, so that no bound in units lies below what a selection is worth.
        whole = [int(profit.to_integral_value("ROUND_CEILING")) for profit in scaled]
    is_exact = all(n == profit for n, profit in zip(whole, scaled, strict=True))
    return Units(np.array(whole, np.int64), exponent, is_exact)


def exact_sum(profits: Iterable[float]) -> Fraction:
    """The sum of profits, each read as its shortest decimal, without rounding."""
    listed = list(map(float, profits))
    if (whole := millionths(listed)) is not None:
        return Fraction(sum(whole), 10**6)
    with localcontext(prec=_DIGITS):
        return Fraction(sum(map(Decimal, map(repr, listed)), Decimal(0)))


def total(profits: Iterable[float]) -> float:
    """The float nearest to the sum of profits, each read as its shortest decimal: what to say of many."""
    return nearest(exact_sum(profits))


def cost(priced: Iterable[tuple[float, int]]) -> float:
    """The float nearest to what so many units cost at these prices, each read as its shortest decimal.

    >>> cost([(0.1, 3)]), cost([(0.1, 1), (0.2, 1)])
    (0.3, 0.3)
    """
    return nearest(sum((Fraction(repr(float(price))) * int(units) for price, units in priced), Fraction(0)))


def nearest(amount: Fraction) -> float:
    """The float nearest to so much; the largest one where there is none so large."""
    try:
        return float(amount)
    except OverflowError:
        return sys.float_info.max


def rounded_up(limit: Fraction) -> float:
    """The least float that is not below so much: what to say of a bound."""
    # The nearest float may lie below, and a bound that is a hair too low is none.
    given = float(limit)
    return given if Fraction(given) >= limit else math.nextafter(given, math.inf)


def millionths(profits: Sequence[float]) -> list[int] | None:
    """Profits of few digits as millionths, without a detour over text; None if one is finer or too large for that."""
    # A decimal of at most 15 digits that rounds to this float is the shortest that does.
    whole = [round(profit * 1e6) for profit in profits]
    return whole if all(n / 1e6 == profit and n < 10**15 for n, profit in zip(whole, profits, strict=True)) else None


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
