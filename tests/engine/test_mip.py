"""HiGHS as one of several in a process."""

import subprocess
import sys
from types import SimpleNamespace

import highspy
import numpy as np
import pytest

from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Rows, starts_of
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.proof import Proof
from satselect.engine.search.branch_and_bound import search
from satselect.engine.solve.mip import finish
from tests.engine.problems import random_problem

OURS = """
from random import Random
from satselect import Task, select
from satselect.engine.solve import mip
asked, model = [], mip._model
mip._model = lambda *given: asked.append(given) or model(*given)
rng = Random(1)
names = [f"r{i}" for i in range(150)]
tasks = [Task(str(i), rng.sample(names, 3), profit=rng.randint(1, 99)) for i in range(220)]
selection = select(tasks)
assert selection.status == "optimal", selection.status
assert asked
"""
THEIRS = """
from highspy._core import _Highs
highs = _Highs()
highs.setOptionValue("output_flag", False)
highs.setOptionValue("threads", {threads})
highs.addVar(0.0, 1.0)
highs.changeColCost(0, -1.0)
highs.run()
assert str(highs.getModelStatus()).endswith("kOptimal"), highs.getModelStatus()
"""


@pytest.mark.parametrize("threads", [1, pytest.param(2, marks=pytest.mark.long)])
def test_who_else_uses_highs_with_other_threads_does_not_matter(threads: int) -> None:
    code = THEIRS.format(threads=threads) + OURS
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=100)


@pytest.mark.parametrize("seed", [3, 6, 9, 12])
def test_it_proves_what_the_search_proves(seed: int) -> None:
    some = random_problem(seed, tasks=60, resources=12)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities))).parts:
        y = price(part).y
        nothing = Answer.of(part, np.array([], np.int64), y, bound(part, y), Proof.DUALITY)
        finished, searched = finish(part, nothing, Limits()), search(part, nothing, Limits())
        check(part, finished)
        assert finished.is_optimal
        assert finished.profit(part) == searched.profit(part)


@pytest.mark.parametrize("noise", [0.0, 1e-6, -1e-6])
@pytest.mark.parametrize("seed", [3, 6])
def test_a_bound_that_the_best_reaches_holds_though_highs_stopped_before_it(
    seed: int, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = random_problem(seed, tasks=60, resources=12)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities))).parts:
        y = price(part).y
        nothing = Answer.of(part, np.array([], np.int64), y, 2 * bound(part, y), Proof.DUALITY)
        best = search(part, nothing, Limits()).profit(part)
        highs = SimpleNamespace(
            getSolution=lambda part=part: SimpleNamespace(col_value=[0.0] * len(part.profits)),
            getInfo=lambda proven=noise - best / part.step: SimpleNamespace(mip_dual_bound=proven),
        )
        stopped = SimpleNamespace(
            highs=highs, set=lambda options: None, run=lambda limits: highspy.HighsModelStatus.kTimeLimit
        )
        monkeypatch.setattr("satselect.engine.solve.mip._model", lambda *given, stopped=stopped: stopped)
        found = finish(part, nothing, Limits())
        assert (found.profit(part), found.bound) == (0, best)


def test_highs_that_tells_its_start_in_place_of_the_optimum_is_asked_again() -> None:
    # As in findings/highs-solution-of-a-start.sh: an objective of 29, and columns that earn 19.
    profits, units, each = np.array([9, 8, 3, 1, 8, 3, 7]), np.array([0, 1, 1, 0, 2, 1, 2]), np.arange(7)
    rows = Rows(starts_of((units > 0).astype(np.int64)), np.zeros(5, np.int64), units[units > 0])
    one = np.array([1])
    part = Part(rows, profits, profits.astype(float), True, 1, np.array([4]), each, each, one - 1, one, each - each - 1)
    start = Answer.of(part, np.array([1, 2, 4]), np.zeros(1), int(profits.sum()), Proof.DUALITY)
    found = finish(part, start, Limits())
    check(part, found)
    assert (found.profit(part), found.bound, found.is_optimal) == (29, 29, True)
