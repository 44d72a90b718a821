"""Files of tasks and satellites, as the commands read them."""

import sys
from pathlib import Path

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
    return read_tasks(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes(), _LIMITS)


def satellites_in(path: str) -> dict[str, dict[str, int]]:
    """What each satellite has, from a file.

    Raises:
        OSError: it can't be read.
        InputError: it holds something else.
    """
    return validate(SATELLITES, read_json(Path(path).read_bytes(), _LIMITS))
