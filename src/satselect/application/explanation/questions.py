"""Questions that make the engine select and store nothing: what if, break-even profits.

They have places of their own, so that they take none from those who submit; nobody has all of them. A question ends
with the client who asked it, and with the process; what it took is given back.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Condition

from satselect.application.errors import AskedTooMuchError, BusyError
from satselect.application.shutdown import Shutdown
from satselect.engine.limits import stopped_by
from satselect.store.sql.connections import give_back, giving_back

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
    """So many questions at once, and so many of each user.

    One more waits a moment, if there is a place to wait; one more of the same user is refused at once, for only that
    user can make room.

    >>> places = Places(most=2, of_user=1)
    >>> with places.taken(1), places.taken(2):
    ...     places.free
    0
    """

    def __init__(
        self, *, most: int, of_user: int, patience_s: float = PATIENCE_S, shutdown: Shutdown | None = None
    ) -> None:
        self.free, self.shutdown = most, shutdown or Shutdown()
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
        with self._counted(user_id):
            with self._change:
                # Under one lock with taking it: who was woken has the place, and nobody slips in between.
                if self.free == 0:
                    self._wait()
                self.free -= 1
            try:
                yield
            finally:
                with self._change:
                    self.free += 1
                    self._change.notify_all()

    @contextmanager
    def _counted(self, user_id: int) -> Iterator[None]:
        """Counts a question of the user, also while it waits: one too many is refused at once."""
        with self._change:
            if self._users[user_id] >= self._of_user:
                raise AskedTooMuchError(self._of_user)
            self._users[user_id] += 1
        try:
            yield
        finally:
            with self._change:
                self._users[user_id] -= 1
                self._users += Counter()  # forgets who asks nothing

    def _wait(self) -> None:
        has_place = False
        if self._waiting < self._most:  # no more wait than there are places
            self._waiting += 1
            give_back()
            try:
                has_place = self._change.wait_for(lambda: self.free > 0, self._patience_s)
            finally:
                self._waiting -= 1
        if not has_place:
            raise BusyError("all places for questions are taken")


@contextmanager
def question(there: Places, user_id: int, *, candidates: int = 0) -> Iterator[None]:
    """A place for a question of a user, and what ends it: its client leaves, or the process ends.

    Args:
        there: the places that there are.
        user_id: who asks.
        candidates: how many there are to select from, as far as that is known.
    """
    left = _left.get()
    stop = giving_back(lambda: left() or there.shutdown.has_begun())
    with there.taken(user_id), stopped_by(stop):
        try:
            yield
        finally:
            if candidates > _LARGE:
                give_back_memory()


def give_back_memory() -> None:
    """Returns to the system what was freed. Only where the C library is one that would keep it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
