"""Odd cycles hold for every selection, and close what halves leave open."""

from dataclasses import replace

import numpy as np
import pytest

from satselect import Task
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.cutting import cut
from satselect.engine.relaxation.odd_cycles import odd_cycles, with_cycles
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.proof import Proof
from satselect.engine.solve.mip import finish_core
from tests.engine.referees import selections, which_fit


def test_of_five_in_a_ring_two_go_together() -> None:
    part = ring(5)
    assert bound(part, price(part).y) == 25 * part.step
    found = cut(part, Limits())
    assert found is not None
    assert found.rounded().is_optimal
    assert found.rounded().bound == 21 * part.step
    assert found.rounded().proof is Proof.SEARCH


def test_a_ring_of_an_even_number_is_whole_without() -> None:
    found = cut(ring(6), Limits())
    assert found is not None
    assert found.tight is found.part
    assert found.rounded().proof is Proof.DUALITY


def test_a_column_that_conflicts_with_all_of_a_ring_counts_twice() -> None:
    hub = Task("hub", [f"r{i}" for i in range(5)], profit=1)
    part = reduce(pack(Problem.of([*tasks_of(5), hub]))).parts[0]
    halves = np.where(part.rows.sizes == 5, 0.0, 0.5)
    cycles = odd_cycles(part.rows, part.capacities, halves, Limits())
    at = next(i for i, room in enumerate(cycles.capacities.tolist()) if room == 2)
    amounts = cycles.amounts[cycles.starts[at] : cycles.starts[at + 1]]
    assert sorted(amounts.tolist()) == [1, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("seed", range(150))
def test_cycles_are_violated_and_hold_for_every_selection(seed: int) -> None:
    part = random_part(seed)
    fractions = np.random.default_rng(seed).choice([0.0, 0.3, 0.4, 0.5, 0.6, 1.0], len(part.profits))
    cycles = odd_cycles(part.rows, part.capacities, fractions, Limits())
    rows = with_cycles(part.rows, len(part.capacities), [cycles])
    rooms = np.concatenate((part.capacities, cycles.capacities))
    for i, room in enumerate(cycles.capacities.tolist()):
        here = slice(cycles.starts[i], cycles.starts[i + 1])
        assert cycles.amounts[here] @ fractions[cycles.columns[here]] > room
    assert which_fit(rows, rooms, selections(part)).all()


@pytest.mark.parametrize("seed", range(150))
def test_the_tighter_relaxation_bounds_every_selection(seed: int) -> None:
    part = random_part(seed)
    most = int((selections(part) @ part.profits).max())
    found = cut(part, Limits())
    assert found is not None
    answer = found.rounded()
    check(part, answer)
    assert most <= answer.bound <= bound(part, found.relaxed.y)
    finished = finish_core(found.tight, replace(answer, y=found.prices.y), Limits())
    assert finished.profit(part) == finished.bound == most


@pytest.mark.parametrize("seed", range(100))
def test_few_columns_prove_the_best_selection_of_all_at_any_prices(seed: int) -> None:
    """Where these leave out what a best one holds, the others are asked as well."""
    part, rng = random_part(seed), np.random.default_rng(seed)
    most = int((selections(part) @ part.profits).max())
    y = price(part).y * rng.uniform(0.9, 1.1, len(part.capacities)) // 1
    nothing = Answer.of(part, np.zeros(0, np.int64), y, bound(part, y), Proof.DUALITY)
    finished = finish_core(part, nothing, Limits())
    assert finished.profit(part) == finished.bound == most


def test_without_time_there_is_no_relaxation() -> None:
    assert cut(ring(5), Limits.within(0)) is None


def tasks_of(count: int) -> list[Task]:
    return [Task(f"t{i}", [f"r{i}", f"r{(i + 1) % count}"], profit=11 if i == 0 else 10) for i in range(count)]


def ring(count: int) -> Part:
    return reduce(pack(Problem.of(tasks_of(count)))).parts[0]


def random_part(seed: int) -> Part:
    """A dozen tasks that conflict in pairs and threes, some resources with several units."""
    rng = np.random.default_rng(seed)
    names = [f"r{i}" for i in range(9)]
    tasks = [
        Task(f"t{i}", rng.choice(names, rng.integers(1, 4), replace=False).tolist(), profit=int(rng.integers(1, 50)))
        for i in range(12)
    ]
    capacities = {name: int(rng.integers(1, 3)) for name in names[:3]}
    return max(reduce(pack(Problem.of(tasks, capacities))).parts, key=lambda part: len(part.profits))
