"""Prices are those of all tasks: nobody who is left out gains at them, and they prove what the relaxation proves."""

from random import Random

import highspy
import numpy as np
import pytest
from highspy._core import _Highs

from satselect import Buffer, Task, select
from satselect.engine.buffer import buffer as buffers
from satselect.engine.packing import pools
from satselect.engine.problem.problem import Problem
from tests.engine.problems import Given
from tests.engine.referees import prices_prove

_OTHERS = [Task(f"other {i}", [f"other {i}"], profit=1) for i in range(60)]  # too many for the dynamic program


@pytest.mark.parametrize("others", [[], _OTHERS], ids=["few", "many"])
@pytest.mark.parametrize(
    ("amount", "there", "profits", "price"),
    [
        (1, 1, [0.3, 0.2], 0.2),  # a second camera earns 0.2
        (1, 1, [0.3, 0.3, 0.3], 0.3),
        (2, 3, [3, 3], 1.5),  # one more disk earns 3
        (2, 4, [3, 2, 1], 0.5),
        (1, 2, [3, 2], 0),  # nobody waits
        (2, 1, [3, 2], 0),  # nobody ever fits
        (1, 1, [0.3, 0], 0),
    ],
)
def test_a_price_is_what_the_best_task_that_is_left_out_would_pay(
    others: list[Task], amount: int, there: int, profits: list[float], price: float
) -> None:
    tasks = [Task(f"task {i}", {"disk": amount}, profit=profit) for i, profit in enumerate(profits)]
    buffer = Buffer({"disk": there})
    for task in [*others, *tasks]:
        buffer.add(task)
    for selection in (select([*others, *tasks], capacities={"disk": there}), buffer.select()):
        assert selection.prices["disk"] == price


def test_a_satellite_s_resource_costs_what_the_next_task_would_pay() -> None:
    tasks = [Task(f"task {i}", ["camera"], profit=profit) for i, profit in enumerate([5, 4, 3, 2])]
    fleet = {"a": {"camera": 1}, "b": {"camera": 2}, "c": {"disk": 1}}
    prices = select(tasks, satellites=fleet).prices
    assert 2 <= prices["a", "camera"] == prices["b", "camera"] <= 3  # between the fourth's profit and the third's
    assert prices["c", "disk"] == 0


def test_where_no_task_ever_fits_nothing_costs_more() -> None:
    tasks = [Task(f"task {i}", {"camera": 2}, profit=profit) for i, profit in enumerate([5, 4])]
    prices = select(tasks, satellites={"large": {"camera": 2}, "small": {"camera": 1}}).prices
    assert (prices["large", "camera"] >= 2, prices["small", "camera"]) == (True, 0)


def test_what_left_the_buffer_no_longer_counts() -> None:
    buffer = Buffer()
    tasks = [Task(f"task {profit}", ["camera"], profit=profit) for profit in (5, 4, 3)]
    for task in tasks:
        buffer.add(task)
    before = buffer.select()
    buffer.remove(tasks[1])
    assert (before.prices, buffer.select().prices) == ({"camera": 4}, {"camera": 3})
    buffer.remove(tasks[2])
    assert buffer.select().prices == {"camera": 0}


@pytest.mark.parametrize("seed", range(150))
def test_prices_are_optimal_for_all_tasks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "_WIDE", 1 if seed % 5 == 0 else 32)
    monkeypatch.setattr(pools, "_WORTH_POOLING", 100)  # their prices are of what satellites have together
    some = _alike(seed)
    best = _relaxed(some)
    prices = some.select().prices
    assert prices_prove(some, prices) == pytest.approx(best, rel=1e-7)
    buffer = Buffer(some.capacities, some.satellites)
    rng, absent = Random(seed), [Task("absent", task.resources, profit=task.profit) for task in some.tasks[:5]]
    for task in rng.sample([*some.tasks, *absent], len(some.tasks) + len(absent)):
        buffer.add(task)
    buffer.select()
    for task in absent:
        buffer.remove(task)
    assert prices_prove(some, buffer.select().prices) == pytest.approx(best, rel=1e-7)


def test_satellites_of_a_pool_cost_what_the_next_task_would_pay() -> None:
    tasks = [Task(f"task {i}", ["camera"], profit=100 - i) for i in range(60)]
    prices = select(tasks, satellites={f"sat {i}": {"camera": 1} for i in range(40)}).prices
    assert set(prices.values()) == {60}


def _alike(seed: int) -> Given:
    """Many tasks of few kinds; of each resource all of them use as many units, which divide what there is."""
    rng = Random(seed)
    names = [f"r{i}" for i in range(rng.randint(1, 8))]
    units = {name: rng.choice([1, 1, 2, 3]) for name in names}
    capacities = {name: units[name] * rng.randint(1, 4) for name in names}
    fleet = None
    if seed % 3 == 0:
        fleet = {
            f"sat {i}": {name: units[name] * rng.randint(1, 2) for name in names[1:] if rng.random() < 0.8}
            for i in range(rng.randint(1, 4))
        }
        capacities = {name: capacities[name] for name in names[:1]}
    kinds = [rng.sample(names, rng.randint(1, min(3, len(names)))) for _ in range(rng.randint(1, 8))]
    tasks = [
        Task(f"task {i}", {name: units[name] for name in rng.choice(kinds)}, profit=rng.randint(1, 1000) / 10)
        for i in range(rng.choice([10, 100]))
    ]
    return Given(tasks, capacities, fleet)


def _relaxed(some: Given) -> float:
    """What all tasks earn at most if they may be taken in parts, by HiGHS."""
    problem = Problem.of(some.tasks, some.capacities, some.satellites)
    keys = {key: i for i, key in enumerate(problem.capacities)}
    highs, nothing = _Highs(), np.array([], np.int32)
    highs.setOptionValue("output_flag", False)
    for units in [*problem.capacities.values(), *(1 for _ in some.tasks)]:
        highs.addRow(-highspy.kHighsInf, units, 0, nothing, nothing.astype(np.float64))
    for number, task in enumerate(some.tasks):
        for _, uses in problem.alternatives(task):
            if all(amount <= problem.capacities[key] for key, amount in uses.items()):
                rows = np.array([*(keys[key] for key in uses), len(keys) + number], np.int32)
                highs.addCol(-task.profit, 0.0, 1.0, len(rows), rows, np.array([*uses.values(), 1.0]))
    highs.run()
    return -highs.getInfo().objective_function_value
