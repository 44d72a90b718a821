"""What a database that can't be used lacks, in words of our own: those of its driver may quote what was sent."""

from collections.abc import Mapping

from django.db import InterfaceError, OperationalError, ProgrammingError

from satselect.application.errors import BusyError, StaleError
from satselect.store.sql.sqlite_file import StorageGoneError

_GONE = "a file of the database was removed or replaced under the running service; nothing is accepted until it is back"
_FULL = "the disk of the database is full"
_READ_ONLY = "the database can't be written to"
_FAILS = "the disk of the database fails"
_DAMAGED = "the file of the database is damaged"
_NO_ANSWER = "the database does not answer"
_TABLES = "the database lacks the tables of the service"

_SQLITE: Mapping[str, str] = {
    "database or disk is full": _FULL,
    "database is locked": "the database is locked by another program",
    "database table is locked": "the database is locked by another program",
    "readonly database": _READ_ONLY,
    "disk i/o error": _FAILS,
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
    "unable to open": "the file of the database can't be opened",
    "no such table": _TABLES,
    "no such column": _TABLES,
}
"""What SQLite says, in small letters, to what it means."""

_CODES: Mapping[str, str] = {
    # The file beside the database can't grow: SQLite calls that an error of the disk, where nothing fails but room.
    "SQLITE_IOERR_SHMSIZE": _FULL,
    "53100": _FULL,
    "53200": "the database is out of memory",
    "53300": "the database has no connection left",
    "25006": _READ_ONLY,
    "57P03": "the database is starting or stopping",
    "55P03": "the database is locked by another program",
    "42P01": _TABLES,
    "42703": _TABLES,
    "3D000": "the database does not exist",
}
"""Names of SQLite's result codes, and states of SQL (PostgreSQL's appendix A), to what they mean."""


def words_of(error: Exception) -> str | None:
    """Why the database can't be used, or why a fleet is busy; None for any other error."""
    if isinstance(error, StorageGoneError):
        return _GONE
    if isinstance(error, BusyError | StaleError):
        return "the fleet kept changing for too long; try again"
    if isinstance(error, OperationalError | InterfaceError | ProgrammingError):
        said = str(error).lower()
        meant = next((words for part, words in _SQLITE.items() if part in said), _NO_ANSWER)
        return _CODES.get(_code_of(error), meant)
    return None


def lacks_tables(error: Exception) -> bool:
    """Whether the database is an empty one, as one that was dropped and made anew."""
    return isinstance(error, ProgrammingError) and words_of(error) == _TABLES


def is_for_operators(error: Exception) -> bool:
    """Whether it stays so until somebody does something about it."""
    return words_of(error) in {_GONE, _FULL, _READ_ONLY, _TABLES, _DAMAGED, _FAILS}


def _code_of(error: BaseException | None) -> str:
    """The code that the driver told, in the error or in what caused it."""
    while error is not None:
        if code := getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None):
            return str(code)
        error = error.__cause__
    return ""
