"""What holds for every problem."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect import Selection, Task, select
from satselect.engine import select as front_door
from satselect.engine.problem.problem import Problem
from tests.engine.problems import Given, problems
from tests.engine.referees import Assigned, brute_force, fits, worth


@pytest.fixture(params=["small and large", "large only"], autouse=True)
def _path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every law holds on the compiled path too, which small problems don't take on their own."""
    if request.param == "large only":
        monkeypatch.setattr(front_door, "is_small", lambda problem: False)


@given(problems())
def test_a_selection_fits(some: Given) -> None:
    assert fits(assigned(some.select()), some.capacities, some.satellites)


@given(problems())
def test_selected_and_buffered_are_the_given_tasks_in_order(some: Given) -> None:
    selection = some.select()
    chosen = set(selection.tasks)
    assert list(selection.tasks) == [task for task in some.tasks if task in chosen]
    assert list(selection.buffered) == [task for task in some.tasks if task not in chosen]


@given(problems())
def test_profit_is_the_sum_and_at_most_the_bound(some: Given) -> None:
    selection = some.select()
    assert selection.profit == float(worth(selection.tasks))
    assert selection.bound is not None
    assert selection.profit <= selection.bound


@given(problems())
def test_a_small_problem_is_solved_to_proven_optimality(some: Given) -> None:
    selection = some.select()
    assert worth(selection.tasks) == brute_force(some.tasks, some.capacities, some.satellites)
    assert selection.status == "optimal"
    assert selection.gap == 0


@given(problems())
def test_nothing_more_fits(some: Given) -> None:
    selection = some.select()
    for task in selection.buffered:
        for satellite in task.satellites or some.satellites or [None]:
            assert not fits([*assigned(selection), (task, satellite)], some.capacities, some.satellites)


@given(problems(), st.integers(0, 100))
def test_one_more_task_never_lowers_the_optimum(some: Given, which: int) -> None:
    without = [task for i, task in enumerate(some.tasks) if i != which % max(len(some.tasks), 1)]
    fewer = Given(without, some.capacities, some.satellites)
    assert optimum(fewer.select()) <= optimum(some.select())


@given(problems(), st.sampled_from(["r0", "r1"]))
def test_one_more_unit_never_lowers_the_optimum(some: Given, name: str) -> None:
    more = Given(some.tasks, some.capacities | {name: some.capacities.get(name, 1) + 1}, some.satellites)
    assert optimum(some.select()) <= optimum(more.select())


@given(problems())
def test_order_and_names_change_no_optimum(some: Given) -> None:
    renamed = Given(
        [
            Task("other", renamed_keys(task.resources), profit=task.profit, satellites=task.satellites)
            for task in reversed(some.tasks)
        ],
        renamed_keys(some.capacities),
        some.satellites and {name: renamed_keys(owned) for name, owned in some.satellites.items()},
    )
    assert optimum(renamed.select()) == optimum(some.select())


@given(problems())
def test_the_same_problem_has_the_same_selection(some: Given) -> None:
    assert assigned(some.select()) == assigned(some.select())


@given(problems())
def test_prices_prove_a_bound(some: Given) -> None:
    prices = some.select().prices
    problem = Problem.of(some.tasks, some.capacities, some.satellites)
    held = sum(price * problem.capacities[key] for key, price in prices.items())
    left = sum(
        max(
            0.0,
            *(
                task.profit - sum(prices[key] * amount for key, amount in uses.items())
                for _, uses in problem.alternatives(task)
                if all(amount <= problem.capacities[key] for key, amount in uses.items())
            ),
            0.0,
        )
        for task in some.tasks
    )
    assert (held + left) * (1 + 1e-9) >= float(brute_force(some.tasks, some.capacities, some.satellites))


def test_of_equal_tasks_the_oldest_are_selected() -> None:
    equals = [Task(f"task {i}", ["disk"], profit=1) for i in range(5)]
    assert list(select(equals, capacities={"disk": 2}).tasks) == equals[:2]


def assigned(selection: Selection) -> Assigned:
    return [(task, selection.assignments.get(task)) for task in selection.tasks]


def optimum(selection: Selection) -> Fraction:
    return worth(selection.tasks)


def renamed_keys(amounts: object) -> dict[str, int]:
    assert hasattr(amounts, "items")
    return {f"new {name}": units for name, units in amounts.items()}
