"""That a process is about to end: from then on nobody waits, and what is selected is what was found so far."""

from threading import Event


class Shutdown:
    """Whether a process is about to end. What was accepted is kept, and settled by another one, or the next.

    >>> shutdown = Shutdown()
    >>> shutdown.begin()
    >>> shutdown.has_begun()
    True
    """

    def __init__(self) -> None:
        self._begun = Event()

    def begin(self) -> None:
        """The process is about to end."""
        self._begun.set()

    def has_begun(self) -> bool:
        """Whether it is."""
        return self._begun.is_set()
