"""How a database gets the rows of a new one, and no others, again and again.

Past Django, and in a session that stays: the service's way of making those few rows asks ten times as much.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import psycopg
from django.db import connection
from django.db.models import ForeignKey

from satselect.store.models import Account, Fleet, Satellite, User
from satselect.store.sql.guards.append_only import AUDIT

_HAVE_ROWS = Account, Fleet, Satellite, User
"""What a new database has rows of, each after what it refers to."""

_FILLED_BY_DJANGO = {"auth_permission", "django_content_type", "django_migrations"}
"""What migrating fills, and nobody changes."""


class Emptied(Protocol):
    """A session that empties a database."""

    def empty(self) -> None:
        """Leaves the rows that a new database has, with other ids."""

    def close(self) -> None:
        """Ends the session."""


@dataclass(frozen=True)
class _Row:
    """A row of a new database."""

    table: str
    id: object
    values: dict[str, object]
    """By column, without the id and what the database computes."""
    refers: dict[str, tuple[str, object]]
    """Column to the table and id of what it refers to."""

    def insert(self, placeholder: str) -> str:
        """The statement that makes it, and answers with its id."""
        columns = ", ".join(self.values)
        places = ", ".join([placeholder] * len(self.values))
        return f"INSERT INTO {self.table} ({columns}) VALUES ({places}) RETURNING id"  # noqa: S608 - own tables


def emptied(url: str) -> Emptied:
    """For the new database at that URL, which Django is connected to."""
    rows, tables = _rows(), _tables()
    if connection.vendor == "sqlite":
        return _Sqlite(str(connection.settings_dict["NAME"]), tables, rows)
    return _Postgresql(url, tables, rows)


class _Sqlite:
    """Foreign keys are not looked at, as usual where nobody asks for it."""

    def __init__(self, path: str, tables: list[str], rows: list[_Row]) -> None:
        self._session = sqlite3.connect(path, timeout=20, isolation_level=None)
        self._tables, self._rows = tables, rows
        found = self._session.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [AUDIT]
        )
        self._guards: dict[str, str] = dict(found.fetchall())

    def empty(self) -> None:
        ask = self._session.execute
        ask("BEGIN IMMEDIATE")
        is_guarded = ask(f"SELECT 1 FROM {AUDIT} LIMIT 1").fetchone() is not None  # noqa: S608 - own table
        for name in self._guards if is_guarded else ():
            ask(f"DROP TRIGGER {name}")
        for table in self._tables:
            ask(f"DELETE FROM {table}")  # noqa: S608 - own tables
        for guard in self._guards.values() if is_guarded else ():
            ask(guard)
        _insert(self._rows, lambda row, values: ask(row.insert("?"), values).fetchall()[0][0])
        ask("COMMIT")

    def close(self) -> None:
        self._session.close()


class _Postgresql:
    """As a replica no triggers and foreign keys are asked: the user of tests is a superuser."""

    def __init__(self, url: str, tables: list[str], rows: list[_Row]) -> None:
        self._session = psycopg.connect(
            url, prepare_threshold=0, options="-c session_replication_role=replica -c jit=off"
        )
        self._rows = rows
        deletes = [f"_{number} AS (DELETE FROM {table})" for number, table in enumerate(tables)]  # noqa: S608 - own tables
        self._deletes = f"WITH {', '.join(deletes)} SELECT 1"

    def empty(self) -> None:
        ask = self._session.execute
        with self._session.transaction():
            ask("SELECT id FROM store_fleet FOR UPDATE")  # a service that still writes comes first
            # One statement, one way to the server and back; and on small tables it beats TRUNCATE by far.
            ask(self._deletes)
            _insert(self._rows, lambda row, values: ask(row.insert("%s"), values).fetchall()[0][0])

    def close(self) -> None:
        self._session.close()


def _insert(rows: list[_Row], insert: Callable[[_Row, list[object]], object]) -> None:
    ids: dict[tuple[str, object], object] = {}
    for row in rows:
        values = row.values | {column: ids[to] for column, to in row.refers.items()}
        ids[row.table, row.id] = insert(row, list(values.values()))


def _rows() -> list[_Row]:
    found = []
    for model in _HAVE_ROWS:
        fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
        refers = {f"{field.column}": field.related_model for field in fields if isinstance(field, ForeignKey)}
        for one in model._default_manager.order_by("pk"):
            values = {
                f"{field.column}": field.get_db_prep_save(getattr(one, field.attname), connection) for field in fields
            }
            to = {name: (to._meta.db_table, values[name]) for name, to in refers.items() if values[name] is not None}
            found.append(_Row(model._meta.db_table, one.pk, values, to))
    return found


def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [name for name in names if name not in _FILLED_BY_DJANGO]
