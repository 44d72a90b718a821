"""The end of a process that was asked to end, in ten seconds in any case.

Python runs handlers of signals in the main thread only, between two of its steps: while that one waits for a lock, or
for what another thread compiles, none runs. So a thread listens where the C library tells of signals at once.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread, current_thread, main_thread
from time import sleep

END_S = 8.0
"""So long a process has to end once it is asked to; then it ends as it is, and a little later it is killed."""
KILLED_AFTER_S = 9.5

_ASKED = frozenset({signal.SIGTERM, signal.SIGINT})
_begun = Lock()


@contextmanager
def ends_in_time() -> Iterator[None]:
    """From here on the process ends within ten seconds of being asked to, whatever its threads are at.

    Enter it before anything else, in the main thread: in another one it does nothing.
    """
    if current_thread() is not main_thread():
        yield
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    Thread(target=_listen, args=(heard,), name="end-listener", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(told)  # its listener ends


def count_down() -> None:
    """Begins to: once, however often it is called."""
    if _begun.acquire(blocking=False):  # never released
        # Python code may wait for compiled code that can't be stopped; the system does not.
        signal.setitimer(signal.ITIMER_REAL, KILLED_AFTER_S)
        Thread(target=_end_in_any_case, name="end", daemon=True).start()


def _listen(heard: int) -> None:
    while numbers := os.read(heard, 64):
        if _ASKED.intersection(numbers):
            count_down()
    os.close(heard)


def _end_in_any_case() -> None:
    sleep(END_S)
    # No lock is taken, as to log: the thread that has it may be what the end waits for.
    os.write(2, b"satselect: process.cut_short\n")
    os._exit(0)
