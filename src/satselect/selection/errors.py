"""What can go wrong in the engine.

SatselectError
├── InvalidProblemError (also a ValueError)
│   ├── InvalidTaskError      a task that can't be built: names the task and the field
│   └── InvalidCapacityError  a capacity that can't be built: names the resource
└── CertificateError          an answer that failed its check: never returned, always an alarm
"""


class SatselectError(Exception):
    """The base of every error that satselect raises on purpose."""


class InvalidProblemError(SatselectError, ValueError):
    """The input can't be a problem."""


class InvalidTaskError(InvalidProblemError):
    """A task is wrong in one of its fields.

    Attributes:
        task: the name of the task, as given.
        field: the wrong field: `name`, `resources` or `profit`.
    """

    def __init__(self, *, task: object, field: str, why: str) -> None:
        super().__init__(f"task {task!r}: {field}: {why}")
        self.task = task
        self.field = field


class InvalidCapacityError(InvalidProblemError):
    """A capacity is wrong.

    Attributes:
        resource: the name of the resource, as given.
    """

    def __init__(self, *, resource: object, why: str) -> None:
        super().__init__(f"capacity of {resource!r}: {why}")
        self.resource = resource


class CertificateError(SatselectError):
    """A solver's answer does not hold: it doesn't fit, earns something else, or beats its own bound."""
