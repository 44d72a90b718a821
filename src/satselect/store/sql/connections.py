"""Connections are lent: a thread that waits for another has no use for one, and others have."""

from django.db import connection


def give_back() -> None:
    """Gives the connection back to its pool, outside transactions; the next statement gets one.

    SQLite has no pool: there every thread keeps its own.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
