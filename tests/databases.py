"""The databases that every test of the service runs on. A test that takes the fixture `database` runs once on each."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from zlib import crc32

from django.core.management import call_command
from django.db import connection, connections

from satselect.config.databases import connection_settings
from tests.emptied import Emptied, emptied
from tests.planners import restart
from tests.sessions import Sessions
from tests.templates import Templates, create_postgresql, drop_postgresql

OVER_THE_BUS = "postgresql+bus"
FOR_FAULTS = "postgresql+faults"
TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL = "sqlite+look", "postgresql+look"
SUFFIXES = {"sqlite": "", "postgresql": "", OVER_THE_BUS: "_bus", FOR_FAULTS: "_faults"}
SUFFIXES |= dict.fromkeys((TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL), "_look")
"""Which databases there are, and what is added to the names of their kind. One is for services that leave the work to
workers, one for processes that a test starts and kills, and one for services that leave pending what is."""

KINDS = ["sqlite", "postgresql"]
AND_OVER_THE_BUS = [*KINDS, OVER_THE_BUS]
"""What a module's tests run on: as a rule both kinds; the bus where what they are about goes over it."""
ON_POSTGRESQL = ["postgresql", OVER_THE_BUS]
"""Of these a test has one in each run."""


_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name within it
_ROOM_FOR_DATABASES = 1_000_000_000
SESSIONS = Sessions()


@dataclass(frozen=True, slots=True)
class Database:
    """A database that holds what a new one holds."""

    kind: str
    url: str


@dataclass
class Databases:
    """One database of each kind, made when it is first asked for."""

    folder: Path
    templates: Templates
    urls: dict[tuple[str, bool], str] = field(default_factory=dict)
    _emptied: dict[tuple[str, bool], Emptied] = field(default_factory=dict)

    def get(self, kind: str, *, is_served: bool = False) -> Database:
        """This kind's database, emptied, and what the code under test now connects to.

        One that is served has services beside it, which keep house by the clock of this machine: they let tasks expire
        and sweep what waits, and would do so to tests with a time of their own.
        """
        which = kind, is_served
        if which in self.urls:
            connect(self.urls[which])
            self._emptied[which].empty()
        else:
            self.urls[which] = self.create(kind, "_served" if is_served else "")
            connect(self.urls[which])
            self._emptied[which] = emptied(self.urls[which])
        return Database(kind, self.urls[which])

    def close(self) -> None:
        """Forget them."""
        connection.close()
        SESSIONS.close()
        for one in self._emptied.values():
            one.close()
        for url in self.urls.values():
            drop(url)
        self.templates.close()

    def create(self, kind: str, suffix: str) -> str:
        """The URL of a new one, which no other has this suffix of."""
        suffix = SUFFIXES[kind] + suffix
        if kind.startswith("sqlite"):
            return self.templates.sqlite(self.folder / f"test{suffix}.sqlite3")
        return self.templates.postgresql(_name(self.folder, suffix))


@contextmanager
def folder_for_databases() -> Iterator[Path]:
    """A folder for files that are written again and again: in memory where there is room, as no disk is waited for."""
    has_room = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM_FOR_DATABASES
    with TemporaryDirectory(prefix="satselect_", dir=_IN_MEMORY if has_room else None) as made:
        yield Path(made)


@contextmanager
def unmigrated(kind: str, folder: Path) -> Iterator[str]:
    """A database of its own without a table, its URL, and what the code under test connects to."""
    is_sqlite = kind == "sqlite"
    url = f"sqlite:///{folder / 'test.sqlite3'}" if is_sqlite else create_postgresql(_name(folder, ""))
    connect(url)
    try:
        yield url
    finally:
        connection.close()
        drop(url)


def migrated(url: str) -> None:
    """Makes the tables of that database, and leaves no connection to it."""
    connect(url)
    call_command("migrate", verbosity=0)
    connection.close()


def drop(url: str) -> None:
    """Removes a database; a file goes with its folder."""
    if url.startswith("postgres"):
        drop_postgresql(urlsplit(url).path.removeprefix("/"))


def _name(folder: Path, suffix: str) -> str:
    """A name on a PostgreSQL server that no other process has."""
    return f"satselect_test_{os.getpid()}_{crc32(bytes(folder)):08x}{suffix}"


def connect(url: str) -> None:
    """Makes every thread's next connection go there, with nothing kept of what it found elsewhere."""
    restart()
    SESSIONS.keep(connections["default"])
    connections["default"].close()
    settings = connection_settings(url, pool_size=4)
    if "postgresql" in settings["ENGINE"]:
        settings["OPTIONS"].pop("pool")  # it would outlive the test
    connections.settings = connections.configure_settings({"default": settings})
    del connections["default"]
    SESSIONS.lend(connections["default"])


@cache
def names_of_tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def counts() -> dict[str, int]:
    """Table to its number of rows, and the counters of fleets."""
    with connection.cursor() as cursor:
        found = {}
        for table in names_of_tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT sum(seq + version + event_number + buffered) FROM store_fleet")
        return found | {"counters": int(cursor.fetchone()[0])}
