"""What lies between two uses of a resource: what is taken, and that all who count it count alike."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from satselect import Modes, Opportunity, Slew, TimedTask
from satselect.schemas.transitions import Position, Transition

AT = datetime(2026, 12, 1, tzinfo=UTC)
WRONG: list[tuple[Any, str]] = [
    ({"detail": "a"}, "either a rate or seconds"),
    ({"detail": "a", "rate": 1, "seconds": {}}, "either a rate or seconds"),
    ({"rate": 1}, "detail"),
    ({"detail": "", "rate": 1}, "detail"),
    ({"detail": "a", "rate": 0}, "rate"),
    ({"detail": "a", "rate": -1}, "rate"),
    ({"detail": "a", "rate": "1"}, "rate"),
    ({"detail": "a", "rate": float("nan")}, "rate"),
    ({"detail": "a", "rate": 1, "settle_s": -1}, "settle_s"),
    ({"detail": "a", "rate": 1, "settle_s": 1e9}, "settle_s"),
    ({"detail": "a", "rate": 1, "more": 1}, "more"),
    ({"detail": "a", "seconds": {"x": {"x": 1}}, "settle_s": 1}, "settle_s is for a turn"),
    ({"detail": "a", "seconds": {"x": {}, "y": {"x": 1}}}, "from x to y are missing"),
    ({"detail": "a", "seconds": {"x": {"y": 1}}}, "from which nothing is said"),
    ({"detail": "a", "seconds": {'"': {}}}, "seconds"),
    ({"detail": "a", "seconds": {"x": {"x": -1}}}, "seconds"),
    ({"detail": "a", "seconds": {f"m{i}": {} for i in range(33)}}, "seconds"),
    (
        {"detail": "a", "seconds": {"x": {"y": 9, "z": 1}, "y": {"x": 1, "z": 1}, "z": {"x": 1, "y": 1}}},
        "from x to y it must not take longer than over z",
    ),
]


@pytest.mark.parametrize(("sent", "words"), WRONG)
def test_what_is_no_transition_is_refused(sent: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Transition.model_validate(sent)


_ANGLES = st.floats(-180, 180, allow_nan=False)


@given(st.floats(0.001, 1000), st.floats(0, 100), st.tuples(_ANGLES, _ANGLES, _ANGLES))
def test_turns_take_what_the_engine_says_and_no_detour_is_quicker(
    rate: float, settle_s: float, angles: tuple[float, ...]
) -> None:
    turn = Transition(detail="angle", rate=rate, settle_s=settle_s)
    _check(turn, Slew(rate, settle_s, "angle"), [{"angle": one} for one in angles])
    for one, other in permutations(angles, 2):
        exact_s = settle_s + abs(one - other) / rate
        took_s = turn.between(Position(angle=one), Position(angle=other)).total_seconds()
        assert -1e-6 < took_s - exact_s < 0.00201


@given(st.lists(st.integers(0, 1_000_000), min_size=3, max_size=3), st.permutations("xyz"))
def test_modes_take_what_the_engine_says(milliseconds: list[int], order: list[str]) -> None:
    # Out of a mode, and into it: a sum of these obeys the triangle inequality.
    out = dict(zip("xyz", milliseconds, strict=True))
    table = {a: {b: (out[a] + 3 * out[b]) / 1000 for b in "xyz"} for a in "xyz"}
    _check(Transition(detail="m", seconds=table), Modes(table, "m"), [{"m": one} for one in order])


def _check(turn: Transition, same: Slew | Modes, details: list[dict[str, Any]]) -> None:
    uses = []
    for one in details:
        spot = Opportunity("sat", AT, AT + timedelta(minutes=1), details=one)
        uses.append((TimedTask("t", ["camera"], profit=1, opportunities=[spot]), spot))
    table = same.table(uses)
    for a, before in enumerate(details):
        for b, after in enumerate(details):
            took = turn.between(turn.position(before), turn.position(after))
            assert took == timedelta(milliseconds=int(table[a, b]))
            assert took <= turn.longest
            assert timedelta(seconds=same(*uses[a], *uses[b])) <= took
            for c in range(len(details)):
                assert table[a, c] <= table[a, b] + table[b, c]


def test_a_position_is_known_only_where_it_is_said_rightly() -> None:
    turn = Transition(detail="off_nadir", rate=1)
    modes = Transition(detail="mode", seconds={"strip": {}})
    assert turn.position({"off_nadir": -3}) == Position(angle=-3)
    assert modes.position({"mode": "strip"}) == Position(mode="strip")
    wrong: list[dict[str, object]] = [{}, {"off_nadir": True}, {"off_nadir": "3"}, {"off_nadir": 181}]
    wrong += [{"off_nadir": float("nan")}, {"mode": "spot"}, {"mode": 3}, {"mode": ["strip"]}]
    for details in wrong:
        assert not turn.position(details).is_known
        assert not modes.position(details).is_known
