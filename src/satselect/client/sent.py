"""What a program submits, as the service reads it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from satselect.engine.planning.model import Opportunity, TimedTask
from satselect.engine.problem.task import Task
from satselect.schemas.fields.moments import written
from satselect.schemas.tasks import NewTask

Sent = Task | NewTask | Mapping[str, Any]
"""A task to submit: the engine's, with or without opportunities, the shape of the service, or what its JSON holds."""


def document_of(task: Sent) -> Mapping[str, Any]:
    """What JSON is to hold of it."""
    if isinstance(task, Task):
        named = {"satellites": list(task.satellites)} if task.satellites else {}
        of_time = _of_time(task) if isinstance(task, TimedTask) else {}
        return {"name": task.name, "resources": dict(task.resources), "profit": task.profit, **named, **of_time}
    if isinstance(task, NewTask):
        return task.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return task


def changes_of(changes: Mapping[str, object]) -> dict[str, object]:
    """What JSON is to hold of changes of a task: times and opportunities may be Python's and the engine's."""
    return {name: _value(value) for name, value in changes.items()}


def _value(value: object) -> object:
    match value:
        case datetime():
            return written(value)
        case timedelta():
            return value.total_seconds()
        case Opportunity():
            return _spot(value)
        # Before lists: two times are both ends of a window.
        case (datetime() as starts, datetime() as ends):
            return _span(starts, ends)
        case list() | tuple():
            return [_value(one) for one in value]
    return value


def _of_time(task: TimedTask) -> dict[str, Any]:
    said = {
        "duration": None if task.duration is None else task.duration.total_seconds(),
        "window": task.window and _span(*task.window),
        "deliver_by": task.deliver_by and written(task.deliver_by),
    }
    spots = [_spot(spot) for spot in task.opportunities]
    return {"opportunities": spots, **{name: value for name, value in said.items() if value is not None}}


def _spot(spot: Opportunity) -> dict[str, Any]:
    profit = {} if spot.profit is None else {"profit": spot.profit}
    details = {"details": dict(spot.details)} if spot.details else {}
    return {"satellite": spot.satellite, **_span(spot.start, spot.end), **profit, **details}


def _span(starts: datetime, ends: datetime) -> dict[str, str]:
    return {"from": written(starts), "until": written(ends)}
