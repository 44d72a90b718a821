"""Whole units say what profits say."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.units import LIMIT, Units, to_units

profits = st.lists(st.one_of(st.integers(0, 10**6).map(lambda n: n / 100), st.floats(0, 1e12)), min_size=1, max_size=20)


@given(profits)
def test_units_are_never_below_the_profit_and_less_than_one_above(some: list[float]) -> None:
    units = to_units(np.array(some))
    for profit, whole in zip(some, units.profits.tolist(), strict=True):
        above = whole - Fraction(Decimal(repr(profit))) * Fraction(10) ** units.exponent
        assert 0 <= above < 1
        assert above == 0 or not units.is_exact


@given(profits)
def test_no_sum_of_units_passes_the_limit(some: list[float]) -> None:
    assert sum(to_units(np.array(some)).profits.tolist()) <= LIMIT + len(some)


@given(profits)
def test_the_step_divides_every_sum(some: list[float]) -> None:
    units = to_units(np.array(some))
    assert sum(units.profits.tolist()) % units.step_of(units.profits) == 0


def test_two_decimals_are_exact() -> None:
    units = to_units(np.array([0.1, 0.2, 9.2]))
    assert units.is_exact
    assert units.worth(int(units.profits.sum())) == Fraction(95, 10)


def test_sums_are_those_of_the_decimals() -> None:
    assert exact_sum([0.1, 0.2]) == Fraction(3, 10)
    assert exact_sum([1e12, 5e-324]) - 10**12 == Fraction(5, 10**324)


@given(st.floats(0, 1e300), st.integers(1, 10**12), st.integers(-290, 320))
def test_what_is_told_is_the_float_nearest_to_what_units_are_worth(units: float, divisor: int, exponent: int) -> None:
    made = Units(np.array([], np.int64), exponent, is_exact=True)
    worth = made.worth(Fraction(units) / divisor)
    if worth < Fraction(10) ** 308:
        assert made.told(units, divisor) == float(worth)
