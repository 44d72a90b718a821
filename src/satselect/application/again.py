"""Changes of a task that moved on since it was read, as by an iteration that plans it just then."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from satselect.application.errors import ConflictError
from satselect.store.models import Task

_MOST_TRIES = 5

_Others = ParamSpec("_Others")


class MovedError(ConflictError):
    """The task changed between reading and changing it."""

    def __init__(self) -> None:
        super().__init__("the task changed in the meantime")


def again_if_moved(
    change: Callable[Concatenate[Task, _Others], None],
) -> Callable[Concatenate[Task, _Others], None]:
    """The change, made of the task as it is by then: what can't be done to that is refused for what it is."""

    @wraps(change)
    def made(task: Task, /, *args: _Others.args, **named: _Others.kwargs) -> None:
        for _ in range(_MOST_TRIES - 1):
            try:
                return change(task, *args, **named)
            except MovedError:
                task.refresh_from_db()
        return change(task, *args, **named)  # the last time, who loses is told

    return made
