"""Prices prove the same, whichever way they are found."""

import numpy as np
import pytest

from satselect import Task, select
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation import prices as pricing
from satselect.engine.relaxation.prices import bound, price, relax_nearly, rounded, unit_of
from satselect.engine.relaxation.simplex import relax
from tests.engine.problems import random_problem


@pytest.mark.parametrize("seed", range(20))
def test_sparse_and_dense_relaxation_prove_the_same_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    some = random_problem(3 * seed, tasks=80, resources=12)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities))).parts:
        dense = bound(part, price(part).y)
        monkeypatch.setattr(pricing, "_DENSE_RESOURCES", 0)
        monkeypatch.setattr(pricing, "_BATCH", 10)
        assert bound(part, price(part).y) == pytest.approx(dense, rel=1e-5)
        monkeypatch.undo()


def test_a_column_that_gains_next_to_nothing_ends_the_relaxation() -> None:
    """Its gain counts where it is compared with others, not before."""
    uses, amounts = np.array([[0, 1]], np.int32), np.array([[1.0, 3.0]])
    y, fractions, _ = relax(uses, amounts, np.array([100.0, 1.5e-9]), np.array([1.0, 3.0]), 1000)
    assert (y.tolist(), fractions[0]) == ([0, 0], 1)


def test_profits_of_very_different_sizes_are_selected_in_time() -> None:
    many = [Task(f"a{i}", [f"r{i % 30}", f"s{i % 7}"], profit=1e11 + i) for i in range(200)]
    few = [Task("b", {"x": 3}, profit=1.5), Task("c", ["x", "s0"], profit=1.5)]
    assert select([*many, *few], capacities={"x": 3}).profit == 700000001373.5


@pytest.mark.parametrize("seed", range(20))
def test_what_comes_near_proves_nearly_as_much(seed: int) -> None:
    some = random_problem(3 * seed, tasks=200, resources=40, satellites=seed % 3)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities, some.satellites))).parts:
        best, unit = bound(part, price(part).y), unit_of(part)
        dual, fractions = relax_nearly(part, unit, Limits())
        near = bound(part, rounded(dual * unit, part.rows, part.profits, part.capacities))
        assert best * (1 - 1e-6) <= near <= best * 1.01
        assert 0 <= fractions.min() <= fractions.max() <= 1
