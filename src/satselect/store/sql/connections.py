"""Connections are lent: a thread that waits for another has no use for one, and others have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import connection, connections

MOMENT_S = 0.05
"""Who works for longer without a statement gives its connection back; to be lent another takes 0.1 to 0.2 ms."""


def give_back() -> None:
    """Gives the connection back to its pool, outside transactions; the next statement gets one.

    SQLite has no pool: there every thread keeps its own.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()


def giving_back(stop: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, for who is asked it often by the thread that works and may work for long without a statement.

    That thread's connection is given back with the first answer after a moment, and each later one that was lent since.
    """
    since = monotonic()

    def is_over() -> bool:
        nonlocal since
        if monotonic() - since > MOMENT_S:
            give_back()
            since = monotonic()
        return stop()

    return is_over


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
