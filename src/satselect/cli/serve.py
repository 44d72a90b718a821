"""`satselect serve`: migrates the database, then serves the API."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path


def serve(host: str = "127.0.0.1", port: int = 8000, database: str | None = None) -> int:
    """Serves until interrupted. Gives the exit code: 0 done, 1 could not serve, 2 wrong settings.

    Args:
        host: the address to answer on.
        port: its port.
        database: the URL of the database; None leaves it to `SATSELECT_DATABASE_URL`.
    """
    try:
        import django
        import uvicorn
        from django.core.exceptions import ImproperlyConfigured
    except ImportError as error:
        return _fail(f"the service needs {error.name}: pip install 'satselect[server]'", code=2)
    os.environ["DJANGO_SETTINGS_MODULE"] = "satselect.config.settings"
    os.environ["SATSELECT_HOST"] = host
    if database is not None:
        os.environ["SATSELECT_DATABASE_URL"] = database
    try:
        django.setup()
    except ImproperlyConfigured as error:
        return _fail(str(error), code=2)
    if fault := _migrate():
        return _fail(fault, code=1)
    config = uvicorn.Config(
        "satselect.config.asgi:application", host=host, port=port, log_level="warning", timeout_graceful_shutdown=10
    )
    _warm_up()
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        return _fail(f"can't answer on {host}, port {port}: {error.strerror}", code=1)
    with suppress(KeyboardInterrupt):  # Ctrl+C is how it is meant to end
        print(_greeting(host, port), flush=True)
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _migrate() -> str | None:
    """What went wrong, or nothing."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        return f"can't use the database: {str(error).strip()}"
    return None


def _warm_up() -> None:
    # What the engine compiles is kept on disk, but the first time takes a while: no client should wait for it.
    from satselect import Task, select

    print("satselect: making the engine ready; the first time takes some seconds", file=sys.stderr)
    names = [{f"r{n * prime % 31}" for prime in (7, 11, 13)} for n in range(300)]
    select([Task(str(n), resources, profit=n * 37 % 101 + 1) for n, resources in enumerate(names)])


def _greeting(host: str, port: int) -> str:
    from django.conf import settings

    from satselect._version import __version__

    database = settings.DATABASES["default"]
    is_sqlite = database["ENGINE"].endswith("sqlite3")
    where = f"SQLite, {Path(database['NAME'])}" if is_sqlite else f"PostgreSQL, database {database['NAME']}"
    address = f"[{host}]" if ":" in host else host
    return (
        f"satselect {__version__} answers on http://{address}:{port}, open to everyone on this machine and to nobody "
        f"else.\nTasks are kept in {where}. Stop with Ctrl+C."
    )


def _fail(message: str, *, code: int) -> int:
    print(f"satselect: {message}", file=sys.stderr)
    return code
