"""Equal satellites are searched once, and nothing is missed."""

from random import Random

import pytest

from satselect import Task, select
from satselect.engine.packing.packing import pack
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.search.symmetry import twins
from tests.engine.referees import brute_force, worth

Fleet = dict[str, dict[str, int]]
TASKS = [Task("one", ["a", "b"], profit=3), Task("two", ["b"], profit=2), Task("three", ["a", "antenna"], profit=4)]


@pytest.mark.parametrize("seed", range(80))
def test_equal_satellites_earn_what_brute_force_earns(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    monkeypatch.setattr("satselect.engine.search.branch_and_bound._NODES_OF_A_PROBE", rng.choice([1, 3, 2000]))
    names = ["a", "b", "c", "d"]
    owned = {name: rng.choice([1, 1, 2]) for name in names}
    fleet = {f"sat {i}": owned for i in range(rng.choice([2, 3]))}
    shared = {"antenna": rng.choice([1, 2])}
    tasks = [_task(rng, names, list(fleet) if rng.random() < 0.1 else None) for _ in range(7 if len(fleet) < 3 else 6)]
    selection = select(tasks, capacities=shared, satellites=fleet)
    assert selection.status == "optimal"
    assert worth(selection.tasks) == brute_force(tasks, shared, fleet)


@pytest.mark.parametrize(
    ("fleet", "tasks", "are_twins"),
    [
        ({"x": {"a": 1, "b": 1}, "y": {"a": 1, "b": 1}}, TASKS, True),
        ({"x": {"a": 1, "b": 1}, "y": {"a": 2, "b": 1}}, TASKS, False),
        ({"x": {"a": 1, "b": 1}, "y": {"a": 1}}, TASKS, False),
        ({"x": {"a": 1, "b": 1}, "y": {"a": 1, "b": 1}}, [*TASKS, Task("x", ["a"], profit=9, satellites=["x"])], False),
        (
            {"x": {"a": 1, "b": 1}, "y": {"a": 1, "b": 1}},
            [*TASKS, *(Task(name, ["a"], profit=9, satellites=[name]) for name in "xy")],
            False,
        ),
    ],
)
def test_twins_can_do_the_same(fleet: Fleet, tasks: list[Task], are_twins: bool) -> None:
    (part,) = reduce(pack(Problem.of(tasks, {"antenna": 1}, fleet))).parts
    groups = twins(part).groups
    if not are_twins:
        assert (groups == -1).all()
        return
    for task in range(len(tasks)):
        assert len(set(groups[part.tasks == task].tolist())) == 1
    assert len(set(groups.tolist())) == len(tasks)


def test_without_satellites_there_are_no_twins() -> None:
    for part in reduce(pack(Problem.of(TASKS))).parts:
        assert (twins(part).groups == -1).all()


def _task(rng: Random, names: list[str], satellites: list[str] | None) -> Task:
    amounts = {name: rng.choice([1, 1, 2]) for name in rng.sample(names, rng.randint(1, 3))}
    if rng.random() < 0.2:
        amounts["antenna"] = 1
    named = satellites and rng.sample(satellites, 1)
    return Task("task", amounts, profit=round(sum(amounts.values()) * rng.uniform(2, 4), 1), satellites=named)
