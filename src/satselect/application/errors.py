"""What can go wrong in a use case.

SatselectError
└── RefusedError
    ├── MissingError       there is no such thing, or it belongs to somebody else
    │   ├── UnknownFleetError  no fleet has that slug
    │   ├── UnknownUserError   no user has that name
    │   └── UnknownKeyError    the user has no such key
    ├── GoneError          what should change was deleted meanwhile
    ├── NoFleetError       an executor would have no fleet
    ├── BadNameError       a name is taken, or isn't one
    ├── BadPasswordError   a password is too easily guessed
    ├── ConflictError      it is not in a state in which that can be done
    ├── ChangedError       it is not any more as the caller saw it
    ├── TooOftenError       that often is too often: try later
    ├── AskedTooMuchError   the user asks as many questions at once as one may
    ├── QuotaError         the user has as many tasks in the buffer as they may
    ├── KeyReusedError     the idempotency key belongs to another body
    ├── StaleError         the fleet moved on under a selection: select again
    ├── TooManySearchesError  the user has as many searches under way as one may
    ├── NoOrbitsError      what works out orbits is not installed
    ├── TooManyStreamsError  the caller has as many streams open as it may have
    └── BusyError          the fleet kept moving on for too long: try later
"""

from math import ceil

from satselect.engine.problem.errors import SatselectError

_MOST_CHARACTERS = 200
"""Of a name that is told."""


class RefusedError(SatselectError):
    """A use case was refused, and nothing was changed."""


class MissingError(RefusedError):
    """There is no such thing, or it belongs to somebody else: which of the two is not told.

    Attributes:
        what: such as "task".
        name: by which it was looked for.
    """

    def __init__(self, what: str, name: object) -> None:
        text = str(name)
        cut = text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}..."
        super().__init__(f"there is no {what} {cut!r}")
        self.what = what
        self.name = text


class UnknownFleetError(MissingError):
    """No fleet has that slug.

    Attributes:
        fleet: the slug.
    """

    def __init__(self, fleet: str) -> None:
        super().__init__("fleet", fleet)
        self.fleet = fleet


class NoFleetError(RefusedError):
    """An executor would have no fleet."""

    def __init__(self, user: str) -> None:
        super().__init__(f"{user!r} needs a fleet: an executor runs the tasks of those that are named")


class GoneError(RefusedError):
    """What should change was deleted meanwhile."""


class UnknownUserError(MissingError):
    """No user has that name."""

    def __init__(self, user: str) -> None:
        super().__init__("user", user)


class UnknownKeyError(MissingError):
    """The user has no such key."""

    def __init__(self, visible: str) -> None:
        super().__init__("key", visible)


class BadNameError(RefusedError):
    """A name is taken, or isn't one."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the name {name!r} {why}")


class BadPasswordError(RefusedError):
    """A password is too easily guessed."""


class ConflictError(RefusedError):
    """The task, or what else it is about, is not in a state in which that can be done."""


class ChangedError(RefusedError):
    """What should change is not, or no longer, as the caller saw it."""


class TooOftenError(RefusedError):
    """Somebody does something more often than they may.

    Attributes:
        wait_s: after how many seconds they may do it again.
    """

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many requests; the next one in {ceil(wait_s)} s")
        self.wait_s = wait_s


class AskedTooMuchError(RefusedError):
    """The user asks as many questions at once as one may: try again when one is answered."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} questions of yours are being worked on; try again when one is answered")


class TooManySearchesError(RefusedError):
    """The user has as many searches under way as one may: try again when one is over."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} searches of yours are under way; try again when one is over")


class QuotaError(RefusedError):
    """The tasks would be more than the user may have in the buffer.

    Attributes:
        limit: how many that is.
    """

    def __init__(self, limit: int, *, waiting: int, more: int) -> None:
        super().__init__(f"{waiting} of your tasks are buffered, and {more} more are over the limit of {limit}")
        self.limit = limit


class KeyReusedError(RefusedError):
    """The idempotency key was used before, with another body.

    Attributes:
        key: the idempotency key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used before with another body")
        self.key = key


class TooManyStreamsError(RefusedError):
    """The caller has as many streams open as it may have: try again when it has fewer."""


class NoOrbitsError(RefusedError):
    """What works out orbits is not installed."""

    def __init__(self) -> None:
        super().__init__("this service can't work with orbits: satselect is installed without the extra 'orbits'")


class StaleError(RefusedError):
    """Something changed since the buffer was read."""


class BusyError(RefusedError):
    """No iteration could be recorded in time. What was submitted is kept and is selected from next time."""
