"""Processes of the service that die, or freeze, at a marked point, and whose clock can be moved."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.forked import Forked
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
    running: list[Forked] = field(default_factory=list)

    def worker(self, **faults: str) -> Forked:
        """A worker, on its way."""
        return self._start("worker", **faults)

    def service(self, *, is_awaited: bool = True, **faults: str) -> tuple[str, Forked]:
        """The address and process of a service, ready if that is awaited."""
        port = free_port()
        process = self._start("serve", "--port", str(port), **faults)
        address = f"http://127.0.0.1:{port}"
        if is_awaited:
            wait_until_ready(address, process)
        return address, process

    def end(self, process: Forked, number: int = signal.SIGKILL) -> int:
        """Its exit code, after that signal."""
        process.send_signal(number)
        code = process.wait(timeout=60)
        self.running.remove(process)
        return code

    def _start(self, command: str, *arguments: str, **faults: str) -> Forked:
        process = Forked(
            PROGRAM,
            [command, *arguments, "--database", self.database, "--bus", self.bus],
            environment_with(PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'src'}", **self.settings, **faults),
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
