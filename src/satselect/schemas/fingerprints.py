"""What two repetitions of a submission have in common, however they are written."""

import json
from collections.abc import Sequence
from hashlib import sha256

from satselect.schemas.moments import written
from satselect.schemas.tasks import NewTask

_VERSION = "2:"
"""Fingerprints of the first version were digests of the bytes that were sent."""
_MOST_CHARACTERS = 64


def fingerprint_of(where: str, tasks: Sequence[NewTask]) -> str:
    """A text that is the same for the same tasks in the same order, sent to the same place.

    Neither white space nor the order of fields, of resources or of satellites matters, nor how a number or a time is
    written, nor whether a field that may be left out is; and it is the same in every process.
    """
    document = json.dumps([where, *map(_facts, tasks)], sort_keys=True, separators=(",", ":"))
    return _VERSION + sha256(document.encode()).hexdigest()[: _MOST_CHARACTERS - len(_VERSION)]


def _facts(task: NewTask) -> list[object]:
    times = [at and written(at) for at in (task.not_before, task.deadline)]
    satellites = task.satellites and sorted(task.satellites)
    payload = None if task.payload is None else _same(task.payload)
    return [
        task.name,
        task.resources,
        float(task.profit),
        satellites,
        *times,
        task.max_attempts,
        task.reference,
        payload,
    ]


def _same(value: object) -> object:
    """The JSON value, in which 1.0 is 1."""
    if isinstance(value, dict):
        return {name: _same(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_same(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
