"""Instants at one moment, between which a transition takes time one way only."""

from itertools import permutations

import pytest

from satselect import Modes, Opportunity, TimedTask, plan
from satselect.engine.planning import solving
from tests.planning.worlds import at

MODES = Modes({"a": {"a": 0, "b": 5, "c": 5}, "b": {"a": 0, "b": 0, "c": 5}, "c": {"a": 0, "b": 0, "c": 0}})
"""From c to b to a it takes no time."""


@pytest.mark.parametrize("is_along", [False, True])
@pytest.mark.parametrize("others", [0, 30])
@pytest.mark.parametrize("modes", [*permutations("abc")])
def test_they_are_all_planned_whatever_their_order(
    modes: str, others: int, is_along: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_along:
        for name in ("_PACKED", "_PACKED_IF_SETUPS", "_RELAXED_IF_SETUPS"):
            monkeypatch.setattr(solving, name, -1)
    tasks = [_task(f"instant {mode}", mode, 50, 50) for mode in modes]
    tasks += [_task(f"other {n}", "ac"[n % 2], 100 + 9 * n, 107 + 9 * n) for n in range(others)]
    found = plan(tasks, satellites={"sat": {"camera": 1}}, transition={"camera": MODES})
    assert found.status == "optimal"
    assert {f"instant {mode}" for mode in modes} <= {one.task.name for one in found.assignments}


def test_of_two_that_need_time_both_ways_one_is_planned() -> None:
    apart = Modes({"a": {"a": 0, "b": 5}, "b": {"a": 5, "b": 0}})
    tasks = [_task("a", "a", 50, 50), _task("b", "b", 50, 50)]
    assert plan(tasks, satellites={"sat": {"camera": 1}}, transition={"camera": apart}).objective == 1


def _task(name: str, mode: str, start: float, end: float) -> TimedTask:
    spot = Opportunity("sat", at(start), at(end), details={"mode": mode})
    return TimedTask(name, ["camera"], profit=1, opportunities=[spot])
