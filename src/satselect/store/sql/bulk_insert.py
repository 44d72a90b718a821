"""Many rows into a table, without an object for each: a hundredth of the time that the ORM takes.

Others wait meanwhile: on SQLite for the only writer, everywhere for the interpreter. So values are adapted to what the
database takes before a transaction opens, and few statements, the same for any number of rows, store them. PostgreSQL
is sent texts: what psycopg makes of times and ids it makes in Python, value by value, and again for each statement.
SQLite lets go of the interpreter at each statement, and who has it then keeps it for a while: so a statement stores
many rows there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER
from typing import Any, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, JSONField, Model

from satselect.store.sql.arrays import array_text
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.statements import GROWTH, Row, planned_once, sqlite_moment, target_of

# Below it a round trip costs more than it saves (decision 0161).
COPIED_FROM = 500
"""So many rows go to PostgreSQL by COPY, which takes a third of what arrays take; arrays need one round trip less."""

TOGETHER = (128, 16, 1)
"""So many rows are stored by one statement of SQLite; few sizes, because each connection keeps what it has prepared."""

_VALUES = " VALUES "
_NUMBERS = ("AutoField", "BigAutoField", "IntegerField", "SmallIntegerField", "BigIntegerField")
_COUNTS = ("PositiveSmallIntegerField", "PositiveIntegerField", "PositiveBigIntegerField")
_PLAIN = {"FloatField": float, "BooleanField": bool, "CharField": str, "TextField": str, "SlugField": str}
_PLAIN |= dict.fromkeys((*_NUMBERS, *_COUNTS), int)
"""The type of values, by kind of column, that both databases take as they are."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """Rows of a table as the database takes them, by column.

    Attributes:
        columns: name to the values, a row's at the same place in each.
        count: how many rows.
    """

    model: type[Model]
    columns: Mapping[str, Sequence[object]]
    count: int

    @classmethod
    def of(cls, model: type[Model], columns: Mapping[str, Sequence[object]]) -> Self:
        """The rows with these values. Needs no transaction, and should be done outside of one."""
        own, count = connections[DEFAULT_DB_ALIAS], len(next(iter(columns.values())))
        adapted = {name: _adapted(own, _column(model, name), values) for name, values in columns.items()}
        return cls(model, adapted, count)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, which are of the same columns."""
        if len(parts) == 1:
            return parts[0]
        names = parts[0].columns
        columns = {name: list(chain.from_iterable(part.columns[name] for part in parts)) for name in names}
        return cls(parts[0].model, columns, sum(part.count for part in parts))

    def insert(self, **more: object) -> None:
        """Stores the rows; the database makes what is missing.

        Args:
            more: name to the values of columns that were not known before, or to the one value of all rows.
        """
        if not self.count:
            return
        columns, connection = dict(self.columns), connections[DEFAULT_DB_ALIAS]
        for name, given in more.items():
            adapted = _adapted(connection, _column(self.model, name), given if isinstance(given, list) else [given])
            columns[name] = adapted if isinstance(given, list) else [adapted[0]] * self.count
        GROWTH.add(self.count)
        if connection.vendor == "postgresql" and self.count < COPIED_FROM:
            with planned_once() as cursor:
                _insert_arrays(cursor, self.model, columns)
            return
        told = {name: values for name, values in columns.items() if not _is_empty(self.model, name, values)}
        rows = zip(*told.values(), strict=True)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                _insert_together(cursor, _statement(self.model, tuple(told), "sqlite"), list(rows))
            else:
                _copy(cursor, _statement(self.model, tuple(told), "copy"), rows)

    def insert_giving(self, *names: str) -> list[Row]:
        """Stores the rows, and gives these columns of them, which the database made or were told; in any order."""
        if not self.count:
            return []
        GROWTH.add(self.count)
        given: list[Row]
        with planned_once() as cursor:
            if cursor.db.vendor == "postgresql":
                _insert_arrays(cursor, self.model, self.columns, giving=names)
                given = cursor.fetchall()
                return given
            given, statement = [], _statement(self.model, tuple(self.columns), "sqlite")
            for one, values in _together(statement, list(zip(*self.columns.values(), strict=True))):
                # SQLite gives nothing back of a statement that is repeated.
                for some in values:
                    cursor.execute(f"{one}{_giving(self.model, names)}", some)
                    given += cursor.fetchall()
        return given


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Stores the rows, each with a value for each of these columns; the database makes what is missing."""
    rows_of(model, columns, rows).insert()


def rows_of(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Adapted:
    """The same rows, not stored yet."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return Adapted.of(model, dict(zip(columns, values, strict=True)))


