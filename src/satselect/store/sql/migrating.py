"""Tables are brought up to date by one process at a time: two that begin together would both make them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

_CLASS, _OBJECT = 1_397_574_983, 0
"""The advisory lock of PostgreSQL that stands for it; workers' shares of the partitions count from 1."""


@contextmanager
def one_migrates() -> Iterator[None]:
    """Waits until no other process is at it, on this database or in the folder of this file.

    Raises:
        OperationalError: the database does not answer, or its folder can't be read.
    """
    with _on_postgresql() if connection.vendor == "postgresql" else _in_folder():
        yield


def is_migrated() -> bool:
    """Whether the database has been through every migration of this version; those are not loaded for that."""
    recorded = MigrationRecorder(connection).applied_migrations()
    return all((app.label, name) in recorded for app in apps.get_app_configs() for name in _migrations(app.label))


def _migrations(app: str) -> Iterator[str]:
    room, _ = MigrationLoader.migrations_module(app)
    if room and find_spec(room):
        yield from (module.name for module in iter_modules(import_module(room).__path__))


@contextmanager
def _on_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_CLASS, _OBJECT])
    try:
        yield
    finally:
        # A session that ended has let go of the lock by itself.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, _OBJECT])


@contextmanager
def _in_folder() -> Iterator[None]:
    """Locks the folder, not the file: closing the file would end the locks that SQLite has on it in this process."""
    folder = Path(str(connection.settings_dict["NAME"])).absolute().parent
    if not folder.is_dir():  # in memory, or where SQLite will say itself what is wrong
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        # Let go by the system if the process dies.
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)
