"""What the open tasks of a fleet look at."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Concat

from satselect.application.access.rights import sees_all
from satselect.application.access.visibility import visible_tasks
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, Target, User
from satselect.store.queries.orbits.targets import OPEN

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_TARGETS = 1_000
MOST_COUNTED = 10_000
MOST_LOOKED_AT = 5_000
"""Of more targets than are shown those of so many tasks are looked at, the ones worth most."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When a task is planned, and on which satellite; no times where it has what it uses all the time."""

    starts: datetime | None
    ends: datetime | None
    satellite: str


@dataclass(frozen=True, slots=True)
class TaskTarget:
    """A task and the place that it looks at, as GeoJSON."""

    task_id: UUID
    name: str
    status: Status
    profit_as_sent: int | float
    geometry: Mapping[str, Any]
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class TaskTargets:
    """The targets that are shown, the scheduled ones first and those worth most first, and how many there are.

    With `has_more` there are more than that: so many are not counted.
    """

    shown: Sequence[TaskTarget]
    count: int
    has_more: bool


def read_targets(user: User, fleet: Fleet, *, at: datetime) -> TaskTargets:
    """Those that the user may see."""
    found = _open(user, fleet, at, OPEN)
    count = found.order_by()[: MOST_COUNTED + 1].count()
    rows = _rows(found if count <= MOST_TARGETS else _open(user, fleet, at, (Status.SCHEDULED,)))
    if len(rows) < min(count, MOST_TARGETS):
        rows += _rows(found.filter(task__in=_best(user, fleet)))[: MOST_TARGETS - len(rows)]
    slots = _slots(row[0] for row in rows)
    shown = [
        TaskTarget(id, name, Status(status), int(profit) if is_whole else profit, sent["geometry"], slots.get(id))
        for id, name, status, profit, is_whole, sent in rows
    ]
    return TaskTargets(shown, min(count, MOST_COUNTED), has_more=count > MOST_COUNTED)


def _open(user: User, fleet: Fleet, at: datetime, statuses: Collection[Status]) -> "QuerySet[Target]":
    # Told in a way in which no index on the status of tasks keeps from that on targets: it holds the whole buffer.
    some = Target.objects.alias(status=Concat("task__status", Value("")))
    found = some.filter(_still(at), fleet=fleet, is_closed=False, status__in=statuses)
    return found if sees_all(user) else found.filter(task__in=visible_tasks(user))


def _still(at: datetime) -> Q:
    """Not of tasks that have expired: that is recorded a little later."""
    return ~Q(task__status=Status.BUFFERED) | Q(task__deadline=None) | Q(task__deadline__gte=at)


def _rows(found: "QuerySet[Target]") -> list[Any]:
    columns = ("task_id", *(f"task__{name}" for name in ("name", "status", "profit", "is_whole_profit")), "sent")
    # "scheduled" comes after "buffered" in the alphabet.
    return list(found.order_by("-task__status", "-task__profit", "task_id").values_list(*columns)[:MOST_TARGETS])


def _best(user: User, fleet: Fleet) -> list[UUID]:
    waiting = visible_tasks(user).filter(fleet=fleet, status=Status.BUFFERED)
    return list(waiting.order_by("-profit", "batch_seq", "position").values_list("id", flat=True)[:MOST_LOOKED_AT])


def _slots(task_ids: Iterable[UUID]) -> dict[UUID, Slot]:
    rows = Assignment.objects.filter(task__in=list(task_ids), is_live=True)
    slots = rows.values_list("task_id", "starts", "ends", "satellite__name")
    return {id: Slot(starts, ends, satellite) for id, starts, ends, satellite in slots}
