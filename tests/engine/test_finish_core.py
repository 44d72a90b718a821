"""Finishing what a tight relaxation leaves open: what must be taken is, and HiGHS sees the little that is left."""

from itertools import combinations

import numpy as np
import pytest

from satselect import Task
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.proof import Proof
from satselect.engine.solve.mip import finish, finish_beside, finish_core
from tests.engine.referees import selections
from tests.engine.test_odd_cycles import random_part


def _known(part: Part, columns: Ints, y: Floats) -> Answer:
    return Answer.of(part, columns, y, bound(part, y), Proof.DUALITY)


@pytest.mark.parametrize("seed", range(100))
def test_beside_some_columns_the_best_that_fits_is_found_and_nothing_is_proven(seed: int) -> None:
    part, rng = random_part(seed), np.random.default_rng(seed)
    some = selections(part)
    start, taken = (np.flatnonzero(some[rng.integers(len(some))]) for _ in range(2))
    answer = _known(part, start, price(part).y)
    found = finish_beside(part, answer, Limits(), taken)
    check(part, found)
    beside = int((some[some[:, taken].all(axis=1)] @ part.profits).max())
    assert found.profit(part) == max(beside, answer.profit(part))
    assert found.bound == answer.bound


@pytest.mark.parametrize("seed", range(100))
def test_columns_that_do_not_fit_together_change_nothing(seed: int) -> None:
    part = random_part(seed)
    some = selections(part)
    pairs = [pair for pair in combinations(range(len(part.profits)), 2) if not some[:, pair].all(axis=1).any()]
    answer = _known(part, np.zeros(0, np.int64), price(part).y)
    for pair in pairs[:3]:
        assert finish_beside(part, answer, Limits(), np.array(pair)) is answer


@pytest.mark.parametrize("seed", range(200))
def test_prices_far_from_the_best_take_nothing_that_a_best_selection_lacks(seed: int) -> None:
    part, rng = random_part(seed), np.random.default_rng(seed)
    some = selections(part)
    most = int((some @ part.profits).max())
    y = price(part).y * rng.uniform(0, 1.5, len(part.capacities)) // 1
    known = np.flatnonzero(some[rng.integers(len(some))])
    found = finish_core(part, _known(part, known, y), Limits())
    check(part, found)
    assert found.profit(part) == found.bound == most


def test_what_would_be_missed_more_than_the_gap_is_taken_and_not_asked_for(columns_of_highs: list[int]) -> None:
    """A ring of five, of which two fit, and twenty pairs of which the better one is worth far more."""
    ring = [Task(f"ring {i}", ["all", f"r{i}", f"r{(i + 1) % 5}"], profit=11 if i == 0 else 10) for i in range(5)]
    pairs = [Task(f"pair {i} {worth}", ["all", f"p{i}"], profit=worth) for i in range(20) for worth in (500, 1)]
    part = reduce(pack(Problem.of([*ring, *pairs], {"all": 100}))).parts[0]
    best = np.flatnonzero(part.worths == 500)
    found = finish_core(part, _known(part, best, price(part).y), Limits())
    assert found.is_optimal
    assert sum(part.worths[found.columns].tolist()) == 20 * 500 + 21
    assert set(columns_of_highs) == {5}


def test_what_is_left_open_is_bound_with_what_is_taken() -> None:
    """Threes that conflict much, which one branch does not settle, beside pairs of which the better one is taken."""
    missed = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        threes = [[f"r{number}" for number in rng.choice(14, 3, replace=False)] for _ in range(24)]
        tasks = [Task(f"{i}", ["all", *three], profit=int(rng.integers(95, 105))) for i, three in enumerate(threes)]
        pairs = [Task(f"pair {i} {worth}", ["all", f"p{i}"], profit=worth) for i in range(3) for worth in (500, 1)]
        part = reduce(pack(Problem.of([*tasks, *pairs], {"all": 100}))).parts[0]
        start = _known(part, np.flatnonzero(part.worths == 500), price(part).y)
        found, best = finish_core(part, start, Limits(branches=1)), finish(part, start, Limits())
        assert found.profit(part) <= best.profit(part) <= found.bound
        missed += found.profit(part) < best.profit(part)
    assert missed > 0
