"""Sessions of PostgreSQL that go on from test to test, each as one that has just begun.

One that begins reads what tables there are, for longer than most tests ask them. That is all that is left of the test
before: settings, prepared statements, locks and temporary tables are forgotten by the server, and by psycopg and the
product what they know of a session.
"""

from collections.abc import Callable
from functools import partial
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg._preparing import PrepareManager
from psycopg.pq import ExecStatus, TransactionStatus

from satselect.store.sql import statements

Parameters = dict[str, object]


class Sessions:
    """Those that no test has at the moment."""

    def __init__(self) -> None:
        self._kept: list[psycopg.Connection] = []
        self._parameters: WeakKeyDictionary[psycopg.Connection, Parameters] = WeakKeyDictionary()

    def lend(self, to: BaseDatabaseWrapper) -> None:
        """Has it begin with one that is kept, if there is one to the same database in the same way."""
        if to.vendor == "postgresql":
            to.get_new_connection = partial(self._get, to.get_new_connection)  # type: ignore[method-assign]

    def keep(self, left: BaseDatabaseWrapper) -> None:
        """Takes what a test leaves, unless it is broken or in a transaction."""
        session = left.connection
        if session in self._parameters and _begins_again(session):
            left.connection = None
            self._kept.append(session)

    def close(self) -> None:
        """Ends those that are kept."""
        while self._kept:
            self._kept.pop().close()

    def _get(self, begin: Callable[[Parameters], psycopg.Connection], parameters: Parameters) -> psycopg.Connection:
        for number, session in enumerate(self._kept):
            if self._parameters[session] == parameters:
                return self._kept.pop(number)
        session = begin(parameters)
        self._parameters[session] = parameters
        return session


def _begins_again(session: psycopg.Connection) -> bool:
    """Whether it is as new now."""
    if session.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    if session.pgconn.exec_(b"DISCARD ALL").status != ExecStatus.COMMAND_OK:
        return False
    known, session._prepared = session._prepared, PrepareManager()
    session.prepare_threshold = known.prepare_threshold
    session._notice_handlers.clear()
    session._notify_handlers.clear()
    statements.GROWTH._planned.pop(session, None)
    return True
