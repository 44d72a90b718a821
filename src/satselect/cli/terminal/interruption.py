"""Ctrl+C and SIGTERM while a command selects: it ends with the best selection so far, and says so."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

from satselect.engine.limits import stopped_by

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_OF_A_SIGNAL = 128  # what a shell adds to the number of the signal that ended a command


class Interruption:
    """Which signal came first, if one came."""

    def __init__(self) -> None:
        self._number: int | None = None

    @property
    def came(self) -> bool:
        """Whether one came."""
        return self._number is not None

    @property
    def exit_code(self) -> int:
        """That of a command which a signal ended: 130 after Ctrl+C, 143 after SIGTERM; 0 if none came."""
        return 0 if self._number is None else _OF_A_SIGNAL + self._number

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Has what is selected within it end with the best found so far when a signal comes."""
        # Python lets no other thread handle signals.
        if current_thread() is not main_thread():
            yield
            return
        before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        try:
            with stopped_by(lambda: self.came):
                yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _frame: object) -> None:
        self._number = self._number or number  # the first one is what the command ended by
