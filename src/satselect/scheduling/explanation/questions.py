"""Questions that make the engine select and store nothing: what if, break-even profits.

They have places of their own, so that they take none from those who submit; nobody has all of them. A question ends
with the client who asked it, and with the process; what it took is given back.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from threading import Condition

from django.conf import settings

from satselect.scheduling.ending import is_ending
from satselect.scheduling.errors import AskedTooMuchError, BusyError
from satselect.selection.limits import stopped_by

PATIENCE_S = 2.0
"""How long a question waits for a place."""

_LARGE = 20_000
"""Candidates; what so many took is a good part of a gigabyte, which the allocator would keep."""

Left = Callable[[], bool]

_left: ContextVar[Left] = ContextVar("left", default=lambda: False)


@contextmanager
def asked_by(left: Left) -> Iterator[None]:
    """What is asked within it is asked by a client of whom that tells whether it left."""
    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)


class Places:
    """So many questions at once, and so many of each user; one more waits a moment, if there is a place to wait.

    >>> places = Places(most=2, of_user=1)
    >>> with places.taken(1), places.taken(2):
    ...     places.free
    0
    """

    def __init__(self, *, most: int, of_user: int, patience_s: float = PATIENCE_S) -> None:
        self.free = most
        self._most, self._of_user, self._patience_s = most, of_user, patience_s
        self._users: Counter[int] = Counter()
        self._waiting = 0
        self._change = Condition()

    @contextmanager
    def taken(self, user_id: int) -> Iterator[None]:
        """A place for a question of that user.

        Raises:
            AskedTooMuchError: the user asks as much as one may.
            BusyError: all places are taken.
        """
        with self._change:
            if not self._has_place(user_id):
                self._wait(user_id)
            self.free -= 1
            self._users[user_id] += 1
        try:
            yield
        finally:
            with self._change:
                self.free += 1
                self._users[user_id] -= 1
                self._users += Counter()  # forgets who asks nothing
                self._change.notify_all()

    def _has_place(self, user_id: int) -> bool:
        return self.free > 0 and self._users[user_id] < self._of_user

    def _wait(self, user_id: int) -> None:
        has_place = False
        if self._waiting < self._most:
            self._waiting += 1
            try:
                has_place = self._change.wait_for(lambda: self._has_place(user_id), self._patience_s)
            finally:
                self._waiting -= 1
        if not has_place:
            raise AskedTooMuchError(self._of_user) if self.free > 0 else BusyError("all places for questions are taken")


@cache
def places() -> Places:
    """Those of this process, whichever way a question comes."""
    return Places(most=settings.SATSELECT_MAX_QUESTIONS, of_user=settings.SATSELECT_MAX_QUESTIONS_OF_USER)


@contextmanager
def question(there: Places, user_id: int, *, candidates: int = 0) -> Iterator[None]:
    """A place for a question of a user, and what ends it: its client leaves, or the process ends.

    Args:
        there: the places that there are.
        user_id: who asks.
        candidates: how many there are to select from, as far as that is known.
    """
    left = _left.get()
    with there.taken(user_id), stopped_by(lambda: left() or is_ending()):
        try:
            yield
        finally:
            if candidates > _LARGE:
                give_back_memory()


def give_back_memory() -> None:
    """Returns to the system what was freed. Only where the C library is one that would keep it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
