"""A plan as a table: a row for each task, by start."""

from satselect.exports.facts import as_json
from satselect.exports.tables import csv_of
from satselect.exports.times import MILLISECOND, inward, rfc_3339_milliseconds
from satselect.exports.timetable import PlannedTask, Timetable

COLUMNS = ("name", "satellite", "starts", "ends", "profit", "is_frozen", "resources", "reference", "id", "details")


def write(plan: Timetable) -> bytes:
    """CSV in UTF-8; times as RFC 3339, empty for what has none; resources and details as JSON objects.

    Times have milliseconds, as those of plans do; what is finer is rounded inward.
    """
    return csv_of([_row(task) for task in plan.tasks], COLUMNS).encode("utf-8", "replace")


def _row(task: PlannedTask) -> dict[str, str | float | None]:
    return {
        "name": task.name,
        "satellite": task.satellite,
        **_times(task),
        "profit": task.profit,
        "is_frozen": "true" if task.is_frozen else "false",
        "resources": as_json(dict(task.resources)),
        "reference": task.reference,
        "id": None if task.id is None else str(task.id),
        "details": as_json(dict(task.details)) if task.details else None,
    }


def _times(task: PlannedTask) -> dict[str, str | None]:
    if task.start is None or task.end is None:
        return {"starts": None, "ends": None}
    first, last = inward(task.start, task.end, MILLISECOND)
    return {"starts": rfc_3339_milliseconds(first), "ends": rfc_3339_milliseconds(last)}
