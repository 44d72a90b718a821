"""What can go wrong in a use case.

SatselectError
└── SchedulingError
    ├── UnknownFleetError  no fleet has that slug
    ├── GoneError          what should change was deleted meanwhile
    ├── NoFleetError       an executor would have no fleet
    ├── UnknownUserError   no user has that name
    ├── UnknownKeyError    the user has no such key
    ├── BadNameError       a name is taken, or isn't one
    ├── BadPasswordError   a password is too easily guessed
    ├── ConflictError      it is not in a state in which that can be done
    ├── ChangedError       it is not as whoever wants to change it saw it
    ├── TooOftenError       that often is too often: try later
    ├── AskedTooMuchError   the user asks as many questions at once as one may
    ├── QuotaError         the user has as many tasks in the buffer as they may
    ├── KeyReusedError     the idempotency key belongs to another body
    ├── StaleError         the fleet moved on under a selection: select again
    ├── TooManyStreamsError  the caller has as many streams open as it may have
    └── BusyError          the fleet kept moving on for too long: try later
"""

from math import ceil

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


class NoFleetError(SchedulingError):
    """An executor would have no fleet."""

    def __init__(self, user: str) -> None:
        super().__init__(f"{user!r} needs a fleet: an executor runs the tasks of those that are named")


class GoneError(SchedulingError):
    """What should change was deleted meanwhile."""


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


class ChangedError(SchedulingError):
    """What should change is not, or no longer, as whoever wants to change it saw it."""


class TooOftenError(SchedulingError):
    """Somebody does something more often than they may.

    Attributes:
        wait_s: after how many seconds they may do it again.
    """

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many requests; the next one in {ceil(wait_s)} s")
        self.wait_s = wait_s


class AskedTooMuchError(SchedulingError):
    """The user asks as many questions at once as one may: try again when one is answered."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} questions of yours are being worked on; try again when one is answered")


class QuotaError(SchedulingError):
    """The tasks would be more than the user may have in the buffer.

    Attributes:
        limit: how many that is.
    """

    def __init__(self, limit: int, *, waiting: int, more: int) -> None:
        super().__init__(f"{waiting} of your tasks are buffered, and {more} more are over the limit of {limit}")
        self.limit = limit


class KeyReusedError(SchedulingError):
    """The idempotency key was used before, with another body.

    Attributes:
        key: the idempotency key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used before with another body")
        self.key = key


class TooManyStreamsError(SchedulingError):
    """The caller has as many streams open as it may have: try again when it has fewer."""


class StaleError(SchedulingError):
    """Something changed since the buffer was read."""


class BusyError(SchedulingError):
    """No iteration could be recorded in time. What was submitted is kept and is selected from next time."""
