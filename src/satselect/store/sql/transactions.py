"""The short transactions in which everything is written."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Self

from django.db import InternalError, OperationalError, connection, transaction

from satselect.store.sql.sqlite_file import check_files


class Queue:
    """A lock for which threads wait in the order in which they came.

    A plain one goes to the thread that happens to run when it is free: mostly the one that has just released it.

    >>> with Queue() as queue:
    ...     queue.is_taken
    True
    """

    def __init__(self) -> None:
        self.is_taken = False
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> Self:
        # The guard is held for a moment only; what is waited for is the own lock, handed over by name.
        with self._guard:
            if not self.is_taken:
                self.is_taken = True
                return self
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # released by the thread that hands it over
        return self

    def __exit__(self, *_: object) -> None:
        with self._guard:
            # Handed over while taken, so nobody who comes just now can be quicker than those who wait.
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self.is_taken = False


_one_writer = Queue()


@contextmanager
def short_transaction() -> Iterator[None]:
    """All of it is committed, or nothing.

    SQLite lets one writer in at a time, and those who wait look again ever less often: under load some would wait for
    seconds. Within a process they wait for each other here instead, which costs nothing.

    Raises:
        StorageGoneError: the files of the database are gone, or others are in their place.
        OperationalError: the database did not answer, or ended the session of a process that was frozen meanwhile.
    """
    try:
        # The queue first: BEGIN IMMEDIATE would wait inside of SQLite, which is what the queue is there to avoid.
        with _one_writer if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
            check_files()
            yield
            check_files()  # or what is committed now would be lost
    except InternalError as error:  # so psycopg calls a session that was ended for standing still
        raise OperationalError(str(error)) from error
