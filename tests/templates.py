"""Migrated databases to copy: made once by the test process that needs one first, and gone with the last of them.

Migrating takes seconds of processor time, a copy a fraction of one.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import psycopg
import pytest
from psycopg import sql

POSTGRES_URL = os.environ.get("SATSELECT_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
MUST_RUN = os.environ.get("SATSELECT_TEST_SERVICES") == "required"

CONNECTIONS_OF_A_PROCESS = 50
"""What the services and workers of one test process keep, as a rule."""


@dataclass
class Templates:
    """One template of each kind in a folder that all processes of a test run share."""

    folder: Path
    migrate: Callable[[str], None]
    """Makes the tables of the database at a URL, and leaves no connection to it."""
    _users: TextIOWrapper = field(init=False)

    def __post_init__(self) -> None:
        self._users = (self.folder / "templates.users").open("w")
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def sqlite(self, path: Path) -> str:
        """The URL of a new, migrated file."""
        template = self.folder / "template.sqlite3"
        with self._once("sqlite") as is_first:
            if is_first:
                self.migrate(f"sqlite:///{template}")
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def postgresql(self, name: str) -> str:
        """The URL of a new, migrated database."""
        with self._once("postgresql") as is_first:
            if is_first:
                self.migrate(create_postgresql(self._template_name))
        return create_postgresql(name, template=self._template_name)

    def close(self) -> None:
        """Forgets them; the last process that uses them removes what is outside of the folder."""
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            if self._mark("postgresql").exists():
                drop_postgresql(self._template_name)
                self._mark("postgresql").unlink()
        finally:
            self._users.close()

    @property
    def _template_name(self) -> str:
        return f"satselect_test_template_{crc32(bytes(self.folder)):08x}"

    def _mark(self, kind: str) -> Path:
        return self.folder / f"template.{kind}.made"

    @contextmanager
    def _once(self, kind: str) -> Iterator[bool]:
        """Whether it is to be made; others wait meanwhile, and after a failure the next one tries."""
        with (self.folder / f"template.{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            is_first = not self._mark(kind).exists()
            yield is_first
            self._mark(kind).touch()


def room_for_processes() -> int | None:
    """How many test processes the PostgreSQL server has connections for; None if there is none."""
    try:
        with psycopg.connect(POSTGRES_URL, connect_timeout=3) as server:
            row = server.execute("SELECT current_setting('max_connections')::int").fetchone()
    except psycopg.OperationalError:
        return None
    return max(int(row[0]) // CONNECTIONS_OF_A_PROCESS, 1) if row else None


def create_postgresql(name: str, *, template: str = "template1") -> str:
    """The URL of a new database; the test is skipped, or fails where it must run, if there is no server."""
    identifier = sql.Identifier(name)
    try:
        with psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, sql.Identifier(template)))
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL at SATSELECT_TEST_POSTGRES_URL ({str(error).splitlines()[0]})"
        (pytest.fail if MUST_RUN else pytest.skip)(reason)
    return urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()


def drop_postgresql(name: str) -> None:
    """Removes a database, whoever is connected to it."""
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
