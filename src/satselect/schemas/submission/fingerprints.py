"""What two repetitions of a submission have in common, however they are written."""

import json
from collections.abc import Sequence
from hashlib import sha256

from satselect.schemas.fields.moments import written
from satselect.schemas.opportunities import NewOpportunity, Span
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.tasks import NewTask

_VERSION = "2:"
"""Fingerprints of the first version were digests of the bytes that were sent."""
_MOST_CHARACTERS = 64  # the column's


def fingerprint_of(where: str, tasks: Sequence[NewTask]) -> str:
    """A text that is the same for the same tasks in the same order, sent to the same place.

    Neither white space nor the order of fields, resources, satellites or opportunities matters, nor how a number or a
    time is written, nor whether a field that may be left out is; and it is the same in every process.
    """
    document = json.dumps([where, *map(_facts, tasks)], sort_keys=True, separators=(",", ":"))
    return _VERSION + sha256(document.encode()).hexdigest()[: _MOST_CHARACTERS - len(_VERSION)]


def fingerprint_of_document(where: str, document: object) -> str:
    """The same of any JSON value: for the order of members and how numbers are written it is the same."""
    text = json.dumps([where, _same(document)], sort_keys=True, separators=(",", ":"))
    return _VERSION + sha256(text.encode()).hexdigest()[: _MOST_CHARACTERS - len(_VERSION)]


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
        *_facts_of_time(task),
    ]


def _facts_of_time(task: NewTask) -> list[object]:
    """Nothing of a task that asks for no interval: it is the same task wherever it is sent."""
    if not isinstance(task, NewTimedTask) or not task.is_timed:
        return []
    spots = sorted(json.dumps(_spot(spot), sort_keys=True) for spot in task.opportunities or ())
    duration = None if task.duration is None else float(task.duration)
    facts: list[object] = [
        spots,
        duration,
        task.window and _span(task.window),
        task.deliver_by and written(task.deliver_by),
    ]
    # Only where there is one: what was submitted before there were targets keeps its fingerprint.
    return facts if task.target is None else [*facts, _same(task.target.model_dump(mode="json"))]


def _spot(spot: NewOpportunity) -> list[object]:
    profit = None if spot.profit is None else float(spot.profit)
    return [spot.satellite, *_span(spot), profit, _same(spot.details)]


def _span(span: Span) -> list[str]:
    return [written(at) for at in span.times]


def _same(value: object) -> object:
    """The JSON value, in which 1.0 is 1."""
    if isinstance(value, dict):
        return {name: _same(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_same(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
