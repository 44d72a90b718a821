"""Has the engine compiled by another process, while this one answers without compiled code.

It gives way to whatever else the machine has to do, and ends with the process that started it, however that ends: a
pipe between the two is closed by the system then. What it compiled by then is kept: the next one goes on from there.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from satselect.engine.readiness import State, become, planning_becomes, planning_state, state

_POLITE = 19  # the lowest priority that POSIX systems have
_FAILED = 1


class Beside:
    """The process that compiles: what selecting needs first, then what planning needs besides.

    Args:
        on_ready: called once this process can select with compiled code, or won't be able to, from a thread, with
            which of the two it is.
    """

    def __init__(self, on_ready: Callable[[bool], None]) -> None:
        self._on_ready = on_ready
        # In a group of its own: Ctrl-C in a terminal, or a signal to the service's group, is for the service, which
        # would take a compiler that ends before it for one that failed.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        if state() is not State.COMPILED:
            become(State.COMPILING)
        if planning_state() is not State.COMPILED:
            planning_becomes(State.COMPILING)
        # Last: the thread says what became of it, which must not be overwritten by what it began as.
        Thread(target=self._wait, name="compiling", daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def stop(self) -> None:
        """Ends it; what it compiled by then is kept."""
        with suppress(OSError):
            self._process.kill()

    def _wait(self) -> None:
        from satselect.engine.warm import get_ready, get_ready_to_plan

        with self._process:
            assert self._process.stdout is not None  # noqa: S101 - it is piped
            is_done = self._process.stdout.read(1) != b""  # nothing is read from one that has ended
            if is_done:
                get_ready()
            elif state() is not State.COMPILED:
                become(State.UNCOMPILED)
            self._on_ready(is_done)
            self._process.stdout.read()  # nothing more comes: it is planning's turn
        if self._process.returncode == 0:
            get_ready_to_plan()
        elif planning_state() is not State.COMPILED:
            planning_becomes(State.UNCOMPILED)


def main() -> int:
    """Compiles all that selecting and planning need, unless the process that started it ends before.

    Gives the exit code.
    """
    # Sent to every process of a unit or container that stops: the pipe is what ends this one.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(OSError, AttributeError):
        os.nice(_POLITE)
    Thread(target=_end_with_parent, daemon=True).start()
    from satselect.engine.warm import get_ready, get_ready_to_plan

    get_ready()
    os.write(sys.stdout.fileno(), b".")
    get_ready_to_plan()
    os._exit(0)  # the thread that listens may be in the middle of a read


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever sent: it returns when the other end of the pipe is closed
    os._exit(_FAILED)


if __name__ == "__main__":
    sys.exit(main())
