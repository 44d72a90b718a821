"""Long lists: of values, in the parts that one statement takes, and of rows, in one piece."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import FloatField, QuerySet

Value = TypeVar("Value")

VALUES_PER_STATEMENT = 900
"""Builds of SQLite take 999 parameters in one statement, and every query has others beside the list."""


def in_parts(values: Sequence[Value], *, size: int = VALUES_PER_STATEMENT) -> Iterator[Sequence[Value]]:
    """The values in their order, a part for each statement.

    >>> [len(part) for part in in_parts(range(2000))]
    [900, 900, 200]
    """
    for start in range(0, len(values), size):
        yield values[start : start + size]


def at_once(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """The same rows, given in one piece by SQLite.

    It lets go of the interpreter at each row, and who has it then keeps it for a while: beside a thread that computes,
    ten thousand rows took a second or more instead of a twentieth.

    Args:
        rows: of `values_list`, without floats: these would be rounded.
    """
    if connection.vendor != "sqlite":
        return rows
    # What the ORM makes of values as they are stored, ids and times, it makes of these, too.
    compiler = rows.query.get_compiler(connection=connection)
    statement, parameters = compiler.as_sql()
    columns = [column for column, _, _ in compiler.select]
    if any(isinstance(column.output_field, FloatField) for column in columns):
        raise TypeError("floats would be rounded")
    names = ", ".join(f"c{n}" for n in range(len(columns)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH told({names}) AS ({statement}) SELECT json_group_array(json_array({names})) FROM told",  # noqa: S608
            parameters,
        )
        (text,) = cursor.fetchone()
    found: Iterable[tuple[Any, ...]] = compiler.results_iter([json.loads(text)], tuple_expected=True)
    return found
