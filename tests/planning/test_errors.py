"""What can't be is refused, with the field and its value."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from satselect import (
    Assignment,
    InvalidArgumentError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
    Opportunity,
    Pass,
    Resource,
    Slew,
    Task,
    TimedTask,
    plan,
    select,
)
from tests.planning.worlds import at

SPOT = Opportunity("sat", at(0), at(60), details={"off_nadir": 3.0})
OWNED: dict[str, Any] = {"sat": {"camera": 1, "disk": Resource(4, kind="reservoir")}}
NAIVE = datetime(2026, 12, 1)  # noqa: DTZ001


def _task(name: str = "t", **given: Any) -> TimedTask:  # noqa: ANN401
    known: dict[str, Any] = {"profit": 1, "opportunities": [SPOT]} | given
    return TimedTask(name, ["camera"], **known)


def _fixed(task: Task, start: float, end: float, satellite: str = "sat") -> Assignment:
    return Assignment(task, satellite, at(start), at(end))


def _cyclic(_: object, one: Opportunity, __: object, other: Opportunity) -> float:
    """A transition that takes long only from the first to the last."""
    return 100.0 if (one.details["n"], other.details["n"]) == (0, 2) else 1.0


def _three() -> list[TimedTask]:
    return [
        _task(f"t{n}", opportunities=[Opportunity("sat", at(10 * n), at(10 * n + 5), details={"n": n})])
        for n in range(3)
    ]


CASES: list[tuple[Callable[[], object], type[InvalidProblemError], str]] = [
    (lambda: Opportunity("sat", at(5), at(4)), InvalidArgumentError, "opportunity end"),
    (lambda: Opportunity("sat", NAIVE, at(4)), InvalidArgumentError, "opportunity start"),
    (lambda: Opportunity(" ", at(3), at(4)), InvalidArgumentError, "opportunity satellite"),
    (lambda: Opportunity("sat", at(3), at(4), -1), InvalidArgumentError, "opportunity profit"),
    (lambda: Pass("sat", at(3), at(3)), InvalidArgumentError, "pass end"),
    (lambda: Pass("sat", at(3), at(4), "x", {"disk": -1}), InvalidArgumentError, "pass drains 'disk'"),
    (lambda: Resource(1, kind="tank"), InvalidArgumentError, "kind"),  # type: ignore[arg-type]
    (lambda: Resource(1, turnaround=-1), InvalidArgumentError, "turnaround"),
    (lambda: Resource(1, kind="budget", turnaround=1), InvalidArgumentError, "turnaround"),
    (lambda: Resource(2, kind="reservoir", level=3), InvalidArgumentError, "level"),
    (lambda: Resource(-1), InvalidCapacityError, "units"),
    (lambda: Slew(0), InvalidArgumentError, "rate"),
    (lambda: _task(duration=61), InvalidTaskError, "duration"),
    (lambda: _task(duration=-1), InvalidTaskError, "duration"),
    (lambda: _task(window=(at(5), at(4))), InvalidTaskError, "window"),
    (lambda: _task(window=(NAIVE, at(4))), InvalidTaskError, "window"),
    (lambda: _task(deliver_by=NAIVE), InvalidTaskError, "deliver_by"),
    (lambda: _task(opportunities=[3]), InvalidTaskError, "opportunities"),
    (lambda: _task(opportunities="sat"), InvalidTaskError, "opportunities"),
    (lambda: plan([_task()], satellites={"other": {"camera": 1}}), InvalidTaskError, "opportunities"),
    (lambda: plan([_task()] * 2), InvalidTaskError, "twice"),
    (lambda: plan([Task("u", ["camera"], profit=1)]), InvalidArgumentError, "horizon"),
    (lambda: plan([_task()], horizon=(at(5), at(4))), InvalidArgumentError, "horizon"),
    (lambda: plan([_task()], horizon=(NAIVE, at(4))), InvalidArgumentError, "horizon start"),
    (lambda: plan([_task()], stay=2), InvalidArgumentError, "stay"),
    (lambda: plan([_task()], step=timedelta(seconds=-1)), InvalidArgumentError, "step"),
    (lambda: plan([_task()], satellites=OWNED, capacities={"camera": 1}), InvalidCapacityError, "camera"),
    (lambda: plan([_task()], satellites=OWNED, passes=[SPOT]), InvalidArgumentError, "passes"),  # type: ignore[list-item]
    (
        lambda: plan([_task()], satellites=OWNED, passes=[Pass("x", at(1), at(2))]),
        InvalidArgumentError,
        "pass satellite",
    ),
    (
        lambda: plan([_task()], satellites=OWNED, passes=[Pass("sat", at(1), at(2), "x", {"camera": 1})]),
        InvalidArgumentError,
        "pass drains",
    ),
    (
        lambda: plan(
            [TimedTask("t", ["disk"], profit=1, opportunities=[SPOT])],
            satellites=OWNED,
            passes=[Pass("sat", at(1), at(3), "x", {"disk": 1}), Pass("sat", at(4), at(5), None, {"disk": 1})],
        ),
        InvalidArgumentError,
        "pass station",
    ),
    (
        lambda: plan([_task()], satellites=OWNED, fixed=[_fixed(_task(), 0, 5, "x")]),
        InvalidArgumentError,
        "fixed satellite",
    ),
    (lambda: plan([_task()], satellites=OWNED, fixed=[_fixed(_task(), 6, 5)]), InvalidArgumentError, "fixed end"),
    (
        lambda: plan([_task()], satellites=OWNED, fixed=[_fixed(_task("a"), 0, 5), _fixed(_task("b"), 4, 9)]),
        InvalidArgumentError,
        "fixed",
    ),
    (
        lambda: plan([task := _task()], satellites=OWNED, fixed=[_fixed(task, 0, 5), _fixed(task, 7, 9)]),
        InvalidArgumentError,
        "fixed",
    ),
    (lambda: plan(_three(), satellites=OWNED, transition={"camera": _cyclic}), InvalidArgumentError, "triangle"),
    (
        lambda: plan(_three(), satellites=OWNED, transition={"camera": _cyclic}, time_limit=0),
        InvalidArgumentError,
        "triangle",
    ),
    (lambda: plan(_three(), satellites=OWNED, transition={"camera": Slew(1)}), InvalidArgumentError, "off_nadir"),
    (
        lambda: plan(_three(), satellites=OWNED, transition={"camera": lambda *_: -1}),
        InvalidArgumentError,
        "transition",
    ),
    (lambda: plan(_three(), satellites=OWNED, transition={"camera": 3}), InvalidArgumentError, "transition"),  # type: ignore[dict-item]
    (lambda: plan(_three(), satellites=OWNED, transition={"wings": Slew(1)}), InvalidArgumentError, "transition"),
    (lambda: plan(_three(), satellites=OWNED, transition={"disk": Slew(1)}), InvalidArgumentError, "transition"),
]


@pytest.mark.parametrize(("make", "error", "field"), CASES, ids=range(len(CASES)))
def test_what_cannot_be_is_refused(make: Callable[[], object], error: type[InvalidProblemError], field: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert type(caught.value) is error
    assert field in str(caught.value)


def test_a_task_in_time_is_not_selected_as_if_it_had_none() -> None:
    with pytest.raises(InvalidTaskError, match="opportunities"):
        select([_task()])
