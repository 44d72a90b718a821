"""Cuts by cliques, odd cycles and levels of profit hold for every selection, and what is closed by them is right."""

import numpy as np
import pytest

from satselect import Task, select
from satselect.engine import select as front_door
from satselect.engine.conflicts.condense import condensed
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.cutting import cut, violated_cliques, violated_levels
from satselect.engine.relaxation.levels import levels
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.proof import Proof
from satselect.engine.solve import solve as ways
from satselect.engine.solve.closing import closed
from satselect.engine.solve.mip import finish
from tests.engine.problems import Given, random_conflicts
from tests.engine.referees import brute_force, selections, which_fit, worth


@pytest.mark.parametrize("seed", range(3))
def test_a_small_part_that_cuts_leave_wide_open_is_searched_without_them(seed: int) -> None:
    """Pairs at random, which are no odd cycles to speak of: a quarter stays open."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(60) for j in range(i) if rng.random() < 0.25]
    tasks = [Task(f"{i}", [f"{pair}" for pair in pairs if i in pair], profit=1) for i in range(60)]
    (part,) = reduce(pack(Problem.of(tasks, None))).parts
    smaller = condensed(part, Limits())
    assert smaller is not None
    assert closed(smaller.part, Limits()) is None
    y = price(part, Limits()).y
    start = Answer.of(part, np.zeros(0, np.int64), y, bound(part, y), Proof.DUALITY)
    found = select(tasks)
    assert found.profit == found.bound == part.worths[finish(part, start, Limits()).columns].sum()


def test_no_more_tasks_of_a_level_than_the_bound_has() -> None:
    profits = np.array([1000, 1000, 2000, 3, 1])
    found = levels(profits, 2999, np.array([0.9, 1.0, 0.3, 1.0, 1.0]))
    assert found.capacities.tolist() == [2]
    assert found.columns.tolist() == [0, 1, 2]
    assert found.amounts.tolist() == [1, 1, 2]


def test_a_level_that_is_held_is_no_cut() -> None:
    profits = np.array([1000, 1000, 3])
    assert not len(levels(profits, 2999, np.array([1.0, 1.0, 1.0])))
    assert not len(levels(profits, 1999, np.array([0.5, 0.5, 1.0])))
    assert not len(levels(np.array([5, 5, 7]), 4, np.array([0.9, 0.9, 0.9])))  # all of one level


@pytest.mark.parametrize("seed", range(120))
def test_the_tighter_relaxation_holds_for_every_selection(seed: int) -> None:
    for part in parts_of(random_conflicts(seed, choices=10)):
        found = cut(part, Limits(), (violated_cliques, violated_levels))
        assert found is not None
        fitting = selections(part)
        assert which_fit(found.tight.rows, found.tight.capacities, fitting).all()
        most = int((fitting @ part.profits).max())
        answer = found.rounded()
        check(part, answer)
        assert most <= answer.bound <= bound(part, found.relaxed.y)


@pytest.mark.parametrize("seed", range(120))
def test_what_is_closed_is_bounded_and_mostly_proven(seed: int) -> None:
    for part in parts_of(random_conflicts(seed, choices=10)):
        most = int((selections(part) @ part.profits).max())
        answer = closed(part, Limits())
        assert answer is not None
        check(part, answer)
        assert answer.profit(part) <= most <= answer.bound
        assert not answer.is_optimal or answer.profit(part) == most


def test_that_nothing_reaches_the_bound_takes_one_question(columns_of_highs: list[int]) -> None:
    """What HiGHS is not asked about earns a step less than the bound of all cuts."""
    asked = 0
    for seed in range(90, 120):
        for part in parts_of(random_conflicts(seed, choices=10)):
            columns_of_highs.clear()
            first, answer = cut(part, Limits(), (violated_cliques, violated_levels)), closed(part, Limits())
            assert first is not None
            assert answer is not None
            if columns_of_highs and answer.bound >= first.rounded().bound - part.step:
                assert len(columns_of_highs) == 1, seed
                asked += 1
    assert asked > 0


def test_photographs_equal_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    monkeypatch.setattr(ways, "_SEARCHED_RESOURCES", 2)
    monkeypatch.setattr(ways, "_LEAST_PAIRS", 1)
    for seed in range(80):
        some = random_conflicts(seed, choices=11)
        selection = some.select()
        assert selection.status == "optimal", seed
        assert worth(selection.tasks) == brute_force(some.tasks, some.capacities), seed


def test_prices_are_those_of_the_resources_as_they_were_given() -> None:
    """Made once somebody asks: 45 pairs of ten tasks, of which one goes, are worth half of all profits at most."""
    pairs = [(a, b) for a in range(40) for b in range(a) if a - b < 6]
    tasks = [Task(f"t{i}", [f"{a}-{b}" for a, b in pairs if i in (a, b)], profit=1.0 + i % 3) for i in range(40)]
    selection = select(tasks)
    assert selection.status == "optimal"
    assert set(selection.prices) == {f"{a}-{b}" for a, b in pairs}
    gains = [max(0.0, task.profit - sum(selection.prices[name] for name in task.resources)) for task in tasks]
    halves = sum(task.profit for task in tasks) / 2
    assert sum(selection.prices.values()) + sum(gains) == pytest.approx(halves)


def test_without_time_nothing_is_closed() -> None:
    (part, *_) = parts_of(random_conflicts(1, choices=10))
    assert closed(part, Limits.within(0)) is None


def parts_of(some: Given) -> list[Part]:
    return reduce(pack(Problem.of(some.tasks, some.capacities))).parts
