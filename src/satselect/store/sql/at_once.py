"""Rows that SQLite gives in one piece.

It lets go of the interpreter at each row, and who has it then keeps it for a while: beside a thread that computes, ten
thousand rows took a second or more instead of a twentieth.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import FloatField, QuerySet


def at_once(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """The same rows, given in one piece by SQLite.

    Args:
        rows: of `values_list`, without floats: these would be rounded.
    """
    if connection.vendor != "sqlite":
        return rows
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
