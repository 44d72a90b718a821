"""Answers that those who share an iteration share, if they may see the same."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from satselect.application.planning.courtesy import Courtesy
from satselect.store.sql.connections import give_back


class Shared:
    """What was made for one of several, to be given to others.

    All of them asked before the iteration was committed: so what one of them is told is true for the others, too.

    Args:
        courtesy: large requests give way while one is made.
        note: told how many seconds it took to make one.
    """

    def __init__(self, courtesy: Courtesy, note: Callable[[float], None]) -> None:
        self._made: dict[Hashable, str] = {}
        self._courtesy, self._note = courtesy, note
        self._lock = Lock()

    def made(self, audience: Hashable, make: Callable[[], str]) -> str:
        """The answer for that audience, made if nobody has made it; other threads wait for it meanwhile.

        Who waits gives its connection back.
        """
        with self._alone():
            if audience not in self._made:
                begun = monotonic()
                with self._courtesy.hurried():
                    self._made[audience] = make()
                self._note(monotonic() - begun)
            return self._made[audience]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            give_back()
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()
