"""The time that a command may take, and what of it is left."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer, current_thread, main_thread
from time import monotonic

_GRACE = 0.1  # of the limit: for reasons that need no search
_LEAST_GRACE_S = 0.2  # where a tenth of the limit is next to nothing
_LONG_S = 1.0  # after which people wonder what it is doing
_INTERRUPTED = 130


class Countdown:
    """Runs from when it is made; None is any number of seconds."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds, self._end = seconds, monotonic() + (seconds or 0)

    @property
    def left(self) -> float | None:
        """Seconds until the time is up, never negative."""
        return None if self._seconds is None else max(self._end - monotonic(), 0.0)

    @property
    def is_long_over(self) -> bool:
        """Whether even what is quick has to be left out by now."""
        return self._seconds is not None and monotonic() > self._end + max(_GRACE * self._seconds, _LEAST_GRACE_S)

    @contextmanager
    def stopped_to_compile(self) -> Iterator[None]:
        """Compiling doesn't count. A terminal is told if it takes long; an interruption ends the process."""
        begun = monotonic()
        notice = Timer(_LONG_S, _tell)
        notice.daemon = True
        if sys.stderr.isatty():
            notice.start()
        is_main = current_thread() is main_thread()
        # The compiler would take the exception for one of its own.
        before = signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED)) if is_main else None
        try:
            yield
        finally:
            notice.cancel()
            if is_main:
                signal.signal(signal.SIGINT, before)
            self._end += monotonic() - begun


def _tell() -> None:
    print("satselect: compiling the engine, once on a machine; the time limit starts afterwards", file=sys.stderr)
