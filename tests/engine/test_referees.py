"""The engine against slower ways to the same optimum, on problems that are the same every time."""

from random import Random

import highspy
import numpy as np
import pytest
from highspy._core import _Highs

from satselect import Task
from satselect.engine import select as front_door
from tests.engine.problems import Given, random_problem
from tests.engine.referees import brute_force, worth
from tests.longer import more


@pytest.mark.timeout(300)
@pytest.mark.parametrize("start", [*range(0, 4_000, 1000), *more(range(4_000, 10_000, 1000))])
def test_a_thousand_small_problems_equal_brute_force(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(start, start + 1000):
        if seed % 2:
            monkeypatch.setattr(front_door, "is_small", lambda problem: False)
        rng = Random(seed)
        satellites = rng.choice([0, 0, 0, 1, 2, 3])
        some = random_problem(
            seed, tasks=rng.randint(0, 5 if satellites else 8), resources=rng.randint(3, 6), satellites=satellites
        )
        selection = some.select()
        assert selection.status == "optimal", seed
        assert worth(selection.tasks) == brute_force(some.tasks, some.capacities, some.satellites), seed
        monkeypatch.undo()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("start", [*range(0, 200, 100), *more(range(200, 500, 100))])
def test_a_hundred_middle_problems_equal_highs(start: int) -> None:
    for seed in range(start, start + 100):
        some = _middle(seed)
        selection = some.select()
        assert selection.status == "optimal", seed
        assert round(worth(selection.tasks) * 100) == _highs(some), seed


def _middle(seed: int) -> Given:
    rng = Random(seed)
    names = [f"r{i}" for i in range(rng.randint(8, 20))]
    capacities = {name: rng.randint(2, 5) for name in names if seed % 2 and rng.random() < 0.5}
    tasks = []
    for i in range(rng.randint(40, 150)):
        amounts = {name: rng.randint(1, 1 + seed % 2) for name in rng.sample(names, rng.randint(1, 4))}
        tasks.append(Task(f"task {i}", amounts, profit=round(len(amounts) * rng.uniform(2.4, 3.6), 2)))
    return Given(tasks, capacities)


def _highs(some: Given) -> int:
    """The optimum in hundredths."""
    names = sorted({name for task in some.tasks for name in task.resources})
    highs = _Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    nothing = np.array([], np.int32)
    for name in names:
        highs.addRow(-highspy.kHighsInf, some.capacities.get(name, 1), 0, nothing, nothing.astype(np.float64))
    for task in some.tasks:
        rows = np.array([names.index(name) for name in task.resources], np.int32)
        amounts = np.array(list(task.resources.values()), np.float64)
        highs.addCol(-round(task.profit * 100), 0.0, 1.0, len(rows), rows, amounts)
    columns = np.arange(len(some.tasks), dtype=np.int32)
    highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -round(highs.getInfo().objective_function_value)
