"""Processes of the service that start in a fraction of the time: forked from one that has imported what they need.

What is imported before is what no setting has a part in; the rest, and what the process does, is as it is alone.
"""

import atexit
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context, parent_process
from pathlib import Path
from types import ModuleType

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.imported"])
_PR_SET_PDEATHSIG = 1  # of Linux' prctl(2): a signal when the parent is gone


class Forked:
    """A process that runs a program as `python -c` does, with what `subprocess.Popen` offers of it.

    Args:
        program: what it runs.
        arguments: what the program finds after its name.
        env: its whole environment.

    Its standard output goes nowhere.
    """

    def __init__(self, program: str, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        self._process = _CONTEXT.Process(target=_run, args=(program, [*arguments], dict(env), str(Path.cwd())))
        with _without_main():
            self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; the number of a signal, negative, if that ended it; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """As `returncode`."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has.

        Raises:
            subprocess.TimeoutExpired: after so many seconds.
        """
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """That signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def _without_main() -> Iterator[None]:
    """Else the process would import first what this one was started as, and read settings before it has its own."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(program: str, arguments: list[str], env: dict[str, str], folder: str) -> None:
    _end_with_the_tests()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.path[:0] = [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path and path not in sys.path]
    sys.argv = ["-c", *arguments]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdin = open(os.devnull)  # noqa: SIM115 - for as long as it lives
    try:
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})  # noqa: S102 - as `python -c`
    finally:
        atexit._run_exitfuncs()  # which a process that is forked would not


def _end_with_the_tests() -> None:
    """The process ends when that of the tests does, be it killed, and be this one frozen."""
    # The server of forks ends when nobody has this end of a pipe any more, and it is the parent of this process.
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    tests = parent_process()
    if tests is None or not tests.is_alive():  # by now, and so the server may have ended before it was asked to tell
        os._exit(1)
