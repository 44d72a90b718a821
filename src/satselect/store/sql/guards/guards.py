"""What the database itself refuses, said by triggers and constraints that Django's models have no words for."""

from collections.abc import Mapping, Sequence

from django.db import connections

Guard = Mapping[str, tuple[str, Sequence[str]]]
"""By vendor, a query that finds a row once the guard is there, and the statements that put it there."""


def put_up(guard: Guard, using: str) -> None:
    """The guard is there from now on. Repeated it takes no lock.

    Done after each migration and not by one: SQLite makes a table anew when a column changes, without its triggers.
    """
    connection = connections[using]
    is_guarded, statements = guard[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(is_guarded)
        if cursor.fetchone() is None:
            for statement in statements:
                cursor.execute(statement)
