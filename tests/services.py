"""Real `satselect serve` processes, one per database, that tests talk to over HTTP."""

import os
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from satselect.store.partitions import PARTITIONS
from tests.databases import OVER_THE_BUS, TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL, Database
from tests.forked import Forked
from tests.nats_server import NatsName, new_name
from tests.owners import owners, wait_until

MAX_BODY_BYTES = 2_000_000
MAX_STREAMS = 2
POOL_SIZE = 16
PATIENCE_S = 120
"""For a service to answer, whatever else the machine does."""
UNUSED_S = 60
"""After which a service is ended, before the next test that takes one."""
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of services on this machine: to read whom to trust takes 20 ms each time."""

SERVE = """
import sys
from satselect.cli.service.serve import serve
port, database, host, *_ = [*sys.argv[1:], None, None]
sys.exit(serve(host=host or "127.0.0.1", port=int(port), database=database))
"""
"""A program that serves on a port, a database and a host."""

WORK = """
import sys
from satselect.cli import main
sys.exit(main(sys.argv[1:]))
"""

NO_SWEEPER = """
import satselect.cli.service.serve
satselect.cli.service.serve._settle = lambda: None
"""
"""Put before it, what a test left pending stays so, for as long as somebody looks at it."""


@dataclass
class Services:
    """The processes, started when they are first asked for."""

    processes: dict[tuple[object, ...], tuple[str, Forked]] = field(default_factory=dict)
    asked: dict[tuple[object, ...], float] = field(default_factory=dict)
    ended: list[Forked] = field(default_factory=list)
    workers: list[Forked] = field(default_factory=list)
    bus: NatsName | None = None

    def address(self, database: Database, *, auth: str = "open", **settings: str) -> str:
        """Where the one on this database, with these settings, answers."""
        which = database.url, auth, *sorted(settings.items())
        self.asked[which] = time.monotonic()
        if which not in self.processes:
            program = NO_SWEEPER + SERVE if database.kind in {TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL} else SERVE
            settings |= self._bus_of(database)
            self.processes[which] = start(database.url, program, SATSELECT_AUTH=auth, **settings)
        return self.processes[which][0]

    def stop(self) -> None:
        """Ends them."""
        self.ended += [*self.workers, *(process for _, process in self.processes.values())]
        for process in self.ended:
            process.terminate()
        for process in self.ended:
            process.wait(timeout=30)
        if self.bus:
            self.bus.delete()

    def end_unused(self) -> None:
        """Ends those that no test asked for lately: with other files come others, and forty would look around."""
        now = time.monotonic()
        for which in [which for which, asked in self.asked.items() if now - asked > UNUSED_S]:
            del self.asked[which]
            _, process = self.processes.pop(which)
            process.terminate()
            self.ended.append(process)

    def _bus_of(self, database: Database) -> dict[str, str]:
        if database.kind != OVER_THE_BUS:
            return {}
        if self.bus is None:
            self.bus = new_name()
            self.workers.append(start_worker(database.url, SATSELECT_BUS_URL=self.bus.url))
            wait_until(lambda: owners(database.url).total() == PARTITIONS, within_s=110)  # the first time it compiles
        return {"SATSELECT_BUS_URL": self.bus.url}


def start(url: str, program: str = SERVE, **settings: str) -> tuple[str, Forked]:
    """The address and process of a service that is ready."""
    port = free_port()
    usual = {
        "SATSELECT_MAX_BODY_BYTES": str(MAX_BODY_BYTES),
        "SATSELECT_MAX_STREAMS": str(MAX_STREAMS),
    }
    process = Forked(program, [str(port), url], environment_with(**usual | settings))
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, process)
    return address, process


def start_worker(url: str, **settings: str) -> Forked:
    """A `satselect worker` on that database."""
    return Forked(WORK, ["worker", "--database", url], environment_with(**settings))


def environment_with(**settings: str) -> dict[str, str]:
    """The environment of this process, with these settings of the service and no others.

    Nobody delivers webhooks unless a test asks for it: it would be those of other tests of the same database. Pools of
    connections are small: they keep what they ever needed, and a usual server has a hundred for all test processes.
    """
    usual = {"SATSELECT_WEBHOOKS": "off", "SATSELECT_DATABASE_POOL_SIZE": str(POOL_SIZE)}
    own = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    return own | usual | settings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(address: str, process: subprocess.Popen[Any] | Forked) -> None:
    """Returns once it answers."""
    give_up, said = time.monotonic() + PATIENCE_S, ""
    with httpx.Client(base_url=address, verify=NO_TLS) as client:
        while time.monotonic() < give_up:
            if process.poll() is not None:
                raise RuntimeError(f"serve ended with exit code {process.returncode}")
            try:
                answer = client.get("/readyz")
                if answer.status_code == httpx.codes.OK:
                    return
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            time.sleep(0.05)
    process.kill()
    raise TimeoutError(f"{address}: {said}")
