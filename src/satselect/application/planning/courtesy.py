"""Large requests give way, while they are read and made ready, to who reads or records an iteration.

Python runs one thread at a time: so what all of a fleet wait for would take as long again for each large request that
somebody sends meanwhile. Between two steps of its own a large one waits until no iteration is at such work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from satselect.store.sql.connections import give_back

MOST_S = 0.2
"""So long at each step: who sends much is served, too, however many others come."""


class Courtesy:
    """Who is in a hurry, in a process."""

    def __init__(self) -> None:
        self._hurried = 0
        self._changed = Condition()

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Others give way for as long as this lasts."""
        with self._changed:
            self._hurried += 1
        try:
            yield
        finally:
            with self._changed:
                self._hurried -= 1
                self._changed.notify_all()  # each of them goes on with work of its own

    def give_way(self) -> None:
        """Returns when nobody is in a hurry, or after a while, in which others may use the thread's connection."""
        if self._hurried:
            give_back()
        with self._changed:
            self._changed.wait_for(lambda: not self._hurried, MOST_S)
