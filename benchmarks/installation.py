"""A scaled out installation: a service and workers on PostgreSQL and NATS.

Without workers it is a service that does it all.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, sleep
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from benchmarks.processes import Members, listener
from benchmarks.service_process import Process, running, service
from satselect.store.partitions import PARTITIONS

_NATS_PORT = 4222
_READY_S = 180.0
_OWNED = """
    SELECT count(*), count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objid > 0 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where it answers, and what it consists of. Database and bus are on this machine, or can't be measured."""

    address: str
    database: str
    bus: str
    service: Process
    workers: list[Process]

    @contextmanager
    def kinds(self) -> Iterator[dict[str, Members]]:
        """Its processes by kind. Of a bus that others use too, that is the whole server."""
        port = urlsplit(self.bus).port or _NATS_PORT
        bus = [pid for pid in [listener(port)] if pid is not None] if self.workers else []
        with psycopg.connect(self.database, autocommit=True) as connection:
            yield {
                "service": lambda: [self.service.pid],
                "worker": lambda: [worker.pid for worker in self.workers],
                "database": lambda: [row[0] for row in connection.execute(_SESSIONS)],
                "bus": lambda: bus,
            }


@contextmanager
def installed(database: str, bus: str, *, workers: int, **settings: str) -> Iterator[Installation]:
    """It, once every partition has an owner. Without workers the service settles what it accepts, and needs no bus."""
    options = ["--bus", bus] if workers else []
    settings = {"SATSELECT_WEBHOOKS": "off", "SATSELECT_RATE_LIMIT": "0"} | settings
    with ExitStack() as stack:
        address, process = stack.enter_context(service(database, *options, **settings))
        made = Installation(
            address=address,
            database=database,
            bus=bus,
            service=process,
            workers=[
                stack.enter_context(running("worker", "--database", database, *options, **settings))
                for _ in range(workers)
            ],
        )
        _wait_for_owners(made)
        yield made


@contextmanager
def bus_name(server: str) -> Iterator[str]:
    """The URL of a name on the NATS server that nobody else uses; nothing of it is left at the end."""
    name = f"satselect_bench_{uuid4().hex[:12]}"
    try:
        yield f"{server.rstrip('/')}/{name}"
    finally:
        asyncio.run(_delete(server, name))


async def _delete(server: str, name: str) -> None:
    import nats
    from nats.js.errors import NotFoundError

    client = await nats.connect(server)
    with suppress(NotFoundError):  # nothing was ever published
        await client.jetstream().delete_stream(name)
    await client.close()


def _wait_for_owners(made: Installation) -> None:
    wanted, give_up = (PARTITIONS, len(made.workers)) if made.workers else (0, 0), monotonic() + _READY_S
    with psycopg.connect(made.database, autocommit=True) as connection:
        while connection.execute(_OWNED).fetchone() != wanted:
            if monotonic() > give_up or any(worker.poll() is not None for worker in made.workers):
                raise RuntimeError("the workers didn't start")
            sleep(0.1)
