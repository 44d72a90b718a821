"""Many rows into a table, without an object for each: a tenth of the time that the ORM takes."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from django.db import connection
from django.db.models import Field, Model

from satselect.store.parts import VALUES_PER_STATEMENT, in_parts


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Stores the rows, each with a value for each of these columns; the database makes what is missing."""
    fields = [_field(model, column) for column in columns]
    adapted = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    ]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        for part in in_parts(adapted, size=max(VALUES_PER_STATEMENT // len(fields), 1)):
            places = ", ".join([place] * len(part))
            statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places}"  # noqa: S608 - own names
            cursor.execute(statement, list(chain.from_iterable(part)))


@cache
def _field(model: type[Model], column: str) -> "Field[object, object]":
    return next(field for field in model._meta.concrete_fields if field.attname == column)
