"""`satselect serve`: migrates the database, then serves the API."""

import argparse
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from satselect.cli.service.end import END_S, ends_in_time
from satselect.cli.service.setup import (
    DONE,
    FAILED,
    end_soon,
    engine_ready,
    fail,
    migrate,
    open_machine_room,
    set_up,
    work_beside,
)
from satselect.cli.terminal.telling import in_one

if TYPE_CHECKING:
    import uvicorn


def run(given: argparse.Namespace) -> int:
    """Serves as asked. Gives the exit code."""
    with ends_in_time():
        return serve(given.host, given.port, given.database, given.bus)


def serve(host: str | None = None, port: int = 8000, database: str | None = None, bus: str | None = None) -> int:
    """Serves until interrupted. Gives the exit code: 0 done, 1 could not serve, 2 wrong settings.

    Args:
        host: the address to answer on; None leaves it to `SATSELECT_HOST`.
        port: its port.
        database: the URL of the database; None leaves it to `SATSELECT_DATABASE_URL`.
        bus: the URL of the bus; None leaves it to `SATSELECT_BUS_URL`.
    """
    if code := set_up(database, host=host, bus=bus, migrates=False):
        return code
    from django.conf import settings

    host = settings.ENVIRONMENT.host
    # First of all: a port that is taken is told before anything is migrated or compiled.
    try:
        listener = _bound(host, port)
    except OSError as error:
        return fail(f"can't answer on {host}, port {port}: {error.strerror}; --port takes another", code=FAILED)
    if code := migrate():
        return code
    greeting = _greeting(host, listener.getsockname()[1])
    # Once the tables are made: before that there may be no file.
    if code := _watch_files():
        return code
    if code := open_machine_room():
        return code
    _settle()
    # The server raises it again when it has ended: what is still to be sent away is sent after that.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    has_workers = bool(settings.SATSELECT_BUS_URL)
    with (
        suppress(KeyboardInterrupt),
        engine_ready(),
        work_beside(searches=not has_workers),
    ):  # Ctrl+C is how it is meant to end
        print(greeting, flush=True)
        _server(host, port).run(sockets=[listener])
    return DONE


def _watch_files() -> int:
    """Has it noticed if the files of the database go away. Gives the exit code if they can't be opened."""
    from django.db import OperationalError

    from satselect.store.sql.sqlite_file import watch_files

    try:
        watch_files()
    except OperationalError as error:
        return fail(f"can't use the database: {in_one(error)}", code=FAILED)
    return DONE


def _bound(host: str, port: int) -> socket.socket:
    """A socket that has the address, and lets nobody in yet."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    # After a restart connections of the process before may still be ending there.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio does it only for sockets that say they are TCP; without it a kept connection waits 40 ms per answer.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound.bind((host, port))
    return bound


def _server(host: str, port: int) -> "uvicorn.Server":
    import uvicorn

    from satselect.web.runtime import runtime

    # Its log would be a second one: requests are told by `observe`, in the same lines as all else.
    config = uvicorn.Config(
        "satselect.config.asgi:application",
        host=host,
        port=port,
        http="h11",  # it bounds the head of a request; what uvicorn prefers, where it is there, does not
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(END_S) - 1,  # before all is cut short (`end.count_down`)
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            runtime().feed.close()  # streams would keep it waiting: they never end by themselves
            end_soon()
            await super().shutdown(sockets)

    return Server(config)


def _settle() -> None:
    """Sees to it that what is submitted is settled, also what an earlier process left behind."""
    from satselect.observe.health import watch_bus
    from satselect.web.runtime import runtime

    runtime().settler.start(on_bus=watch_bus)


def _greeting(host: str, port: int) -> str:
    from django.conf import settings

    from satselect._version import __version__

    database = settings.DATABASES["default"]
    is_sqlite = database["ENGINE"].endswith("sqlite3")
    where = f"SQLite, {Path(database['NAME'])}" if is_sqlite else f"PostgreSQL, database {database['NAME']}"
    address = f"[{host}]" if ":" in host else host
    whom = {
        "open": "open to everyone on this machine and to nobody else",
        "keys": "to whoever has a key: satselect keys create --user NAME",
    }[settings.SATSELECT_AUTH]
    return (
        f"satselect {__version__} answers on http://{address}:{port}, {whom}.\n"
        f"Tasks are kept in {where}. Stop with Ctrl+C."
    )
