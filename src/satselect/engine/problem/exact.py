"""Sums of profits in exact arithmetic, each profit read as its shortest decimal; in plain Python, without arrays."""

import math
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 1000
"""Of a decimal context in which no sum of floats is rounded."""


def exact_sum(profits: Iterable[float]) -> Fraction:
    """The sum of profits, each read as its shortest decimal, without rounding."""
    listed = list(map(float, profits))
    if (whole := millionths(listed)) is not None:
        return Fraction(sum(whole), 10**6)
    with localcontext(prec=DIGITS):
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
