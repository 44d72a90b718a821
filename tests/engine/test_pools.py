"""Many satellites as few large ones: the bound holds, and what is selected fits its members."""

from random import Random

import numpy as np
import pytest

from satselect import Buffer, Task, select
from satselect.engine import select as front_door
from satselect.engine.buffer import buffer
from satselect.engine.limits import Limits
from satselect.engine.packing import pools, spread
from satselect.engine.packing.pools import pooled
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.satellites import fleet_of
from satselect.engine.select import selected
from satselect.engine.solve.pooling import select_pooled
from tests.engine.problems import Given
from tests.engine.referees import brute_force, fits, prices_prove, worth
from tests.engine.test_interrupted import LOOKS, ends_after


@pytest.fixture(autouse=True)
def _pooling_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small enough for brute force."""
    monkeypatch.setattr(pools, "_WORTH_POOLING", 2)
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)


def some_fleet(seed: int) -> Given:
    """Two or three satellites: equal, nearly equal, or owning other resources; some tasks name some of them."""
    rng = Random(seed)
    names, kind = ["a", "b", "c"], seed % 4
    alike = {name: rng.randint(1, 5) for name in names}
    owned = {
        f"sat {i}": {
            name: units if kind < 2 else max(units + rng.randint(-1, 1), 0)
            for name, units in alike.items()
            if kind < 3 or rng.random() < 0.7
        }
        for i in range(rng.choice([2, 3]))
    }
    shared = {"antenna": rng.randint(1, 2)}
    tasks = [_task(rng, names, list(owned) if kind else None) for _ in range(6)]
    return Given(tasks, shared, owned)


def _task(rng: Random, names: list[str], satellites: list[str] | None) -> Task:
    amounts = {name: rng.randint(1, 4) for name in rng.sample(names, rng.randint(0, 2))}
    if rng.random() < 0.2:
        amounts["antenna"] = 1
    named = rng.sample(satellites, rng.randint(1, len(satellites))) if satellites and rng.random() < 0.4 else None
    return Task("task", amounts, profit=rng.randint(0, 900) / 100, satellites=named)


@pytest.mark.parametrize("seed", range(200))
def test_the_bound_of_pools_holds_and_their_tasks_fit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_MOST_CANDIDATES", Random(seed).choice([1, 8, 50_000]))
    some = some_fleet(seed)
    found = pooled(Problem.of(some.tasks, some.capacities, some.satellites))
    if found is None:
        assert pools._MOST_CANDIDATES > 1
        return
    certificate = select_pooled(found, Limits())
    assert fits(list(certificate.chosen.items()), some.capacities, some.satellites)
    most = brute_force(some.tasks, some.capacities, some.satellites)
    assert certificate.limit is not None
    assert worth(list(certificate.chosen)) <= most <= certificate.limit


@pytest.mark.parametrize("seed", range(40))
def test_candidates_of_pools_are_counted_one_for_each_task_and_pool(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, some = Random(seed), some_fleet(seed)
    manned = fleet_of(Problem.of(some.tasks, some.capacities, some.satellites))
    assert manned is not None
    kinds = rng.randint(1, len(manned.satellites))
    pool_of = {name: place % kinds for place, name in enumerate(manned.satellites)}
    count = sum(len({pool_of[name] for name in task.satellites or pool_of}) for task in some.tasks)
    monkeypatch.setattr(pools, "_MOST_CELLS", rng.choice([1, 7, 1_000_000]))
    for most, are_too_many in ((count, False), (count - 1, True)):
        monkeypatch.setattr(pools, "_MOST_CANDIDATES", most)
        assert pools._are_too_many(manned, np.array(list(pool_of.values()))) is are_too_many


@pytest.mark.parametrize("seed", range(120))
def test_with_pools_it_earns_what_brute_force_earns(seed: int) -> None:
    some = some_fleet(seed)
    selection = some.select()
    assert worth(selection.tasks) == brute_force(some.tasks, some.capacities, some.satellites)
    assert selection.status == "optimal"
    assert prices_prove(some, selection.prices) >= selection.profit * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_wherever_it_ends_the_bound_holds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "PORTION", 10)
    monkeypatch.setattr(pools, "_MOST_CANDIDATES", Random(seed).choice([1, 50_000]))
    some = some_fleet(seed)
    problem = Problem.of(some.tasks, some.capacities, some.satellites)
    most = brute_force(some.tasks, some.capacities, some.satellites)
    for looks in LOOKS:
        selection = selected(problem, ends_after(looks))
        assert worth(selection.tasks) <= most
        assert selection.bound is not None
        assert float(most) <= selection.bound


@pytest.mark.parametrize("seed", range(60))
def test_a_buffer_of_many_satellites_earns_as_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "_WIDE", 1)
    rng, some = Random(seed), some_fleet(seed)
    kept = Buffer(some.capacities, some.satellites)
    for task in some.tasks:
        kept.add(task)
    for _ in range(3):
        there = list(kept)
        selection = kept.select()
        assert worth(selection.tasks) == brute_force(there, some.capacities, some.satellites)
        assert {*selection.tasks, *selection.buffered} == set(there)
        if there:
            kept.remove(rng.choice(there))


def test_equal_satellites_are_one_with_a_larger_capacity() -> None:
    rng = Random(1)
    tasks = [Task(f"task {i}", ["camera"], profit=rng.randint(1, 9999) / 100) for i in range(2000)]
    selection = select(tasks, satellites={f"sat {i}": {"camera": 1} for i in range(500)})
    assert selection.status == "optimal"
    assert selection.tasks == sorted(
        sorted(tasks, key=lambda task: -task.profit)[:500], key=lambda task: int(task.name.split()[1])
    )
    assert len(set(selection.assignments.values())) == 500


def test_what_no_sum_of_amounts_uses_up_is_not_counted() -> None:
    """Ten units hold three tasks of three: thirty of them on ten satellites, not thirty-three."""
    tasks = [Task(f"task {i}", {"disk": 3}, profit=1) for i in range(40)]
    selection = select(tasks, satellites={f"sat {i}": {"disk": 10} for i in range(10)}, time_limit=60)
    assert (selection.profit, selection.bound, selection.status) == (30, 30, "optimal")


@pytest.mark.parametrize(("amounts", "units", "usable"), [([4, 6], 9, 8), ([3, 5], 7, 6), ([2], 7, 6), ([7], 5, 0)])
def test_as_many_units_count_as_amounts_can_sum_to(amounts: list[int], units: int, usable: int) -> None:
    tasks = [Task("task", {"disk": amount}, profit=1) for amount in amounts]
    found = pooled(Problem.of(tasks, {}, {"x": {"disk": units}, "y": {"disk": units}}))
    assert found is not None
    assert found.packing.capacities.tolist() == ([2 * usable] if usable else [])
