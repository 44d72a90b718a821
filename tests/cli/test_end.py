"""A process that was asked to end does, whatever keeps it."""

import signal
import subprocess
import sys
from time import monotonic

import pytest

from satselect.cli.service.end import ends_in_time

START = """
import ctypes, logging, signal, time
from satselect.cli.service import end
end.END_S, end.KILLED_AFTER_S = 0.5, 1.0
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: None)
"""
DEAF = "print(flush=True); ctypes.CDLL(None).usleep(60_000_000)"
HOLDING = "h.acquire(); print(flush=True); ctypes.CDLL(None).usleep(60_000_000)"
GREEDY = "print(flush=True); time.sleep(0.3); ctypes.PyDLL(None).usleep(60_000_000)"
PATIENT = "print(flush=True); [time.sleep(0.1) for _ in range(20)]"


def asked(body: str, number: signal.Signals, *, before: str = "") -> tuple[int, float]:
    """The exit code of a process that does this, and how long it took to end after the signal."""
    code = f"{START}\nimport ctypes, logging\n{before}\nwith end.ends_in_time():\n    {body}\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        try:
            process.stdout.readline()
            begun = monotonic()
            process.send_signal(number)
            return process.wait(20), monotonic() - begun
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_handler_of_python_needs_to_run(number: signal.Signals) -> None:
    code, took_s = asked(DEAF, number)
    assert code == 0
    assert took_s < 5


def test_no_lock_of_logging_is_needed() -> None:
    code, took_s = asked(HOLDING, signal.SIGTERM, before="h = logging.StreamHandler(); logging.root.addHandler(h)")
    assert code == 0
    assert took_s < 5


def test_code_that_keeps_the_interpreter_is_ended_by_the_system() -> None:
    code, took_s = asked(GREEDY, signal.SIGTERM)
    assert code == -signal.SIGALRM
    assert took_s < 5


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGCHLD])
def test_other_signals_end_nothing(number: signal.Signals) -> None:
    handled = "[signal.signal(n, lambda *_: None) for n in (signal.SIGUSR1, signal.SIGCHLD)]"
    code, took_s = asked(PATIENT, number, before=handled)
    assert code == 0
    assert took_s > 1.5


def test_afterwards_signals_are_what_they_were() -> None:
    before = signal.set_wakeup_fd(-1)
    with ends_in_time():
        pass
    assert signal.set_wakeup_fd(before) == -1
