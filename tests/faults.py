"""Processes of the service that die, or freeze, at a marked point, and whose clock can be moved."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import environment_with, free_port, wait_until_ready

ROOT = Path(__file__).parents[1]
PROGRAM = """
import sys
from tests.armed import arm
arm()
from satselect.cli import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Installation:
    """The processes of one installation."""

    database: str
    bus: str
    settings: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, **faults: str) -> subprocess.Popen[bytes]:
        """A worker, on its way."""
        return self._start("worker", **faults)

    def service(self, *, is_awaited: bool = True, **faults: str) -> tuple[str, subprocess.Popen[bytes]]:
        """The address and process of a service, ready if that is awaited."""
        port = free_port()
        process = self._start("serve", "--port", str(port), **faults)
        address = f"http://127.0.0.1:{port}"
        if is_awaited:
            wait_until_ready(address, process)
        return address, process

    def end(self, process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> int:
        """Its exit code, after that signal."""
        process.send_signal(number)
        code = process.wait(timeout=60)
        self.running.remove(process)
        return code

    def _start(self, command: str, *arguments: str, **faults: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, command, *arguments, "--database", self.database, "--bus", self.bus],
            env=environment_with(PYTHONPATH=str(ROOT), **self.settings, **faults),
            stdout=subprocess.DEVNULL,
        )
        self.running.append(process)
        return process


@contextmanager
def installed(database: str, bus: str, **settings: str) -> Iterator[Installation]:
    """One whose processes are gone at the end."""
    made = Installation(database, bus, settings)
    try:
        yield made
    finally:
        for process in made.running:
            process.kill()
            process.wait(timeout=60)
