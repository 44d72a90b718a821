"""What is wrong is said in one tree of errors, by the name of what is wrong; what comes out can be sent elsewhere."""

import copy
import math
import multiprocessing
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import pytest

from satselect import (
    Buffer,
    InvalidArgumentError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
    SatselectError,
    Task,
    UnknownTaskError,
    select,
)

Sent = TypeVar("Sent")
ONE = Task("one", ["disk"], profit=1)
MANY: list[Task] = [Task(f"task {i}", [f"r{i % 9}", f"r{i * 7 % 9}x"], profit=0.1 * i) for i in range(60)]


def sent(it: Sent) -> Sent:
    other: Sent = pickle.loads(pickle.dumps(it))  # noqa: S301 - our own
    return other


LIMITS: list[Any] = ["1", math.nan, -1, True, []]
WRONG: list[tuple[Callable[[], object], str]] = [
    *((partial(select, [ONE], time_limit=limit), "time_limit") for limit in LIMITS),
    (lambda: Buffer().select(time_limit="1"), "time_limit"),  # type: ignore[arg-type]
    (lambda: select([ONE]).explain(ONE, time_limit=math.nan), "time_limit"),
    (lambda: select([ONE], on_progress=3), "on_progress"),  # type: ignore[arg-type]
    (lambda: select(None), "tasks"),  # type: ignore[arg-type]
    (lambda: select(7, time_limit=1), "tasks"),  # type: ignore[arg-type]
    (lambda: select("tasks"), "tasks"),  # type: ignore[arg-type]
    (lambda: select([None]), "task"),  # type: ignore[list-item]
    (lambda: Buffer().add(None), "task"),  # type: ignore[arg-type]
    (lambda: Buffer().remove(ONE), "task"),
    (lambda: Buffer().remove([]), "task"),  # type: ignore[arg-type]
    (lambda: select([ONE]).explain(Task("other", ["disk"], profit=1)), "task"),
    (lambda: select([ONE]).explain([]), "task"),  # type: ignore[arg-type]
    (lambda: select([ONE], capacities=["disk"]), "capacities"),  # type: ignore[arg-type]
    (lambda: Buffer(["disk"]), "capacities"),  # type: ignore[arg-type]
    (lambda: Buffer(None, ["sat"]), "satellites"),  # type: ignore[arg-type]
    (lambda: select([ONE], satellites={"sat": None}), "sat"),  # type: ignore[dict-item]
    (lambda: select([ONE], satellites={3: {"disk": 1}}), "satellites"),  # type: ignore[dict-item]
    (lambda: select([ONE], capacities={3: 1}), "3"),  # type: ignore[dict-item]
    *(
        (lambda units=units: select([ONE], capacities={"disk": units}), "disk")
        for units in (True, 1.5, -1, 10**13, None)
    ),
    *(
        (lambda amount=amount: Task("t", {"disk": amount}, profit=1), "resources")
        for amount in (True, 1.5, 0, 10**13, None)
    ),
    *(
        (lambda profit=profit: Task("t", ["disk"], profit=profit), "profit")
        for profit in (1e306, 1.7e308, math.inf, math.nan, -1, "1", None, True, 10**400)
    ),
    (lambda: Task(3, ["disk"], profit=1), "name"),  # type: ignore[arg-type]
    (lambda: Task("t", None, profit=1), "resources"),  # type: ignore[arg-type]
    (lambda: Task("t", ["disk"], profit=1, satellites=[3]), "satellites"),  # type: ignore[list-item]
    (lambda: Task("t", ["disk"], profit=1, satellites=3), "satellites"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_what_is_wrong_is_named_by_an_error_of_the_tree(case: int) -> None:
    call, name = WRONG[case]
    with pytest.raises(SatselectError) as raised:
        call()
    assert name in str(raised.value)


# What has no types takes what is wrong.
made: Any = Task
chosen: Any = select
kept: Any = Buffer
REFUSED: list[tuple[Callable[[], object], object]] = [
    *((partial(made, "t", ["disk"], profit=value), value) for value in (-1, "1", None, True, 1e306, 10**400)),
    *((partial(made, "t", {"disk": value}, profit=1), value) for value in (True, 1.5, 0, 10**13, None)),
    (partial(made, "t", ["disk", "cam", "disk"], profit=1), "disk"),
    (partial(made, "t", [3], profit=1), 3),
    (partial(made, "t", "disk", profit=1), "disk"),
    (partial(made, " ", ["disk"], profit=1), " "),
    (partial(made, "t", ["disk"], profit=1, satellites=[3]), 3),
    (partial(made, "t", ["disk"], profit=1, satellites="sat"), "sat"),
    (lambda: select([Task("t", ["disk"], profit=1, satellites=["x"])], satellites={"y": {"disk": 1}}), "x"),
    *((partial(chosen, [ONE], capacities={"disk": value}), value) for value in (True, 1.5, -1, 10**13, None)),
    *((partial(chosen, [ONE], satellites={"sat": {"disk": value}}), value) for value in (1.5, -1)),
    (partial(chosen, [ONE], capacities={" ": 1}), " "),
    (partial(chosen, [ONE, 7]), 7),
    (partial(kept, {"disk": -1}), -1),
    (partial(kept().add, 7), 7),
    (partial(chosen, 7), 7),
    *((partial(chosen, [ONE], time_limit=value), value) for value in LIMITS[:1] + LIMITS[2:]),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_was_refused_is_told_and_kept(case: int) -> None:
    call, value = REFUSED[case]
    with pytest.raises(InvalidProblemError) as raised:
        call()
    assert raised.value.value == value  # type: ignore[attr-defined]
    assert repr(value)[:50] in str(raised.value)


def test_a_value_that_cannot_be_written_is_told_by_its_type() -> None:
    with pytest.raises(InvalidTaskError, match="profit: must be finite and >= 0, not what is of the type int"):
        Task("t", ["disk"], profit=10**5000)


def test_a_long_value_is_cut() -> None:
    with pytest.raises(InvalidTaskError) as raised:
        made("t" * 10_000, ["disk"], profit="9" * 10_000)
    assert len(str(raised.value)) < 200


def test_the_largest_profits_add_up() -> None:
    tasks = [Task(str(i), [f"r{i}"], profit=1e300) for i in range(100)]
    assert (select(tasks).profit, select(tasks).bound) == (1e302, 1e302)


@pytest.mark.parametrize("tasks", [MANY, [*MANY[:3], *MANY[9:12]]])
@pytest.mark.parametrize("way", ["select", "buffer"])
@pytest.mark.parametrize("passed", [sent, copy.copy, copy.deepcopy])
def test_a_selection_is_the_same_elsewhere(tasks: list[Task], way: str, passed: Callable[[Any], Any]) -> None:
    buffer = Buffer()
    for task in tasks:
        buffer.add(task)
    selection = select(tasks) if way == "select" else buffer.select()
    other = passed(selection)
    assert [task.name for task in other.tasks] == [task.name for task in selection.tasks]
    assert (other.profit, other.bound, other.gap, other.proof) == (
        selection.profit,
        selection.bound,
        selection.gap,
        selection.proof,
    )
    assert other.prices == selection.prices
    lost, theirs = selection.buffered[0], other.buffered[0]
    ours, answer = selection.explain(lost), passed(other.explain(theirs))
    assert (ours.break_even, ours.price) == (answer.break_even, answer.price)


def test_a_selection_comes_back_from_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(select, (MANY,)).profit == select(MANY).profit


def test_a_copied_task_is_itself() -> None:
    assert copy.copy(ONE) is copy.deepcopy(ONE) is ONE


@pytest.mark.parametrize(
    "error",
    [
        InvalidTaskError(task="t", field="profit", why="is wrong"),
        InvalidCapacityError(resource="disk", why="is wrong"),
        InvalidArgumentError(field="time_limit", value="1", why="is wrong"),
        UnknownTaskError(ONE.name),
    ],
)
def test_errors_can_be_sent(error: SatselectError) -> None:
    other = sent(error)
    assert (type(other), str(other), other.__dict__) == (type(error), str(error), error.__dict__)
