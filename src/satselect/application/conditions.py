"""What must still be so when something is changed: looked at under the lock, so that nothing comes in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from satselect.application.errors import ChangedError, ConflictError
from satselect.schemas.reading.faults import InvalidError

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


@contextmanager
def looked_at_first(condition: Condition) -> Iterator[None]:
    """What is wrong beside the task as it is by now is told to those only who saw that: 412 goes before 409 and 422.

    Raises:
        ChangedError: something was wrong, and the condition doesn't hold.
        ConflictError: something conflicts, and the condition holds.
        InvalidError: something can't be, and the condition holds.
    """
    try:
        yield
    except (ConflictError, InvalidError):
        # Who acts on an old page learns nothing from what is wrong with a state they never saw, and should read again.
        condition()
        raise
