"""What can go wrong in a use case.

SatselectError
└── SchedulingError
    ├── UnknownFleetError  no fleet has that slug
    ├── UnknownUserError   no user has that name
    ├── UnknownKeyError    the user has no such key
    ├── BadNameError       a name is taken, or isn't one
    ├── BadPasswordError   a password is too easily guessed
    ├── ConflictError      it is not in a state in which that can be done
    ├── KeyReusedError     the idempotency key belongs to another body
    ├── StaleError         the fleet moved on under a selection: select again
    └── BusyError          the fleet kept moving on for too long: try later
"""

from satselect.selection.errors import SatselectError


class SchedulingError(SatselectError):
    """A use case was refused, and nothing was changed."""


class UnknownFleetError(SchedulingError):
    """No fleet has that slug.

    Attributes:
        fleet: the slug.
    """

    def __init__(self, fleet: str) -> None:
        super().__init__(f"there is no fleet {fleet!r}")
        self.fleet = fleet


class UnknownUserError(SchedulingError):
    """No user has that name."""

    def __init__(self, user: str) -> None:
        super().__init__(f"there is no user {user!r}")


class UnknownKeyError(SchedulingError):
    """The user has no such key."""

    def __init__(self, visible: str) -> None:
        super().__init__(f"there is no key {visible!r}")


class BadNameError(SchedulingError):
    """A name is taken, or isn't one."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the name {name!r} {why}")


class BadPasswordError(SchedulingError):
    """A password is too easily guessed."""


class ConflictError(SchedulingError):
    """The task, or what else it is about, is not in a state in which that can be done."""


class KeyReusedError(SchedulingError):
    """The idempotency key was used before, with another body.

    Attributes:
        key: the idempotency key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used before with another body")
        self.key = key


class StaleError(SchedulingError):
    """Something changed since the buffer was read."""


class BusyError(SchedulingError):
    """No iteration could be recorded in time. What was submitted is kept and is selected from next time."""
