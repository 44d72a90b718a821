"""What must still be so when something is changed: looked at under the lock, so that nothing comes in between."""

from collections.abc import Callable

from satselect.application.errors import ChangedError

Condition = Callable[[], None]
"""Returns if the change may be made; raises ChangedError otherwise. It reads anew: nothing that was read before."""


def always() -> None:
    """Whatever it is by now: the condition of those who set none."""


def unless_changed(what: str, read: Callable[[], str], seen: str) -> Condition:
    """That what is read then is what somebody saw; empty if they don't say, which holds always."""

    def check() -> None:
        if read() != seen:
            raise ChangedError(f"the {what} changed since you saw it, and nothing was done")

    return check if seen else always
