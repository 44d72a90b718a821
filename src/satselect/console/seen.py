"""What tells one state of a thing from another, so that nobody changes what is not as they saw it."""

from uuid import UUID

from satselect.application.conditions import Condition, unless_changed
from satselect.schemas.fields.entity_tags import digest_of
from satselect.store.models import Outage, Station, Task


def seen_of(task: Task) -> str:
    """Every change of a task moves it, and so does every attempt."""
    return f"{task.updated.isoformat()} {task.attempts} {task.status}"


def as_seen(task_id: UUID, seen: str) -> Condition:
    """That the task is as the page showed it from which the form came."""
    return unless_changed("task", lambda: seen_of(Task.objects.get(id=task_id)), seen)


def seen_of_outage(outage: Outage) -> str:
    """Every change of its times and words moves it."""
    return digest_of([outage.starts, outage.ends, outage.words])


def seen_of_station(station: Station) -> str:
    """Every change of what was put moves it; how far its passes are worked out does not."""
    return digest_of({name: getattr(station, name) for name in _OF_STATION})


_OF_STATION = (
    "name",
    "latitude",
    "longitude",
    "height_m",
    "minimum_elevation",
    "minimum_length_s",
    "drains_per_s",
    "satellites",
)
