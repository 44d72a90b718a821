"""A condensed part has the optimum of the part it stands for."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from satselect import Task
from satselect.engine import select as front_door
from satselect.engine.conflicts.condense import Condensed, condensed
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.prices import bound, price
from tests.engine.problems import random_conflicts, random_problem
from tests.engine.referees import brute_force, every_set, selections, which_fit, worth


@pytest.mark.parametrize("seed", range(300))
def test_the_same_selections_fit_and_the_best_is_as_good(seed: int) -> None:
    for part in parts_of(seed):
        smaller = small(part)
        assert_the_same_fit(smaller, part)
        assert most(smaller.part) == most(part)


def test_pairs_of_conflicts_become_one_clique() -> None:
    pairs = [(a, b) for a in range(5) for b in range(a)]
    tasks = [(f"t{i}", [f"{a}-{b}" for a, b in pairs if i in (a, b)], 10 + i) for i in range(5)]
    part = part_of(tasks)
    assert len(part.capacities) == len(pairs)
    assert small(part).columns.tolist() == [4]


def test_what_others_conflict_with_elsewhere_stays() -> None:
    part = part_of([("low", ["a", "b"], 5), ("high", ["a", "c"], 9), ("last", ["c"], 6)])
    smaller = small(part)
    assert smaller.columns.tolist() == [0, 1, 2]
    assert smaller.part.capacities.tolist() == [1, 1]


def test_triples_that_pairs_imply_are_dropped() -> None:
    tasks = [task("a", ["pair", "triple"]), task("b", ["pair", "triple"]), task("c", ["triple"])]
    problem = Problem.of(tasks, {"triple": 2})
    (part,) = reduce(pack(problem)).parts
    assert small(part).part.capacities.tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(100))
def test_pairs_and_triples_are_said_by_fewer_resources(seed: int) -> None:
    some = random_conflicts(seed, choices=9)
    for part in reduce(pack(Problem.of(some.tasks, some.capacities))).parts:
        smaller = small(part)
        assert_the_same_fit(smaller, part)
        assert most(smaller.part) == most(part)


def test_triples_of_all_cameras_become_one_resource() -> None:
    """Three photographs with three cameras each: two in all, and one with each camera."""
    choices = [(photograph, camera) for photograph in range(3) for camera in range(3)]
    uses = {choice: [f"photograph {choice[0]}", f"camera {choice[1]}"] for choice in choices}
    triples = [list(enumerate(cameras)) for cameras in permutations(range(3))]
    for number, triple in enumerate(triples):
        for choice in triple:
            uses[choice].append(f"triple {number}")
    tasks = [task(str(choice), names, 10 + number) for number, (choice, names) in enumerate(uses.items())]
    capacities = {f"triple {number}": 2 for number in range(len(triples))}
    (part,) = reduce(pack(Problem.of(tasks, capacities))).parts
    smaller = small(part).part
    assert sorted(smaller.capacities.tolist()) == [1] * 6 + [2]
    (users,) = np.nonzero(smaller.capacities[smaller.rows.resources] == 2)
    assert len(users) == len(smaller.profits) == 9
    assert set(smaller.rows.amounts[users].tolist()) == {1}


def test_what_conflicts_with_all_of_three_counts_twice() -> None:
    three = [task(f"t{i}", ["three", f"pair {i}"], 10) for i in range(3)]
    stereo = task("stereo", [f"pair {i}" for i in range(3)], 15)
    (part,) = reduce(pack(Problem.of([*three, stereo], {"three": 2}))).parts
    smaller = small(part).part
    two = smaller.capacities[smaller.rows.resources] == 2
    assert smaller.rows.amounts[two].tolist() == [1, 1, 1, 2]
    assert bound(smaller, price(smaller).y) == 4 * smaller.step  # of 5: two of the three


def test_the_way_over_it_equals_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    monkeypatch.setattr("satselect.engine.solve.solve._SEARCHED_RESOURCES", 2)
    for seed in range(60):
        some = random_problem(seed, tasks=9, resources=6, satellites=seed % 3)
        selection = some.select()
        assert selection.status == "optimal", seed
        assert worth(selection.tasks) == brute_force(some.tasks, some.capacities, some.satellites), seed


def task(name: str, resources: list[str], profit: float = 1) -> Task:
    return Task(name, resources, profit=profit)


def small(part: Part) -> Condensed:
    found = condensed(part, Limits())
    assert found is not None
    return found


def part_of(tasks: Sequence[tuple[str, list[str], float]]) -> Part:
    (part,) = reduce(pack(Problem.of([task(*fields) for fields in tasks]))).parts
    return part


def parts_of(seed: int) -> list[Part]:
    some = random_problem(seed, tasks=7, resources=5, satellites=seed % 3)
    return [
        part
        for part in reduce(pack(Problem.of(some.tasks, some.capacities, some.satellites))).parts
        if len(part.profits) < 11
    ]


def most(part: Part) -> int:
    """The units that the best selection earns."""
    return int((selections(part) @ part.profits).max())


def assert_the_same_fit(smaller: Condensed, part: Part) -> None:
    """Any columns that the smaller one has left fit in it where they fit in the part."""
    sets = every_set(len(smaller.columns))
    there = np.zeros((len(sets), len(part.profits)), np.bool_)
    there[:, smaller.columns] = sets
    fitting = which_fit(smaller.part.rows, smaller.part.capacities, sets)
    assert (fitting == which_fit(part.rows, part.capacities, there)).all()
