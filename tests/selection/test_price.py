"""Prices prove the same, whichever way they are found."""

import pytest

from satselect.selection import price as pricing
from satselect.selection.packing import pack
from satselect.selection.presolve import reduce
from satselect.selection.price import bound, price
from satselect.selection.problem import Problem
from tests.selection.problems import random_problem


@pytest.mark.parametrize("seed", range(20))
def test_sparse_and_dense_relaxation_prove_the_same_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    some = random_problem(3 * seed, tasks=80, resources=12)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities))).parts:
        dense = bound(part, price(part).y)
        monkeypatch.setattr(pricing, "_DENSE_RESOURCES", 0)
        monkeypatch.setattr(pricing, "_BATCH", 10)
        assert bound(part, price(part).y) == pytest.approx(dense, rel=1e-5)
        monkeypatch.undo()
