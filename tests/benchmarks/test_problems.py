"""The generators make the same problems everywhere, and what they say they make."""

import hashlib
import re

import numpy as np
import pytest

from benchmarks.classes import DRAINED, drained, generated
from benchmarks.problem import Problem
from benchmarks.problems import Draw, fleet, satellite, shared, tiny, with_capacities

_SMALL = {
    "satellite": satellite(0, 50, 12),
    "free": satellite(1, 50, 12, profits="free"),
    "float": satellite(0, 50, 12, is_rounded=False),
    "tiny": tiny(3),
    "capacities": with_capacities(0, 50, 12),
    "fleet": fleet(0, 4, 5, 60),
    "shared": shared(0, 40, 8),
}


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("satellite", "b84df6a08f6ab6a6"),
        ("free", "a2de63cf212a5227"),
        ("float", "397a290a3fe12ba9"),
        ("tiny", "618019de13353c8a"),
        ("capacities", "33a4fac103434f00"),
        ("fleet", "61d8ecae086147f0"),
        ("shared", "9e8b3c2bfd79ee58"),
    ],
)
def test_a_seed_is_one_problem_on_any_machine(name: str, digest: str) -> None:
    assert _digest(_SMALL[name]) == digest


@pytest.mark.parametrize("problem", _SMALL.values(), ids=_SMALL.keys())
def test_no_task_uses_a_resource_twice_or_more_than_there_is(problem: Problem) -> None:
    for task in range(len(problem)):
        uses = problem.uses(task)
        assert len(uses) == problem.starts[task + 1] - problem.starts[task]
        roomiest = np.max([*problem.satellites, problem.capacities], axis=0)
        assert all(0 < amount <= roomiest[resource] for resource, amount in uses.items())


@pytest.mark.parametrize("problem", [_SMALL["satellite"], _SMALL["free"], _SMALL["tiny"]])
def test_profits_have_two_decimals(problem: Problem) -> None:
    assert np.array_equal(np.rint(problem.profits * 100) / 100, problem.profits)


def test_profits_of_full_precision_have_more() -> None:
    assert not np.array_equal(np.rint(_SMALL["float"].profits * 100) / 100, _SMALL["float"].profits)


def test_correlated_profits_follow_the_number_of_resources() -> None:
    problem = satellite(5, 500, 20, smallest=2, largest=4)
    per_resource = problem.profits / np.diff(problem.starts)
    assert per_resource.min() >= 2.39
    assert per_resource.max() <= 3.61


def test_sizes_reach_from_smallest_to_largest() -> None:
    assert set(np.diff(satellite(0, 200, 20, smallest=3, largest=5).starts)) == {3, 4, 5}


def test_a_random_subset_holds_every_element_equally_often() -> None:
    drawn = Draw.seeded(0).subsets(np.full(5000, 3), 10)
    counts = np.bincount(drawn, minlength=10)
    assert counts.sum() == 15_000
    assert abs(counts - 1500).max() < 150


def test_each_task_of_a_fleet_uses_one_satellite() -> None:
    problem = _SMALL["fleet"]
    owners = problem.resources // 5
    assert all(len(set(owners[a:b])) == 1 for a, b in zip(problem.starts, problem.starts[1:], strict=False))


def test_shared_tasks_may_run_on_one_two_or_three_satellites() -> None:
    assert {len(satellites) for satellites in _SMALL["shared"].may_run_on} == {1, 2, 3}


@pytest.mark.parametrize("iterations", [10, 20, 28])
def test_a_drained_buffer_is_what_the_stored_iterations_leave(iterations: int) -> None:
    assert DRAINED.exists()
    assert 400 < len(drained(0, iterations)) < 1000 - 10 * iterations


@pytest.mark.parametrize(
    "name", [name for name in generated() if not {"1e5", "1e6", "fleet"} & set(re.split("[-x]", name))]
)
def test_every_class_makes_its_first_problem(name: str) -> None:
    assert len(generated()[name].make(0)) > 0


def _digest(problem: Problem) -> str:
    arrays = [problem.starts, problem.resources, problem.amounts, problem.profits, problem.capacities]
    content = b"".join(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays)
    return hashlib.sha256(content + repr(problem.may_run_on).encode()).hexdigest()[:16]
