"""A plan as Open MCT's plan view reads it: groups of activities, with times in milliseconds since 1970."""

import json
from collections.abc import Iterator
from datetime import datetime

from satselect.exports.facts import facts_of, ids_of_passes, ids_of_tasks
from satselect.exports.times import MILLISECOND, inward, milliseconds
from satselect.exports.timetable import Timetable

Activity = dict[str, object]

_FROZEN, _MOVABLE, _PASS = "#1d4480", "#2868c4", "#0f766e"


def write(plan: Timetable) -> bytes:
    """The JSON object in UTF-8: satellites by name with their tasks, then stations with their passes.

    Every group begins with a word, since objects in JavaScript tell names that look like numbers first.
    """
    groups: dict[str, list[Activity]] = {}
    for name, activity in [
        *sorted(_tasks(plan), key=lambda one: one[0]),
        *sorted(_passes(plan), key=lambda one: one[0]),
    ]:
        groups.setdefault(name, []).append(activity)
    # Half of a surrogate pair has no bytes in UTF-8.
    return f"{json.dumps(groups, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")


def _tasks(plan: Timetable) -> Iterator[tuple[str, Activity]]:
    for task, uid in zip(plan.tasks, ids_of_tasks(plan), strict=True):
        group = "no satellite" if task.satellite is None else f"satellite {task.satellite}"
        facts = facts_of(task)
        colour = _FROZEN if task.is_frozen else _MOVABLE
        times = _times(*plan.span(task))
        # The inspector lists the names that it finds in `properties`, and takes the facts from beside them.
        yield group, {"name": task.name, **times, **_look(group, colour), "id": str(uid), **facts, "properties": facts}


def _passes(plan: Timetable) -> Iterator[tuple[str, Activity]]:
    for one, uid in zip(plan.passes, ids_of_passes(plan), strict=True):
        group = "no station" if one.station is None else f"station {one.station}"
        times = _times(one.start, one.end)
        yield group, {"name": one.satellite, **times, **_look(group, _PASS), "id": str(uid)}


def _times(start: datetime, end: datetime) -> dict[str, int]:
    first, last = inward(start, end, MILLISECOND)
    return {"start": milliseconds(first), "end": milliseconds(last)}


def _look(group: str, colour: str) -> dict[str, str]:
    return {"type": group, "color": colour, "textColor": "#ffffff"}
