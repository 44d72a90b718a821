"""Several queries that see the database at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read within sees nothing of what others commit meanwhile, and keeps nobody from writing.

    In a transaction that is open already, it is that transaction which says what is seen.
    """
    if connection.vendor == "sqlite":
        with _sqlite_snapshot():
            yield
    elif connection.in_atomic_block:
        yield
    else:
        with transaction.atomic():
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _sqlite_snapshot() -> Iterator[None]:
    connection.ensure_connection()
    # Within a transaction of whoever calls: that is a snapshot, and SQLite nests none.
    if connection.connection.in_transaction:
        yield
        return
    # A read transaction sees the database as at its first statement, in WAL mode, and holds up no writer.
    _execute("BEGIN DEFERRED")  # Django's own transactions take the writer's turn
    try:
        yield
    finally:
        _execute("ROLLBACK")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
