"""Answers that those who share an iteration share, if they may see the same."""

from collections.abc import Callable, Hashable
from threading import Lock


class Shared:
    """What was made for one of several, to be given to others.

    All of them asked before the iteration was committed: so what one of them is told is true for the others, too.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, str] = {}
        self._lock = Lock()

    def made(self, audience: Hashable, make: Callable[[], str]) -> str:
        """The answer for that audience, made if nobody has made it; other threads wait for it meanwhile."""
        with self._lock:
            if audience not in self._made:
                self._made[audience] = make()
            return self._made[audience]
