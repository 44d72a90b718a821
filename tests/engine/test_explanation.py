"""Why a task lost."""

from random import Random
from time import process_time

import pytest
from hypothesis import given

from satselect import Task, select
from tests.engine.problems import Given, problems
from tests.engine.referees import brute_force

CAPTURE = Task("capture", ["camera", "disk"], profit=9.2)
CLEAN = Task("clean", ["disk"], profit=0.4)
UPGRADE = Task("upgrade", ["proc"], profit=2.9)


def test_displaced_by_names_who_holds_each_resource() -> None:
    explanation = select([CAPTURE, CLEAN, UPGRADE]).explain(CLEAN)
    assert explanation.displaced_by == {"disk": [CAPTURE]}
    assert not explanation.is_selected


def test_what_is_selected_is_displaced_by_nobody() -> None:
    explanation = select([CAPTURE, CLEAN, UPGRADE]).explain(CAPTURE)
    assert explanation.is_selected
    assert explanation.displaced_by == {}
    assert explanation.break_even == 0.4


def test_a_task_that_can_not_fit_has_no_break_even() -> None:
    huge = Task("huge", {"disk": 3}, profit=100)
    explanation = select([CLEAN, huge], capacities={"disk": 2}).explain(huge)
    assert explanation.break_even is None
    assert explanation.displaced_by == {"disk": []}


def test_who_was_not_there_can_not_be_explained() -> None:
    with pytest.raises(KeyError):
        select([CAPTURE]).explain(CLEAN)


def test_what_is_not_proven_in_time_is_unknown_and_not_impossible() -> None:
    rng = Random(1)
    names = [f"r{i}" for i in range(12)]
    tasks = [Task(f"t{i}", rng.sample(names, 3), profit=rng.randint(100, 999)) for i in range(60)]
    selection = select(tasks)
    for task in (selection.tasks[0], selection.buffered[0]):
        assert selection.explain(task).break_even is not None
        explanation = selection.explain(task, time_limit=0)
        assert (explanation.break_even, explanation.fits) == (None, True)


def test_explaining_takes_no_longer_than_selecting_was_given() -> None:
    rng = Random(1)
    names = [f"r{i}" for i in range(40)]
    tasks = [
        Task(f"t{i}", {name: rng.randint(1, 7) for name in rng.sample(names, 3)}, profit=rng.randint(50, 99))
        for i in range(600)
    ]
    selection = select(tasks, capacities=dict.fromkeys(names, 7), time_limit=0.5)
    begun = process_time()
    assert selection.explain(selection.tasks[0]).break_even is None
    assert selection.explain(selection.buffered[0]).break_even is None
    assert process_time() - begun < 5


@given(problems(most_tasks=6))
def test_at_its_break_even_profit_a_task_is_worth_holding(some: Given) -> None:
    selection = some.select()
    for task in some.tasks:
        break_even = selection.explain(task).break_even
        if break_even is None:
            continue
        for profit in (break_even, break_even * 1.001):
            priced = Task("priced", task.resources, profit=profit, satellites=task.satellites)
            others = [other for other in some.tasks if other is not task]
            best = float(brute_force([*others, priced], some.capacities, some.satellites))
            without = float(brute_force(others, some.capacities, some.satellites))
            assert best == pytest.approx(without + profit - break_even, rel=1e-9)


@given(problems(most_tasks=6))
def test_below_its_break_even_profit_a_task_changes_nothing(some: Given) -> None:
    selection = some.select()
    for task in some.tasks:
        if break_even := selection.explain(task).break_even:
            priced = Task("priced", task.resources, profit=break_even * 0.999, satellites=task.satellites)
            others = [other for other in some.tasks if other is not task]
            with_it = brute_force([*others, priced], some.capacities, some.satellites)
            assert with_it == brute_force(others, some.capacities, some.satellites)
