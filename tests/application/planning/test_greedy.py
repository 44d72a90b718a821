"""What greedy would earn of tasks that come and go is what it earns of those that are there."""

from random import Random

import pytest

from satselect import Task
from satselect.application.planning.buffer.greedy import Ranking
from satselect.engine.problem.problem import Problem, ResourceKey

CAPACITIES: dict[ResourceKey, int] = {"a": 3, "b": 2, "c": 1}


def by_hand(tasks: list[tuple[tuple[int, int], Task]]) -> float:
    """The most profitable first, of equal ones the oldest, as long as there is something left."""
    left, earned = dict(CAPACITIES), 0.0
    for _, task in sorted(tasks, key=lambda one: (-one[1].profit, one[0])):
        if all(left[name] >= amount for name, amount in task.resources.items()):
            earned += task.profit
            for name, amount in task.resources.items():
                left[name] -= amount
    return earned


@pytest.mark.parametrize("at_once", [1, 5, 150, 400])
def test_however_many_come_at_once(at_once: int) -> None:
    random, ranking, there, number = Random(at_once), Ranking(), list[tuple[tuple[int, int], Task]](), 0
    for _ in range(6):
        for _ in range(at_once):
            number += 1
            resources = {name: random.randint(1, 2) for name in random.sample("abc", random.randint(1, 2))}
            there.append(((number // 7, number % 7), Task(f"{number}", resources, profit=random.randint(1, 40))))
            ranking.add(there[-1][1], there[-1][0])
        random.shuffle(there)
        for _ in range(len(there) // 3):
            age, task = there.pop()
            ranking.remove(task, age)
        assert ranking.greedy_profit(Problem((), CAPACITIES)) == by_hand(there)


def test_of_more_names_than_bits_each_is_told_apart() -> None:
    # Names 0 and 60, 1 and 61 and so on share a bit; a task that uses one of them leaves the other to others.
    random, ranking, earned = Random(1), Ranking(), 0.0
    capacities: dict[ResourceKey, int] = {f"r{number}": 1 for number in range(150)}
    free = set(capacities)
    tasks = [
        Task(f"{number}", random.sample(sorted(map(str, capacities)), 3), profit=random.randint(1, 1000))
        for number in range(500)
    ]
    for number, task in enumerate(tasks):
        ranking.add(task, (0, number))
    for task in sorted(tasks, key=lambda one: -one.profit):
        if free.issuperset(task.resources):
            earned += task.profit
            free -= task.resources.keys()
    assert ranking.greedy_profit(Problem((), capacities)) == earned
