"""Files of tasks and satellites, as the commands read them."""

import sys
from errno import EBADF

from satselect.schemas.faults import InputError, MalformedError
from satselect.schemas.json_reader import read_json
from satselect.schemas.limits import Limits
from satselect.schemas.satellites import SATELLITES
from satselect.schemas.tasks import NewTask, read_tasks
from satselect.schemas.validation import validate

_LIMITS = Limits(body_bytes=1 << 31, tasks=1 << 31)  # who runs it owns the machine


def tasks_in(path: str) -> list[NewTask]:
    """The tasks that a file holds, or standard input for `-`.

    Raises:
        OSError: it can't be read.
        InputError: it holds something else.
    """
    return read_tasks(_bytes_in(path), _LIMITS)


def satellites_in(path: str) -> dict[str, dict[str, int]]:
    """What each satellite has, from a file, or standard input for `-`.

    Raises:
        OSError: it can't be read.
        InputError: it holds something else.
    """
    return validate(SATELLITES, read_json(_bytes_in(path), _LIMITS))


def lines_about(path: str, error: InputError | OSError) -> list[str]:
    """What is wrong with the file, each fault in a line of its own."""
    if isinstance(error, OSError):
        return [f"{shown(path)}: {error.strerror}"]
    return [f"{shown(path)}: {fault}" for fault in error.every]


def shown(path: str) -> str:
    """What to call the file."""
    return "standard input" if path == "-" else path or "''"


def _bytes_in(path: str) -> bytes:
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
