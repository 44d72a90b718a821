"""The process that compiles beside: it ends with the service, and only with it."""

import os
import signal
from pathlib import Path
from queue import Queue
from time import monotonic, sleep

import pytest

from satselect.engine import readiness
from satselect.engine.beside import Beside
from satselect.engine.readiness import State

PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def _nothing_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    for name in ("_state", "_planning"):
        monkeypatch.setattr(readiness, name, [State.UNCOMPILED])


def ignores(pid: int, number: signal.Signals) -> bool:
    """Whether the process has come so far that it ignores the signal."""
    said = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(said["SigIgn"], 16) >> (number - 1) & 1)


def test_signals_to_the_group_of_the_service_leave_it_alone() -> None:
    told: Queue[bool] = Queue()
    compiling = Beside(told.put)
    try:
        assert os.getpgid(compiling.pid) == compiling.pid  # so a Ctrl-C in the service's terminal isn't for it
        give_up = monotonic() + PATIENCE_S
        while not ignores(compiling.pid, signal.SIGTERM):
            assert monotonic() < give_up
            sleep(0.01)
        os.kill(compiling.pid, signal.SIGTERM)
        sleep(0.2)
        assert told.empty()
    finally:
        compiling.stop()
    assert told.get(timeout=PATIENCE_S) is False
    assert readiness.state() is State.UNCOMPILED
