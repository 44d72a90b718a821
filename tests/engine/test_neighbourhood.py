"""What is rebuilt fits, and earns more."""

import numpy as np
import pytest

from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.prices import price
from satselect.engine.result.progress import silent
from satselect.engine.search.branch_and_bound import ruin_of
from satselect.engine.search.symmetry import twins
from satselect.engine.solve.solve import solve
from tests.engine.problems import random_problem


@pytest.mark.parametrize("seed", range(10))
def test_from_nothing_it_comes_near_the_optimum(seed: int) -> None:
    some = random_problem(3 * seed, tasks=60, resources=12, satellites=seed % 3)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities, some.satellites))).parts:
        ruin, columns = ruin_of(part, price(part).y, twins(part)), np.array([], np.int64)
        for _ in range(100):
            earned = int(part.profits[columns].sum())
            for rebuilt in ruin.rebuilt(columns, Limits()):
                used = part.rows.take(rebuilt)
                assert (np.bincount(used.resources, used.amounts, len(part.capacities)) <= part.capacities).all()
                assert len(set(rebuilt.tolist())) == len(rebuilt)
                assert int(part.profits[rebuilt].sum()) > earned
                columns = rebuilt
        best = solve(part, Limits(), silent).profit(part)
        assert 0.97 * best <= int(part.profits[columns].sum()) <= best
