"""Connections are lent: a thread that waits for another has no use for one, and others have."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections


def give_back() -> None:
    """Gives the connection back to its pool, outside transactions; the next statement gets one.

    SQLite has no pool: there every thread keeps its own.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()


@contextmanager
def kept_connection() -> Iterator[None]:
    """For who looks again and again in a thread of its own: the connection is given back, and closed after a failure.

    To open a file of SQLite takes ten times as long as to look into it.
    """
    try:
        yield
    except BaseException:
        connections.close_all()
        raise
    give_back()
