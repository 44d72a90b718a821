"""Files of tasks and satellites, as the commands read them."""

import sys
from errno import EBADF

from satselect.schemas.fields.limits import Limits
from satselect.schemas.fields.satellites import SATELLITES
from satselect.schemas.reading.faults import InputError, MalformedError
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import NewTask, read_tasks

LIMITS = Limits(body_bytes=1 << 31, tasks=1 << 31)  # who runs it owns the machine


def tasks_in(path: str) -> list[NewTask]:
    """The tasks that a file holds, or standard input for `-`.

    Raises:
        OSError: it can't be read.
        InputError: it holds something else.
    """
    return read_tasks(bytes_in(path), LIMITS)


def satellites_in(path: str) -> dict[str, dict[str, int]]:
    """What each satellite has, from a file, or standard input for `-`.

    Raises:
        OSError: it can't be read.
        InputError: it holds something else.
    """
    return validate(SATELLITES, read_json(bytes_in(path), LIMITS))


def lines_about(path: str, error: InputError | OSError) -> list[str]:
    """What is wrong with the file, each fault in a line of its own."""
    if isinstance(error, OSError):
        return [f"{shown(path)}: {error.strerror}"]
    return [f"{shown(path)}: {fault}" for fault in error.every]


def shown(path: str) -> str:
    """What to call the file."""
    return "standard input" if path == "-" else path or "''"


def bytes_in(path: str) -> bytes:
    """What a file holds, or standard input for `-`.

    Raises:
        OSError: it can't be read.
        MalformedError: it is empty.
    """
    if path != "-":
        with open(path, "rb") as file:
            content = file.read()
    elif sys.stdin is None:
        raise OSError(EBADF, "is closed")
    else:
        content = sys.stdin.buffer.read()
    if not content.strip():
        raise MalformedError("is empty")
    return content
