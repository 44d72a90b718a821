import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.test import RequestFactory
from psycopg import errors

from satselect.application.errors import BusyError
from satselect.web.problems import answer


def raised_by(fails: Callable[[], object]) -> OperationalError:
    with pytest.raises(sqlite3.Error) as caught:
        fails()
    return OperationalError(str(caught.value))


def locked(folder: Path) -> OperationalError:
    holder, other = (sqlite3.connect(folder / "x", timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN EXCLUSIVE")
    error = raised_by(lambda: other.execute("BEGIN IMMEDIATE"))
    holder.close()
    other.close()
    return error


def full(folder: Path) -> OperationalError:
    small = sqlite3.connect(folder / "x")
    small.execute("CREATE TABLE t (x)")
    small.execute("PRAGMA max_page_count = 3")
    error = raised_by(lambda: small.execute("INSERT INTO t VALUES (zeroblob(100000))"))
    small.close()
    return error


def read_only(folder: Path) -> OperationalError:
    sqlite3.connect(folder / "x").close()
    reader = sqlite3.connect(f"file:{folder / 'x'}?mode=ro", uri=True)
    error = raised_by(lambda: reader.execute("CREATE TABLE t (x)"))
    reader.close()
    return error


def damaged(folder: Path) -> OperationalError:
    (folder / "x").write_bytes(b"no database" * 1000)
    broken = sqlite3.connect(folder / "x")
    error = raised_by(lambda: broken.execute("SELECT * FROM sqlite_master"))
    broken.close()
    return error


def missing(folder: Path) -> OperationalError:
    nowhere = f"file:{folder / 'nowhere'}?mode=rw"
    return raised_by(lambda: sqlite3.connect(nowhere, uri=True))


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        (locked, "the database is locked by another program"),
        (full, "the disk of the database is full"),
        (read_only, "the database can't be written to"),
        (damaged, "the file of the database is damaged"),
        (missing, "the file of the database can't be opened"),
    ],
)
def test_what_sqlite_lacks_is_told(tmp_path: Path, fails: Callable[[Path], OperationalError], words: str) -> None:
    response = answer(RequestFactory().get("/"), fails(tmp_path))
    assert (response.status_code, words in response.content.decode()) == (503, True)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (errors.DiskFull("secret"), "the disk of the database is full"),
        (errors.TooManyConnections("secret"), "the database has no connection left"),
        (errors.ReadOnlySqlTransaction("secret"), "the database can't be written to"),
        (errors.CannotConnectNow("secret"), "the database is starting or stopping"),
        (errors.InvalidCatalogName("secret"), "the database does not exist"),
        (ConnectionError("secret"), "the database does not answer"),
    ],
)
def test_what_postgresql_lacks_is_told(cause: Exception, words: str) -> None:
    error = OperationalError("secret")
    error.__cause__ = cause
    response = answer(RequestFactory().get("/"), error)
    assert (response.status_code, words in response.content.decode()) == (503, True)
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_IOERR_SHMSIZE", "the disk of the database is full"),
        ("SQLITE_IOERR_READ", "the disk of the database fails"),
    ],
)
def test_a_disk_without_room_is_not_called_broken(name: str, words: str) -> None:
    """What SQLite said on a disk of two megabytes that was filled before the first connection."""
    error, error.__cause__ = OperationalError("disk I/O error"), sqlite3.OperationalError("disk I/O error")
    error.__cause__.sqlite_errorname = name
    assert words in answer(RequestFactory().get("/"), error).content.decode()


def test_other_errors_of_the_database_are_our_fault() -> None:
    for error in (IntegrityError("database is locked"), DataError("x"), ProgrammingError("syntax")):
        assert answer(RequestFactory().get("/"), error).status_code == 500
    assert b"does not answer" in answer(RequestFactory().get("/"), InterfaceError("x")).content
    assert b"kept changing" in answer(RequestFactory().get("/"), BusyError("x")).content
