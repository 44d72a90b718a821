"""The processes of an installation of one's own, on a database of its own that is filled before."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from benchmarks.doors import satselect_command
from benchmarks.processes import free_port

Process = subprocess.Popen[bytes]

_START_S = 120.0
_END_S = 30.0


@contextmanager
def _sqlite(_: str | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/service.sqlite3"


@contextmanager
def _postgresql(server: str | None) -> Iterator[str]:
    import psycopg
    from psycopg import sql

    if server is None:
        raise ValueError("which PostgreSQL server?")
    name = f"satselect_bench_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


DATABASES: dict[str, Callable[[str | None], AbstractContextManager[str]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}
"""By kind: an empty database, as a URL, that goes away at the end."""


@contextmanager
def serving(url: str, buffered: int, resources: int) -> Iterator[str]:
    """The address of a service with so many tasks buffered."""
    fill(url, buffered, resources)
    with service(url) as (address, _):
        yield address


def fill(url: str, buffered: int, resources: int, fleets: int = 0) -> None:
    """Fills the database with so many tasks: of the default fleet, or of each of so many others."""
    command = [sys.executable, "-m", "benchmarks.service_fill", url, str(buffered), str(resources), str(fleets)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[1], env=_environment())


@contextmanager
def service(url: str, *options: str, **settings: str) -> Iterator[tuple[str, Process]]:
    """The address and the process of a service that is ready."""
    port = free_port()
    with running("serve", "--port", str(port), "--database", url, *options, **settings) as process:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process)
        yield address, process


@contextmanager
def running(*command: str, **settings: str) -> Iterator[Process]:
    """A process of `satselect`, on its way; it is told to end afterwards, and waited for."""
    with subprocess.Popen(
        [*satselect_command(), *command],
        env=_environment() | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}


def wait_until_ready(address: str, process: Process) -> None:
    """Returns when the service is ready.

    Raises:
        RuntimeError: it does not start.
    """
    give_up = monotonic() + _START_S
    with httpx.Client(base_url=address) as client:  # which reads once whom to trust, for most of what asking takes
        while monotonic() < give_up:
            try:
                if client.get("/readyz").is_success:
                    return
            except httpx.TransportError:
                if process.poll() is not None:
                    break
            sleep(0.1)
    raise RuntimeError("the service didn't start")
