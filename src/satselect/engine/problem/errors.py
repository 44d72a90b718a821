"""What can go wrong in the engine.

SatselectError
├── InvalidProblemError (also a ValueError)
│   ├── InvalidTaskError      a task that can't be built: names the task and the field
│   ├── InvalidCapacityError  a capacity that can't be built: names the resource
│   └── InvalidArgumentError  something else that was given: names the argument and its value
├── UnknownTaskError (also a KeyError)  a task that isn't there
└── CertificateError          an answer that failed its check: never returned, always an alarm
"""

from collections.abc import Callable

_MOST_CHARACTERS = 60  # of a value in a message
_NAMED = object()
"""Instead of a value: what is refused is named already."""


class SatselectError(Exception):
    """The base of every error that satselect raises on purpose."""


class InvalidProblemError(SatselectError, ValueError):
    """The input can't be a problem."""


class InvalidTaskError(InvalidProblemError):
    """A task is wrong in one of its fields.

    Attributes:
        task: the name of the task, as given.
        field: the wrong field: `name`, `resources`, `profit` or `satellites`; `task` for the whole.
        value: what was refused: the value of the field, or the part of it that is wrong.
    """

    def __init__(self, *, task: object, field: str, why: str, value: object = _NAMED) -> None:
        super().__init__(f"task {_told(task)}: {field}: {why}{_but(value)}")
        self.task = task
        self.field = field
        self.value = task if value is _NAMED else value

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...], dict[str, object]]:
        return _unpickled, (type(self), self.args), self.__dict__


class InvalidCapacityError(InvalidProblemError):
    """A capacity is wrong.

    Attributes:
        resource: the name of the resource, as given.
        value: what was refused: the capacity, or the name.
    """

    def __init__(self, *, resource: object, why: str, value: object = _NAMED) -> None:
        super().__init__(f"capacity of {_told(resource)}: {why}{_but(value)}")
        self.resource = resource
        self.value = resource if value is _NAMED else value

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...], dict[str, object]]:
        return _unpickled, (type(self), self.args), self.__dict__


class InvalidArgumentError(InvalidProblemError):
    """What was given is not of the kind that is asked for.

    Attributes:
        field: the name of the argument.
        value: what was given.
    """

    def __init__(self, *, field: str, value: object, why: str) -> None:
        super().__init__(f"{field}: {why}{_but(value)}")
        self.field = field
        self.value = value

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...], dict[str, object]]:
        return _unpickled, (type(self), self.args), self.__dict__


class UnknownTaskError(SatselectError, KeyError):
    """The task is not among those that were given.

    Attributes:
        task: what was asked for.
    """

    def __init__(self, task: object) -> None:
        super().__init__(f"{_told(task)} is not among the tasks")
        self.task = task

    def __str__(self) -> str:
        return str(self.args[0])  # not quoted, as a KeyError's is

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...], dict[str, object]]:
        return _unpickled, (type(self), self.args), self.__dict__


class CertificateError(SatselectError):
    """A solver's answer does not hold: it doesn't fit, earns something else, or beats its own bound."""


def _but(value: object) -> str:
    return "" if value is _NAMED else f", not {_told(value)}"


def _told(value: object) -> str:
    try:
        words = repr(value)
    except Exception:  # what cannot be written, as a number of too many digits, is still what is wrong
        words = f"what is of the type {type(value).__name__}"
    return words if len(words) <= _MOST_CHARACTERS else f"{words[: _MOST_CHARACTERS - 3]}..."


def _unpickled(kind: type[SatselectError], args: tuple[object, ...]) -> SatselectError:
    """An error without calling its constructor, which takes names: what it knows is set afterwards."""
    return kind.__new__(kind, *args)
