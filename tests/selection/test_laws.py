"""What holds for every problem."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.selection.problems import capacities, tasks
from tests.selection.referees import brute_force, fits, worth

from satselect import Selection, Task, select

Capacities = dict[str, int]


@given(tasks(), capacities())
def test_a_selection_fits(some: list[Task], given_capacities: Capacities) -> None:
    assert fits(select(some, capacities=given_capacities).tasks, given_capacities)


@given(tasks(), capacities())
def test_selected_and_buffered_are_the_given_tasks_in_order(some: list[Task], given_capacities: Capacities) -> None:
    selection = select(some, capacities=given_capacities)
    assert sorted([*selection.tasks, *selection.buffered], key=some.index) == some
    assert list(selection.tasks) == [task for task in some if task in selection.tasks]


@given(tasks(), capacities())
def test_profit_is_the_sum_and_at_most_the_bound(some: list[Task], given_capacities: Capacities) -> None:
    selection = select(some, capacities=given_capacities)
    assert selection.profit == float(worth(selection.tasks))
    assert selection.bound is not None
    assert selection.profit <= selection.bound


@given(tasks(), capacities())
def test_the_bound_is_at_least_the_optimum(some: list[Task], given_capacities: Capacities) -> None:
    selection = select(some, capacities=given_capacities)
    assert selection.bound is not None
    assert Fraction(selection.bound) >= brute_force(some, given_capacities) or selection.status == "optimal"


@given(tasks(), capacities())
def test_optimal_is_only_said_of_the_optimum(some: list[Task], given_capacities: Capacities) -> None:
    selection = select(some, capacities=given_capacities)
    if selection.status == "optimal":
        assert worth(selection.tasks) == brute_force(some, given_capacities)
        assert selection.gap == 0


@given(tasks(), capacities())
def test_nothing_more_fits(some: list[Task], given_capacities: Capacities) -> None:
    selection = select(some, capacities=given_capacities)
    assert not any(fits([*selection.tasks, task], given_capacities) for task in selection.buffered)


@given(tasks(), tasks(1), capacities())
def test_one_more_task_never_lowers_the_optimum(some: list[Task], more: list[Task], room: Capacities) -> None:
    assert _optimum(select([*some, *more], capacities=room)) >= _optimum(select(some, capacities=room))


@given(tasks(), capacities(), st.sampled_from(["r0", "r1", "r2"]))
def test_one_more_unit_never_lowers_the_optimum(some: list[Task], room: Capacities, name: str) -> None:
    wider = room | {name: room.get(name, 1) + 1}
    assert _optimum(select(some, capacities=wider)) >= _optimum(select(some, capacities=room))


@given(tasks(), capacities())
def test_order_and_names_change_no_optimum(some: list[Task], room: Capacities) -> None:
    renamed = [
        Task("other", {f"new {name}": amount for name, amount in task.resources.items()}, profit=task.profit)
        for task in reversed(some)
    ]
    wider = {f"new {name}": amount for name, amount in room.items()}
    assert _optimum(select(renamed, capacities=wider)) == _optimum(select(some, capacities=room))


@given(tasks(), capacities())
def test_the_same_problem_has_the_same_selection(some: list[Task], room: Capacities) -> None:
    assert select(some, capacities=room).tasks == select(some, capacities=room).tasks


def _optimum(selection: Selection) -> Fraction:
    return worth(selection.tasks)
