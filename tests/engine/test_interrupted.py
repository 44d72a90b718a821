"""Wherever a limit ends the engine, it has a selection that fits and a bound that holds."""

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from satselect.engine import limits
from satselect.engine import select as front_door
from satselect.engine.conflicts import condense, cover, triples
from satselect.engine.limits import Limits
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation import cliques
from satselect.engine.relaxation import prices as price
from satselect.engine.search import annealing as local
from satselect.engine.select import selected
from satselect.engine.solve import solve
from tests.engine.problems import random_problem
from tests.engine.referees import brute_force, fits, worth

LOOKS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100)
"""At the clock, after which the time is over."""


def ends_after(looks: int) -> Limits:
    """Limits that are over once somebody has looked at the clock so often."""
    seen = count()
    return Limits(deadline=1.0, clock=lambda: 0.0 if next(seen) < looks else 2.0, steps=60)


@pytest.fixture(autouse=True)
def _in_small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is looked at often, and small problems take no short way."""
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    for room in (cliques, condense, cover, triples, local, price):
        monkeypatch.setattr(room, "PORTION", 300)


@pytest.mark.parametrize("seed", range(60))
def test_wherever_it_ends_its_bound_holds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    monkeypatch.setattr(solve, "_SEARCHED_RESOURCES", rng.choice([1, 128]))
    monkeypatch.setattr(price, "_DENSE_RESOURCES", rng.choice([0, 400]))
    monkeypatch.setattr(price, "_LONG", rng.choice([0, 10**9]))
    monkeypatch.setattr(price, "_BATCH", rng.choice([2, 1000]))
    monkeypatch.setattr(limits, "_RATE", rng.choice([20, 500, 10**8]))
    monkeypatch.setattr("satselect.engine.search.branch_and_bound._NODES_OF_A_PROBE", rng.choice([1, 2000]))
    some = random_problem(seed, tasks=9, resources=6, satellites=seed % 3)
    problem = Problem.of(some.tasks, some.capacities, some.satellites)
    most = brute_force(some.tasks, some.capacities, some.satellites)
    for looks in LOOKS:
        selection = selected(problem, ends_after(looks))
        assert fits(
            [(task, selection.assignments.get(task)) for task in selection.tasks], some.capacities, some.satellites
        )
        assert selection.bound is not None
        assert worth(selection.tasks) <= most
        assert float(most) <= selection.bound
        assert selection.status == "feasible" or worth(selection.tasks) == most


def test_a_share_of_no_limit_is_no_limit() -> None:
    assert Limits().share(0.1).seconds_left() is None


def test_a_share_is_of_the_time_left() -> None:
    begun = Limits(deadline=10.0, clock=lambda: 6.0)
    assert begun.share(0.5).seconds_left() == 2.0
    assert replace(begun, clock=lambda: 11.0).share(0.5).is_over()


def test_work_is_what_the_time_left_holds() -> None:
    assert Limits().work(10**12) == 10**12
    assert Limits(deadline=1.0, clock=lambda: 0.0).work(10**12) == 10**8
    assert Limits(deadline=1.0, clock=lambda: 2.0).work(10**12) == 0
