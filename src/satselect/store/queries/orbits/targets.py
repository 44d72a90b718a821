"""Targets whose opportunities are to be worked out, and which of these count."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, ElementSet, Opportunity, Target
from satselect.store.queries.finished import whose_task

OPEN = (Status.BUFFERED, Status.SCHEDULED)


def due_targets(fleet_id: int, *, until: datetime, limit: int) -> list[Target]:
    """Some targets whose opportunities are not known up to then, with their tasks."""
    found = Target.objects.filter(
        Q(searched_until=None) | Q(searched_until__lt=until), fleet=fleet_id, is_closed=False
    ).select_related("task")
    return list(found.order_by("task_id")[:limit])


def next_search(fleet_id: int) -> datetime | None:
    """The first time up to which the opportunities of a buffered target are known; None if there is none."""
    found = Target.objects.filter(
        whose_task(status=Status.BUFFERED), fleet=fleet_id, is_closed=False, searched_until__isnull=False
    )
    return found.order_by("searched_until").values_list("searched_until", flat=True).first()


def is_unsearched(fleet_id: int) -> bool:
    """Whether the opportunities of a buffered target are not worked out, or not of all satellites."""
    found = Target.objects.filter(fleet=fleet_id, is_closed=False, searched_until=None)
    return found.filter(whose_task(status=Status.BUFFERED)).exists()


def choices() -> Q:
    """Of opportunities: those that a plan may use. What was worked out from old elements is none any more."""
    return Q(is_outdated=False)


def counting() -> Q:
    """Of opportunities: the choices, and beside them those that something is planned in."""
    assigned = Assignment.objects.filter(task=OuterRef("task"), opportunity=OuterRef("id"), is_live=True)
    return choices() | Q(Exists(assigned))


def replaceable(task_ids: Collection[UUID], satellite_id: int, *, after: datetime) -> QuerySet[Opportunity]:
    """What was worked out for these tasks on a satellite, and is not over at that time."""
    return Opportunity.objects.filter(
        task__in=task_ids, satellite=satellite_id, origin__isnull=False, is_outdated=False, ends__gt=after
    )


def unassigned(found: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Those of them in which nothing was ever planned."""
    # Along the index of tasks: that of opportunities would be one more for every assignment there is.
    assigned = Assignment.objects.filter(task=OuterRef("task"), opportunity=OuterRef("id"))
    return found.filter(~Exists(assigned))


def positions_after(task_ids: Collection[UUID]) -> dict[UUID, int]:
    """The first free position among the opportunities of each of these tasks, withdrawn ones too."""
    # Withdrawn ones keep their positions, and these are unique of a task.
    rows = Opportunity.every.filter(task__in=task_ids).order_by().values("task").annotate(last=Max("position"))
    return {row["task"]: row["last"] + 1 for row in rows}


def current_elements_of(satellite_ids: Iterable[int]) -> dict[int, ElementSet]:
    """The elements that count, by the ids of satellites."""
    rows = ElementSet.objects.filter(satellite__in=list(satellite_ids))
    # The newest row, not the latest epoch: an operator may put an older set back on purpose (decision 0134).
    newest = rows.order_by().values("satellite").annotate(newest=Max("id")).values("newest")
    return {row.satellite_id: row for row in ElementSet.objects.filter(id__in=newest)}