def _insert_arrays(
    cursor: CursorWrapper, model: type[Model], columns: Mapping[str, Sequence[object]], *, giving: Sequence[str] = ()
) -> None:
    """One statement, however many rows there are and columns are empty."""
    statement = _statement(model, tuple(columns), "postgresql")
    cursor.execute(f"{statement}{_giving(model, giving)}", [array_text(values) for values in columns.values()])


def _insert_together(cursor: CursorWrapper, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    for one, parts in _together(statement, rows):
        cursor.executemany(one, parts)


def _together(statement: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Statements of many rows, each with the values of each time it is to be done."""
    head, values = statement.split(_VALUES)
    # Some builds take 999 values in a statement, others a quarter of a million.
    most = connections[DEFAULT_DB_ALIAS].connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER) // len(rows[0])
    for size in (min(size, most) for size in TOGETHER):
        end = len(rows) - len(rows) % size
        parts = [list(chain.from_iterable(part)) for part in in_parts(rows[:end], size=size)]
        if parts:
            yield f"{head}{_VALUES}{', '.join([values] * size)}", parts
        rows = rows[end:]


def _copy(cursor: CursorWrapper, statement: str, rows: Iterable[Sequence[object]]) -> None:
    # Past Django's cursor, which would make its own errors of psycopg's.
    with connections[DEFAULT_DB_ALIAS].wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _is_empty(model: type[Model], column: str, values: Sequence[object]) -> bool:
    """Whether the database makes nothing of it but NULL, told or not."""
    return values[0] is None and _column(model, column).is_null_untold and all(value is None for value in values)


@cache
def _statement(model: type[Model], columns: Sequence[str], vendor: str) -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    fields = [_column(model, column) for column in columns]
    names = ", ".join(quote(field.name) for field in fields)
    if vendor == "copy":
        return f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    if vendor == "postgresql":
        arrays = ", ".join(f"%s::{field.target.rel_db_type(connection)}[]" for field in fields)
        return f"{head} SELECT * FROM unnest({arrays})"  # noqa: S608 - own names
    return f"{head}{_VALUES}({', '.join(['%s'] * len(fields))})"


@cache
def _giving(model: type[Model], columns: Sequence[str]) -> str:
    names = ", ".join(connections[DEFAULT_DB_ALIAS].ops.quote_name(_column(model, name).name) for name in columns)
    return names and f" RETURNING {names}"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table.

    Attributes:
        field: adapts its values.
        target: the column that it refers to in the end, or itself.
        plain: the types of values that need no adapting.
        is_null_untold: whether the database makes NULL of what it isn't told.
    """

    field: "Field[object, object]"
    target: "Field[object, object]"
    plain: frozenset[type]
    is_null_untold: bool

    @property
    def name(self) -> str:
        """What the table calls it."""
        return str(self.field.column)


@cache
def _column(model: type[Model], name: str) -> _Column:
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    target = target_of(field)
    kind = _PLAIN.get(target.get_internal_type())
    return _Column(field, target, frozenset({kind or type(None), type(None)}), not field.has_db_default())


def _adapted(connection: BaseDatabaseWrapper, column: _Column, values: Sequence[object]) -> Sequence[object]:
    """The values of a column as the database takes them. One that comes again and again is adapted once."""
    if column.plain.issuperset(map(type, values)):
        return values
    adapt = partial(_text, column) if connection.vendor == "postgresql" else partial(_value, column, connection)
    adapted, before, last = [], object(), None
    for value in values:
        # Identity, not equality: 1, 1.0 and True are equal, and equal values that are other objects cost an adapting
        # only.
        if value is not before:
            before, last = value, adapt(value)
        adapted.append(last)
    return adapted


def _value(column: _Column, connection: BaseDatabaseWrapper, value: object) -> object:
    """A value as SQLite takes it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return sqlite_moment(value)
    saved: object = column.field.get_db_prep_save(value, connection)
    return saved


def _text(column: _Column, value: object) -> object:
    """A value as PostgreSQL reads it."""
    match value:
        case None:
            return None
        case UUID():
            return value.hex
        case datetime():
            return value.isoformat()
    if isinstance(column.target, JSONField):
        return json.dumps(value, cls=getattr(column.target, "encoder", None))
    return column.field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])
