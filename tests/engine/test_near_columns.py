"""Near and far columns."""

import numpy as np
import pytest

from satselect.engine.buffer import near_columns as columns
from satselect.engine.buffer.near_columns import Columns


@pytest.fixture
def some(monkeypatch: pytest.MonkeyPatch) -> Columns:
    """A hundred columns that use one unit of one resource, worth 0 to 99, at a price of 90."""
    monkeypatch.setattr(columns, "_NEAR_PER_RESOURCE", 5)
    monkeypatch.setattr(columns, "_LEAST_NEAR", 5)
    monkeypatch.setattr(columns, "_CROWDED", 4)
    made = Columns()
    for profit in range(100):
        made.put({0: 1}, float(profit), 1.0)
    assert made.are_settled(np.array([90.0]), np.ones(1), 0.5)
    return made


def test_what_gains_at_the_prices_is_near_and_what_earns_nothing(some: Columns) -> None:
    assert some.near == {0, *range(90, 100)}
    assert some.has_far


def test_they_stay_far_while_prices_hold(some: Columns) -> None:
    assert some.are_settled(np.array([90.0]), np.ones(1), 0.1)
    assert some.are_settled(np.array([95.0]), np.ones(1), 0.1)


def test_they_come_near_when_prices_fall(some: Columns) -> None:
    assert not some.are_settled(np.array([50.0]), np.ones(1), 0.1)
    assert some.near == {0, *range(50, 100)}
    assert some.are_settled(np.array([50.0]), np.ones(1), 0.1)


def test_they_come_near_when_more_is_lost(some: Columns) -> None:
    assert not some.are_settled(np.array([90.0]), np.ones(1), 20.0)
    assert some.near == {0, *range(70, 100)}


def test_a_slot_is_used_again(some: Columns) -> None:
    some.drop(95)
    assert 95 not in some.near
    assert some.put({0: 1, 1: 2, 2: 3, 3: 4, 4: 5}, 1000.0, 15.0) == 95
    assert 95 in some.near
