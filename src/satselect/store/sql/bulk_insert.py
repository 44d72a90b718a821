"""Many rows into a table, without an object for each: a hundredth of the time that the ORM takes.

Others wait meanwhile: on SQLite for the only writer, everywhere for the interpreter. So values are adapted to what the
database takes before a transaction opens, and few statements, the same for any number of rows, store them. PostgreSQL
is sent texts: what psycopg makes of times and ids it makes in Python, value by value, and again for each statement.
SQLite lets go of the interpreter at each statement, and who has it then keeps it for a while: so a statement stores
many rows there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, repeat
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER
from typing import Any, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, ForeignKey, JSONField, Model

from satselect.store.sql.chunks import in_parts

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
        count = len(next(iter(columns.values())))
        return cls(model, {name: _adapted(_field(model, name), values) for name, values in columns.items()}, count)

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
        columns = dict(self.columns)
        for name, given in more.items():
            values = given if isinstance(given, list) else [given]
            adapted = _adapted(_field(self.model, name), values)
            columns[name] = adapted if isinstance(given, list) else list(repeat(adapted[0], self.count))
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        told = {name: values for name, values in columns.items() if not _is_empty(self.model, name, values)}
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            if vendor == "postgresql" and self.count >= COPIED_FROM:
                _copy(cursor, _statement(self.model, tuple(told), "copy"), zip(*told.values(), strict=True))
            elif vendor == "postgresql":
                arrays = [list(values) for values in columns.values()]  # one statement, however many are empty
                cursor.execute(_statement(self.model, tuple(columns), vendor), arrays)
            else:
                rows = list(zip(*told.values(), strict=True))
                _insert_together(cursor, _statement(self.model, tuple(told), vendor), rows)


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Stores the rows, each with a value for each of these columns; the database makes what is missing."""
    if values := list(zip(*rows, strict=True)):
        Adapted.of(model, dict(zip(columns, values, strict=True))).insert()


def _insert_together(cursor: CursorWrapper, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    head, values = statement.split(_VALUES)
    # Some builds take 999 values in a statement, others a quarter of a million.
    most = connections[DEFAULT_DB_ALIAS].connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER) // len(rows[0])
    for size in (min(size, most) for size in TOGETHER):
        end = len(rows) - len(rows) % size
        parts = [list(chain.from_iterable(part)) for part in in_parts(rows[:end], size=size)]
        if parts:
            cursor.executemany(f"{head}{_VALUES}{', '.join([values] * size)}", parts)
        rows = rows[end:]


def _copy(cursor: CursorWrapper, statement: str, rows: Iterable[Sequence[object]]) -> None:
    with connections[DEFAULT_DB_ALIAS].wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _is_empty(model: type[Model], column: str, values: Sequence[object]) -> bool:
    """Whether the database makes nothing of it but NULL, told or not."""
    return values[0] is None and _is_null_untold(model, column) and not any(value is not None for value in values)


@cache
def _is_null_untold(model: type[Model], column: str) -> bool:
    return not _field(model, column).has_db_default()


@cache
def _statement(model: type[Model], columns: Sequence[str], vendor: str) -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    fields = [_field(model, column) for column in columns]
    names = ", ".join(quote(str(field.column)) for field in fields)
    if vendor == "copy":
        return f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    if vendor == "postgresql":
        arrays = ", ".join(f"%s::{_target(field).rel_db_type(connection)}[]" for field in fields)
        return f"{head} SELECT * FROM unnest({arrays})"  # noqa: S608 - own names
    return f"{head}{_VALUES}({', '.join(['%s'] * len(fields))})"


def _adapted(field: "Field[object, object]", values: Sequence[object]) -> Sequence[object]:
    """The values of a column as the database takes them. One that comes again and again is adapted once."""
    if set(map(type, values)) <= {_plain(field), type(None)}:
        return values
    connection = connections[DEFAULT_DB_ALIAS]  # looked up once: it is another one in each thread
    is_told_texts = connection.vendor == "postgresql"
    adapted, before, last = [], object(), None
    for value in values:
        # Identity, not equality: 1, 1.0 and True are equal, and equal values that are other objects cost an adapting
        # only.
        if value is not before:
            before = value
            last = _text(field, value) if is_told_texts else field.get_db_prep_save(value, connection)
        adapted.append(last)
    return adapted


def _text(field: "Field[object, object]", value: object) -> object:
    """A value as PostgreSQL reads it."""
    if value is not None and isinstance(_target(field), JSONField):
        return json.dumps(value, cls=getattr(_target(field), "encoder", None))
    saved = field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])
    match saved:
        case UUID():
            return saved.hex
        case datetime():
            return saved.isoformat()
    return saved


@cache
def _plain(field: "Field[object, object]") -> type | None:
    """The type of its values that need no adapting; None if all do."""
    return _PLAIN.get(_target(field).get_internal_type())


def _target(field: "Field[object, object]") -> "Field[object, object]":
    """The column that it refers to in the end, or itself."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


@cache
def _field(model: type[Model], column: str) -> "Field[object, object]":
    return next(field for field in model._meta.concrete_fields if field.attname == column)
