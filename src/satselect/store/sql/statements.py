"""Statements that are put together once, and asked again and again with other values.

The ORM makes the text of a query anew each time, which takes longer than most queries. What is on the way of every
submission is asked here instead. PostgreSQL reads and plans such a statement once in each session, and again from time
to time (decision 0175).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, OperationalError, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, ForeignKey, Model
from django.db.models.base import ModelState

PLANNED_AGAIN_S = 5.0
"""PostgreSQL keeps a plan for so many seconds: other processes may have stored any number of rows meanwhile."""

FEW_ROWS = 1_000
"""Or until this process has stored twice as many rows as when it was made, and so many besides."""

_OUTDATED = "RevalidateCachedQuery"
"""Where PostgreSQL refuses a prepared statement whose answer has another type by now; of its error nothing else is only
so."""

Row = tuple[Any, ...]
Kind = TypeVar("Kind", bound=Model)


def ask(statement: str, *values: object) -> list[Row]:
    """The rows that a statement gives.

    Args:
        statement: with `%s` for each value; `{among:uuid}` behind a column says that it is one of a list of values of
            that type, whatever their number.
        values: numbers, texts, ids, times, or lists of these.
    """
    with planned_once() as cursor:
        cursor.execute(*_told(cursor.db.vendor, statement, values))
        rows: list[Row] = cursor.fetchall()
    return rows


def change(statement: str, *values: object) -> int:
    """How many rows a statement changes, the arguments being those of `ask`."""
    with planned_once() as cursor:
        cursor.execute(*_told(cursor.db.vendor, statement, values))
        return int(cursor.rowcount)


@contextmanager
def planned_once() -> Iterator[CursorWrapper]:
    """A cursor whose statements PostgreSQL plans once in each session, however often they come.

    A plan that was made while a table was small, and reads all of it, is not kept while it grows: `Growth` says when
    plans are made anew.

    Raises:
        OperationalError: a migration gave a column another type meanwhile; asked again, the statement is a new one.
    """
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: it is another one in each thread
    with own.cursor() as cursor:
        if own.vendor == "postgresql":
            from django.db.backends.postgresql.base import ServerBindingCursor

            # Django's usual one writes values into the text, and each text would be another statement to prepare.
            cursor.cursor = ServerBindingCursor(own.connection)  # type: ignore[call-arg]
            if command := GROWTH.renewal(own.connection):
                with own.wrap_database_errors:  # past Django's: nobody who counts or logs queries asked for it
                    cursor.cursor.execute(command)
        try:
            yield cursor
        except NotSupportedError as error:
            said = getattr(error.__cause__, "diag", None)  # psycopg's; SQLite says nothing like it
            if said is None or said.source_function != _OUTDATED:
                raise
            GROWTH.start_over()
            raise OperationalError("a column that was asked for changed its type") from error


class Growth:
    """How old, and of how small tables, the plans of sessions may be."""

    def __init__(self) -> None:
        self._rows = 0
        self._starts = 0
        self._planned: WeakKeyDictionary[object, tuple[float, int, int]] = WeakKeyDictionary()

    def add(self, rows: int) -> None:
        """This process stored so many rows."""
        self._rows += rows

    def start_over(self) -> None:
        """No session may keep the statements that it has: what they answer is of another type by now."""
        self._starts += 1

    def renewal(self, session: object) -> str | None:
        """The command by which a session, by its connection, makes its plans anew, noted as done; None if they hold."""
        now = monotonic()
        since, rows, starts = self._planned.get(session, (0.0, 0, self._starts))
        is_old = now - since > PLANNED_AGAIN_S or self._rows > 2 * rows + FEW_ROWS
        if not is_old and starts == self._starts:
            return None
        self._planned[session] = now, self._rows, self._starts
        if not since:
            return None
        # With a number, as psycopg looks at what a command did only where its text is new.
        return "DISCARD PLANS" if starts == self._starts else f"DEALLOCATE ALL -- {self._starts}"


GROWTH = Growth()


def id_in(value: UUID | str) -> UUID:
    """An id of a row."""
    return value if isinstance(value, UUID) else UUID(value)


def moment_in(value: datetime) -> datetime:
    """A time of a row: SQLite has no zones."""
    return value.replace(tzinfo=value.tzinfo or UTC)


def sqlite_moment(value: datetime) -> str:
    """A time as SQLite has it: Django's form, without asking the settings which zone is theirs."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


@cache
def columns_of(model: type[Model], alias: str) -> str:
    """The columns of a table in a statement, for `row_in`."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def row_in(model: type[Kind], columns: Row) -> Kind:
    """The row with these columns, all that its table has."""
    made = model.__new__(model)  # as Django makes one, without asking each field and whoever listens
    for (name, read), value in zip(_readers(model), columns, strict=True):
        made.__dict__[name] = value if value is None else read(value)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    return made


@cache
def _readers(model: type[Model]) -> list[tuple[str, Callable[[Any], object]]]:
    kinds: dict[str, Callable[[Any], object]] = {
        "UUIDField": id_in,
        "DateTimeField": moment_in,
        "JSONField": json.loads,
        "BooleanField": bool,
    }
    fields = model._meta.concrete_fields
    return [(field.attname, kinds.get(target_of(field).get_internal_type(), _same)) for field in fields]


def target_of(field: "Field[Any, Any]") -> "Field[Any, Any]":
    """The column that it refers to in the end, or itself."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


def _same(value: object) -> object:
    return value


def _told(vendor: str, statement: str, values: Sequence[object]) -> tuple[str, list[Any]]:
    sent = list(values) if vendor == "postgresql" else [_sqlite(value) for value in values]
    return _worded(statement, vendor), sent


@cache
def _worded(statement: str, vendor: str) -> str:
    return statement.format(among=_Among(vendor))


class _Among:
    """That something is one of a list, in the words of a database."""

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor

    def __format__(self, kind: str) -> str:
        # One parameter for all of them, so that the text is the same for any number.
        return f"= ANY(%s::{kind}[])" if self._vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def _sqlite(value: object) -> object:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return sqlite_moment(value)
        case list():
            return json.dumps([_sqlite(one) for one in value])
    return value
