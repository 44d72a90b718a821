"""Whether the files of a SQLite database are still those that this process works on.

Who removes or replaces them under a running service leaves it with files that no path leads to: it would go on, and
all of it would be lost with the process.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.db import OperationalError, connections

_BESIDE = ("", "-wal", "-shm")  # the database, its log, and the index of that which processes share

Identity = tuple[int, int] | None


class StorageGoneError(OperationalError):
    """The files of the database are gone, or others are in their place."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """The files, and which they were; a connection that stays open keeps SQLite from making them anew."""

    files: dict[Path, Identity]
    keeper: sqlite3.Connection


_watched: list[_Watched] = []


def watch_files() -> None:
    """From now on this process works with the files that are there, and makes no others. PostgreSQL needs none of it.

    Raises:
        OperationalError: the file can't be opened.
    """
    unwatch()
    settings = connections["default"].settings_dict
    if not settings["ENGINE"].endswith("sqlite3"):
        return
    path = Path(settings["NAME"])
    address = f"file:{quote(str(path))}?mode=rw"  # made anew, an empty one would take what comes
    try:
        keeper = sqlite3.connect(address, uri=True, check_same_thread=False)
        # In WAL mode the files beside it are there for as long as a connection is.
        keeper.execute("PRAGMA journal_mode=WAL")
        keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens what is beside it, too
    except sqlite3.Error as error:
        raise OperationalError(str(error)) from error
    # The address, so that Django's own connections make no new file either.
    settings["NAME"] = address
    files = {beside: _identity(beside) for beside in (path.with_name(path.name + suffix) for suffix in _BESIDE)}
    _watched.append(_Watched({file: which for file, which in files.items() if which}, keeper))


def unwatch() -> None:
    """The files are no business of this process any more."""
    while _watched:
        _watched.pop().keeper.close()


def check_files() -> None:
    """Returns if they are still the same, which costs some microseconds.

    Raises:
        StorageGoneError: one of them is gone, or another one is in its place.
    """
    for watched in _watched:
        for file, which in watched.files.items():
            if _identity(file) != which:
                raise StorageGoneError(f"{file.name} was removed or replaced under the running service")


def _identity(file: Path) -> Identity:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino
