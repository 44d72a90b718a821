"""The dynamic program where there is one of each resource, so that tasks leave out others."""

from random import Random

from satselect import Task, select
from satselect.engine.problem.problem import Problem
from satselect.engine.solve.dynamic_program import is_small, solve_small
from tests.engine.referees import brute_force, worth


def test_two_go_that_earn_more_together_than_one_that_earns_more_than_each() -> None:
    both, left, right = (
        Task("both", ["a", "b"], profit=5),
        Task("left", ["a"], profit=3),
        Task("right", ["b"], profit=3),
    )
    selection = select([both, left, right])
    assert list(selection.tasks) == [left, right]


def test_one_that_asks_for_more_goes_where_it_earns_more() -> None:
    both, left = Task("both", ["a", "b"], profit=4), Task("left", ["a"], profit=3)
    assert list(select([left, both]).tasks) == [both]


def test_with_one_of_each_resource_it_equals_brute_force() -> None:
    for seed in range(150):
        rng = Random(seed)
        tasks = [
            Task(f"{i}", rng.sample("abcdef", rng.randint(1, 3)), profit=rng.choice([1, 2, 3, 5, 5.5]))
            for i in range(rng.randint(2, 9))
        ]
        problem = Problem.of(tasks)
        assert is_small(problem)
        assert worth(list(solve_small(problem))) == brute_force(tasks, {}), seed
