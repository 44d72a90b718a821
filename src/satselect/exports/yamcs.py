"""A plan as items of the timeline of Yamcs: tasks for operators to start, passes as events."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from satselect.exports.facts import as_json, ids_of_passes, ids_of_tasks, name_of, profit_of
from satselect.exports.times import MILLISECOND, inward, rfc_3339_milliseconds
from satselect.exports.timetable import Timetable

Item = dict[str, object]

_TAG = "satselect"


def write(plan: Timetable) -> bytes:
    """The JSON object in UTF-8, as the server lists items; each is a request to save it, too.

    The timeline counts milliseconds, to which times are rounded inward. Items have the tags `satselect`, their
    satellite and their station, by which bands are made.
    """
    items = [*_tasks(plan), *_passes(plan)]
    return f"{json.dumps({'items': items}, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")


def _tasks(plan: Timetable) -> Iterator[Item]:
    for task, uid in zip(plan.tasks, ids_of_tasks(plan), strict=True):
        extra = {
            "profit": profit_of(task),
            "is_frozen": "true" if task.is_frozen else "false",
            "resources": as_json(dict(task.resources)),
        }
        details = as_json(dict(task.details)) if task.details else None
        known = {"satellite": task.satellite, "reference": task.reference, "details": details}
        yield {
            "id": str(uid),
            "name": task.name,
            "type": "ACTIVITY",
            **_times(*plan.span(task)),
            "tags": _tags(task.satellite),
            "extra": extra | {name: fact for name, fact in known.items() if fact},
            "autoStart": False,  # a plan says when, not how: a person starts it (decision 0133)
        }


def _passes(plan: Timetable) -> Iterator[Item]:
    for one, uid in zip(plan.passes, ids_of_passes(plan), strict=True):
        known = {"satellite": one.satellite, "station": one.station}
        yield {
            "id": str(uid),
            "name": name_of(one),
            "type": "EVENT",
            **_times(one.start, one.end),
            "tags": _tags(one.satellite, one.station),
            "extra": {name: fact for name, fact in known.items() if fact},
        }


def _times(start: datetime, end: datetime) -> dict[str, str]:
    first, last = inward(start, end, MILLISECOND)
    return {"start": rfc_3339_milliseconds(first), "duration": _seconds(last - first)}


def _seconds(length: timedelta) -> str:
    """As `390s` or `0.250s`: the mapping of Protocol Buffers to JSON."""
    whole, rest = divmod(length // MILLISECOND, 1000)
    return f"{whole}.{rest:03}s" if rest else f"{whole}s"


def _tags(*names: str | None) -> list[str]:
    return list(dict.fromkeys([_TAG, *(name for name in names if name)]))
