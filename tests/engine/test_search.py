"""What the search must survive."""

import pytest

from satselect import Task, select
from satselect.engine import select as front_door


@pytest.mark.timeout(20)
def test_profits_of_very_different_sizes_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    tiny = 7.74e-123
    tasks = [
        Task("one", {"c": 2, "a": 1}, profit=tiny),
        Task("two", {"c": 2, "d": 1}, profit=2 * tiny),
        Task("three", {"b": 2}, profit=1.0),
        Task("four", {"d": 1, "a": 1, "c": 2}, profit=tiny),
    ]
    fleet = {
        "sat 0": {"a": 2, "b": 1, "c": 2, "d": 1},
        "sat 1": {"a": 2, "c": 2, "d": 2},
        "sat 2": {"b": 2, "c": 2, "d": 1},
    }
    selection = select(tasks, satellites=fleet)
    assert selection.status == "optimal"
    assert len(selection.tasks) == 4
