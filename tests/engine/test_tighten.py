"""A tighter relaxation loses no selection that is asked for."""

from itertools import combinations

import numpy as np
import pytest

from satselect import Task, select
from satselect.engine import select as front_door
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Rows
from satselect.engine.relaxation.cliques import cliques
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.tighten import Tight, tightened
from tests.engine.problems import random_problem
from tests.engine.referees import brute_force, selections, which_fit, worth

TRIANGLE = [Task("ab", ["a", "b"], profit=10), Task("bc", ["b", "c"], profit=11), Task("ca", ["c", "a"], profit=12)]


def test_three_that_conflict_in_pairs_are_a_clique() -> None:
    part = part_of(Problem.of(TRIANGLE))
    found = cliques(part.rows, part.capacities, price(part).fractions, np.arange(3), Limits())
    assert found.tolist() == [[True, True, True]]


def test_the_clique_closes_the_gap() -> None:
    part = part_of(Problem.of(TRIANGLE))
    assert bound(part, price(part).y) == 16 * part.step
    tight = tightened(part, price(part).y, 12 * part.step, Limits())
    assert tight.bound // part.step == 12


@pytest.mark.parametrize("seed", range(300))
def test_what_earns_enough_stays_and_still_fits(seed: int) -> None:
    for part in parts_of(seed):
        fitting = selections(part)
        earned = fitting @ part.profits
        most = int(earned.max())
        for least in (most, most * 9 // 10):
            tight = tightened(part, price(part).y, least, Limits())
            good = fitting[earned >= least]
            assert not np.delete(good, tight.columns, axis=1).any()
            assert which_fit(tight.rows, tight.capacities, good[:, tight.columns]).all()
            assert most <= tight.bound
            assert nothing_new_fits(part, tight)


@pytest.mark.parametrize("seed", range(200))
def test_cliques_are_of_columns_of_which_no_two_fit_together(seed: int) -> None:
    for part in parts_of(seed):
        columns = np.arange(len(part.profits))
        for clique in cliques(part.rows, part.capacities, np.full(len(columns), 0.6), columns, Limits()):
            members = np.flatnonzero(clique).tolist()
            assert len(members) > 1
            assert not any(fits(part.rows, part.capacities, list(pair)) for pair in combinations(members, 2))


def test_the_search_with_cliques_equals_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of every triangle of tasks one can be selected: the relaxation takes half of each, until it knows the cliques.
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    monkeypatch.setattr("satselect.engine.search.branch_and_bound._NODES_OF_A_PROBE", 1)
    for seed in range(60):
        some = random_problem(3 * seed, tasks=9, resources=6, most=2)
        selection = select(some.tasks)
        assert selection.status == "optimal", seed
        assert worth(selection.tasks) == brute_force(some.tasks, {}), seed


def parts_of(seed: int) -> list[Part]:
    some = random_problem(seed, tasks=9, resources=5, satellites=seed % 3)
    return reduce(pack(Problem.of(some.tasks, some.capacities, some.satellites))).parts


def part_of(problem: Problem) -> Part:
    (part,) = reduce(pack(problem)).parts
    return part


def fits(rows: Rows, capacities: np.ndarray, columns: list[int]) -> bool:
    used = np.zeros(len(capacities), np.int64)
    chosen = rows.take(np.array(columns, np.int64))
    np.add.at(used, chosen.resources, chosen.amounts)
    return bool((used <= capacities).all())


def nothing_new_fits(part: Part, tight: Tight) -> bool:
    """Whether no two columns fit together in the tight problem that don't in the part."""
    return all(
        fits(part.rows, part.capacities, tight.columns[list(pair)].tolist())
        for pair in combinations(range(len(tight.columns)), 2)
        if fits(tight.rows, tight.capacities, list(pair))
    )
