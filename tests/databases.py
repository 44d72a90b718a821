"""The databases that every test of the service runs on. A test that takes the fixture `database` runs once on each."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from satselect.config.databases import connection_settings
from satselect.scheduling.iteration.kept import SHELF
from satselect.store.append_only import guard_audit
from satselect.store.defaults import create_defaults
from satselect.store.models import Audit

POSTGRES_URL = os.environ.get("SATSELECT_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
MUST_RUN = os.environ.get("SATSELECT_TEST_SERVICES") == "required"


def _sqlite(folder: Path, suffix: str) -> str:
    return f"sqlite:///{folder / f'test{suffix}.sqlite3'}"


def _postgresql(folder: Path, suffix: str) -> str:
    name = f"satselect_test_{os.getpid()}_{crc32(bytes(folder)):08x}{suffix}"
    try:
        with psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL at SATSELECT_TEST_POSTGRES_URL ({str(error).splitlines()[0]})"
        (pytest.fail if MUST_RUN else pytest.skip)(reason)
    return urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()


def _drop_postgresql(url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


OVER_THE_BUS = "postgresql+bus"
FOR_FAULTS = "postgresql+faults"
TO_LOOK_AT = "sqlite+look"
CREATE: dict[str, Callable[[Path, str], str]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    OVER_THE_BUS: lambda folder, suffix: _postgresql(folder, f"_bus{suffix}"),
    FOR_FAULTS: lambda folder, suffix: _postgresql(folder, f"_faults{suffix}"),
    TO_LOOK_AT: lambda folder, suffix: _sqlite(folder, f"_look{suffix}"),
}
"""Which databases there are, and how a new one is made, with a suffix to its name. One is for services that leave the
work to workers, one for processes that a test starts and kills, and one for services that leave pending what is."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database that holds what a new one holds."""

    kind: str
    url: str


@dataclass
class Databases:
    """One database of each kind, made when it is first asked for."""

    folder: Path
    urls: dict[tuple[str, bool], str] = field(default_factory=dict)

    def get(self, kind: str, *, is_served: bool = False) -> Database:
        """This kind's database, emptied, and what the code under test now connects to.

        One that is served has services beside it, which keep house by the clock of this machine: they let tasks expire
        and sweep what waits, and would do so to tests with a time of their own.
        """
        which = kind, is_served
        is_new = which not in self.urls
        if is_new:
            self.urls[which] = CREATE[kind](self.folder, "_served" if is_served else "")
        connect(self.urls[which])
        if is_new:
            call_command("migrate", verbosity=0)
        else:
            empty()
        return Database(kind, self.urls[which])

    def close(self) -> None:
        """Forget them."""
        connection.close()
        for url in self.urls.values():
            if url.startswith("postgres"):
                _drop_postgresql(url)


@contextmanager
def unmigrated(kind: str, folder: Path) -> Iterator[str]:
    """A database of its own without a table, its URL, and what the code under test connects to."""
    url = CREATE[kind](folder, "")
    connect(url)
    try:
        yield url
    finally:
        connection.close()
        if kind == "postgresql":
            _drop_postgresql(url)


def connect(url: str) -> None:
    """Makes every thread's next connection go there."""
    SHELF.clear()
    connections["default"].close()
    settings = connection_settings(url, pool_size=4)
    if "postgresql" in settings["ENGINE"]:
        settings["OPTIONS"].pop("pool")  # it would outlive the test
    connections.settings = connections.configure_settings({"default": settings})
    del connections["default"]


def empty() -> None:
    """Leaves the rows that a new database has."""
    SHELF.clear()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT id FROM store_fleet FOR UPDATE")  # a service that still writes comes first
        _unguard(cursor)
        # Foreign keys are checked at the end, so any order will do; and on small tables it beats TRUNCATE by far.
        for table in _tables():
            if table.startswith("store_"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - own tables
        create_defaults()
        guard_audit()


def _unguard(cursor: CursorWrapper) -> None:
    """Lets the audit be deleted until it is guarded again."""
    if not Audit.objects.exists():
        return
    if connection.vendor == "sqlite":
        cursor.execute("DROP TRIGGER audit_not_updated")
        cursor.execute("DROP TRIGGER audit_not_deleted")
    else:
        cursor.execute("DROP TRIGGER audit_not_changed ON store_audit")
        cursor.execute("DROP TRIGGER audit_not_truncated ON store_audit")


@cache
def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def counts() -> dict[str, int]:
    """Table to its number of rows, and the counters of fleets."""
    with connection.cursor() as cursor:
        found = {}
        for table in _tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT sum(seq + version + event_number + buffered) FROM store_fleet")
        return found | {"counters": int(cursor.fetchone()[0])}
