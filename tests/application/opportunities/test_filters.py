"""Filters take what a reading of them by hand takes."""

from itertools import product
from typing import Any

import pytest

from satselect.application.opportunities.filters import Facts, Filter
from satselect.schemas.reading.faults import InvalidError

NAMES: Facts = {"satellite": "", "off_nadir": 0.0}
COMPARES = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
ANGLES = (0.0, 10, 12.5, 20.0)


def angle(operator: str, value: float) -> dict[str, Any]:
    return {"op": operator, "args": [{"property": "off_nadir"}, value]}


def on(*satellites: str) -> dict[str, Any]:
    return {"op": "in", "args": [{"property": "satellite"}, list(satellites)]}


def facts(satellite: str, off_nadir: float) -> Facts:
    return {"satellite": satellite, "off_nadir": off_nadir}


def test_each_comparison_means_what_it_says() -> None:
    for operator, value, found in product(COMPARES, ANGLES, ANGLES):
        taken = Filter(angle(operator, value), NAMES).takes(facts("sat-1", found))
        assert taken == COMPARES[operator](found, value), (operator, value, found)


def test_comparisons_are_put_together() -> None:
    near = {"op": "between", "args": [{"property": "off_nadir"}, 5, 15]}
    for satellite, found in product(("sat-1", "sat-2", "sat-3"), ANGLES):
        here = facts(satellite, found)
        is_one, is_near = satellite in {"sat-1", "sat-2"}, 5 <= found <= 15
        assert Filter(on("sat-1", "sat-2"), NAMES).takes(here) == is_one
        assert Filter(near, NAMES).takes(here) == is_near
        assert Filter({"op": "and", "args": [on("sat-1", "sat-2"), near]}, NAMES).takes(here) == (is_one and is_near)
        assert Filter({"op": "or", "args": [on("sat-1", "sat-2"), near]}, NAMES).takes(here) == (is_one or is_near)
        assert Filter({"op": "not", "args": [near]}, NAMES).takes(here) == (not is_near)
    assert Filter(None, NAMES).takes(facts("sat-9", 90.0))


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"op": "="},
        {"op": "=", "args": [{"property": "satellite"}]},
        {"op": "=", "args": [{"property": "satellite"}, None]},
        {"op": "=", "args": [{"property": "satellite"}, True]},
        {"op": "=", "args": [{"property": ["satellite"]}, 1]},
        {"op": "=", "args": [{"op": "+", "args": [1, 2]}, 3]},
        {"op": ["="], "args": [1, 1]},
        {"op": "and", "args": [on("sat-1")]},
        {"op": "and", "args": [on("sat-1"), {"property": "satellite"}]},
        {"op": "in", "args": [{"property": "satellite"}, []]},
        {"op": "in", "args": [{"property": "satellite"}, "sat-1"]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [0, 0]}]},
        {"op": "=", "args": [{"property": "colour"}, "red"]},
        {"op": "<", "args": [{"property": "off_nadir"}, "far"]},
        {"op": "between", "args": [{"property": "off_nadir"}, "near", "far"]},
        {"op": "in", "args": [{"property": "satellite"}, ["sat-1", 2]]},
        {"op": "=", "args": ["sat-1", 1]},
    ],
)
def test_whatever_else_is_refused_and_never_an_error_of_ours(document: object) -> None:
    with pytest.raises(InvalidError) as refused:
        Filter(document, NAMES)
    assert not any("Could" in fault.detail for fault in refused.value.faults), "the library's own words"
