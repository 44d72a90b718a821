"""What holds for every problem."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satselect import Selection, Task, select
from satselect.engine import select as front_door
from satselect.engine.solve.dynamic_program import is_small as usual
from tests.engine.problems import Given, problems
from tests.engine.referees import Assigned, brute_force, fits, prices_prove, worth


# What takes time is to draw problems. So each is asked about all laws, and a fault's words name the law.
@settings(max_examples=200)
@given(problems(), st.integers(0, 100), st.sampled_from(["r0", "r1"]))
def test_every_law_holds_for_every_problem_either_way(some: Given, which: int, name: str) -> None:
    best = brute_force(some.tasks, some.capacities, some.satellites)
    for is_small in (usual, lambda problem: False):  # small problems don't come to compiled code else
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(front_door, "is_small", is_small)
            selection = some.select()
            it_fits(some, selection)
            selected_and_buffered_are_the_given_tasks_in_order(some, selection)
            profit_is_the_sum_and_at_most_the_bound(selection)
            a_small_problem_is_solved_to_proven_optimality(selection, best)
            nothing_more_fits(some, selection)
            prices_prove_a_bound(some, selection, best)
            the_same_problem_has_the_same_selection(some, selection)
            one_more_task_never_lowers_the_optimum(some, selection, which)
            one_more_unit_never_lowers_the_optimum(some, selection, name)
            order_and_names_change_no_optimum(some, selection)


def it_fits(some: Given, selection: Selection) -> None:
    assert fits(assigned(selection), some.capacities, some.satellites)


def selected_and_buffered_are_the_given_tasks_in_order(some: Given, selection: Selection) -> None:
    chosen = set(selection.tasks)
    assert list(selection.tasks) == [task for task in some.tasks if task in chosen]
    assert list(selection.buffered) == [task for task in some.tasks if task not in chosen]


def profit_is_the_sum_and_at_most_the_bound(selection: Selection) -> None:
    assert selection.profit == float(worth(selection.tasks))
    assert selection.bound is not None
    assert selection.profit <= selection.bound


def a_small_problem_is_solved_to_proven_optimality(selection: Selection, best: Fraction) -> None:
    assert optimum(selection) == best
    assert selection.status == "optimal"
    assert selection.gap == 0


def nothing_more_fits(some: Given, selection: Selection) -> None:
    for task in selection.buffered:
        for satellite in task.satellites or some.satellites or [None]:
            assert not fits([*assigned(selection), (task, satellite)], some.capacities, some.satellites)


def prices_prove_a_bound(some: Given, selection: Selection, best: Fraction) -> None:
    assert prices_prove(some, selection.prices) * (1 + 1e-9) >= float(best)


def the_same_problem_has_the_same_selection(some: Given, selection: Selection) -> None:
    assert assigned(some.select()) == assigned(selection)


def one_more_task_never_lowers_the_optimum(some: Given, selection: Selection, which: int) -> None:
    without = [task for i, task in enumerate(some.tasks) if i != which % max(len(some.tasks), 1)]
    fewer = Given(without, some.capacities, some.satellites)
    assert optimum(fewer.select()) <= optimum(selection)


def one_more_unit_never_lowers_the_optimum(some: Given, selection: Selection, name: str) -> None:
    more = Given(some.tasks, some.capacities | {name: some.capacities.get(name, 1) + 1}, some.satellites)
    assert optimum(selection) <= optimum(more.select())


def order_and_names_change_no_optimum(some: Given, selection: Selection) -> None:
    renamed = Given(
        [
            Task("other", renamed_keys(task.resources), profit=task.profit, satellites=task.satellites)
            for task in reversed(some.tasks)
        ],
        renamed_keys(some.capacities),
        some.satellites and {name: renamed_keys(owned) for name, owned in some.satellites.items()},
    )
    assert optimum(renamed.select()) == optimum(selection)


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
