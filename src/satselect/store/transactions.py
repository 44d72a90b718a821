"""The short transactions in which everything is written."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from django.db import InternalError, OperationalError, connection, transaction

from satselect.store.sqlite_file import check_files

_one_writer = Lock()


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
        with _one_writer if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
            check_files()
            yield
            check_files()  # or what is committed now would be lost
    except InternalError as error:  # so psycopg calls a session that was ended for standing still
        raise OperationalError(str(error)) from error
