"""What a fleet has planned in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.application.access.rights import Right, sees_all
from satselect.application.access.visibility import status_at, visible_assignments
from satselect.application.errors import ConflictError
from satselect.application.tasks.fetched import note_fetched
from satselect.exports.formats import FORMATS
from satselect.exports.timetable import Contact, Timetable
from satselect.exports.timetable import PlannedTask as Line
from satselect.schemas.fields.moments import Moment
from satselect.schemas.planning.passes import PlanAnswer, PlannedTask, TurnAnswer
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.store.models import Assignment, Fleet, User
from satselect.store.queries.plans import turns_within
from satselect.store.queries.supplies import timed_supplies
from satselect.store.queries.uses import uses_of
from satselect.web.callers import caller_of, fleet_for

router = Router(tags=["plans"])

MOST = 10_000
"""Assignments that one answer holds."""


class Within(Schema):
    """Between which times, the horizon of the fleet from now on if missing; and for which program."""

    starts: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None
    format: Literal["json", "csv", "ical", "openmct", "yamcs", "pytroll"] = "json"


@router.get("/api/v1/fleets/{fleet}/plan", response=PlanAnswer, by_alias=True, openapi_extra={"responses": {409: {}}})
def get_plan(request: HttpRequest, fleet: str, wanted: Query[Within]) -> PlanAnswer | HttpResponse:
    """What is planned between two times, by start; what was executed in them, too. A customer sees the own tasks."""
    user, at = caller_of(request, Right.READ), timezone.now()
    found = fleet_for(user, fleet)
    starts, until = _times(found, wanted, at)
    # The last one is for tasks of no length, which end when they start.
    within = Q(starts=None, ended=None) | Q(starts__lt=until, ends__gt=starts) | Q(starts__gte=starts, starts__lt=until)
    live = visible_assignments(user).filter(within, satellite__fleet=found, is_live=True)
    # Before they are read, and the same ones: what is planned otherwise in between is not noted as fetched.
    note_fetched(user, live.order_by("starts", "id").values_list("task_id", flat=True)[:MOST], at=at)
    rows = list(live.select_related("task", "satellite", "opportunity").order_by("starts", "id")[: MOST + 1])
    if len(rows) > MOST:
        raise InvalidError([Fault(f"more than {MOST} tasks are planned then; ask for a shorter time", "/until")])
    frozen_until = at + timedelta(seconds=found.frozen_s)
    if wanted.format != "json":
        tasks, passes = _lines(rows, frozen_until), _contacts(found, starts, until)
        timetable = Timetable(start=starts, end=until, made_at=at, tasks=tasks, passes=passes, name=found.slug)
        return _exported(found, wanted.format, timetable)
    facts: dict[str, Any] = {"fleet": found.slug, "starts": starts, "ends": until, "frozen_until": frozen_until}
    items = [_item(one, frozen_until, at) for one in rows]
    return PlanAnswer.model_construct(**facts, items=items, transitions=_turns(user, found, starts, until), next=None)


def _turns(user: User, fleet: Fleet, starts: datetime, until: datetime) -> list[TurnAnswer] | None:
    """For who sees all of what they lie between; None where there are none."""
    if not sees_all(user):
        return None
    slugs = dict(fleet.satellites.values_list("id", "slug"))
    return [
        TurnAnswer.model_construct(
            satellite=slugs.get(one.satellite_id or 0), resource=one.resource, starts=one.starts, ends=one.ends
        )
        for one in turns_within(timed_supplies(fleet.id), starts, until, most=MOST)
    ] or None


def _times(fleet: Fleet, wanted: Within, at: datetime) -> tuple[datetime, datetime]:
    if fleet.horizon_s is None:
        raise ConflictError("the fleet does not plan in time: it has no horizon")
    starts = wanted.starts or at
    until = wanted.until or starts + timedelta(seconds=fleet.horizon_s)
    if until < starts:
        raise InvalidError([Fault("must not be before from", "/until")])
    return starts, until


def _exported(fleet: Fleet, name: str, timetable: Timetable) -> HttpResponse:
    given = FORMATS[name]
    response = HttpResponse(given.write(timetable), content_type=given.media_type)
    response["Content-Disposition"] = f'attachment; filename="{fleet.slug}.{given.suffix}"'
    return response


def _lines(rows: Sequence[Assignment], frozen_until: datetime) -> list[Line]:
    amounts = uses_of([one.task_id for one in rows])
    return [
        Line(
            name=one.task.name,
            profit=one.task.profit_as_sent,
            resources=amounts.get(one.task_id, {}),
            satellite=one.satellite.slug,
            start=one.starts,
            end=one.ends,
            is_frozen=one.starts is None or one.starts < frozen_until,
            id=one.task_id,
            reference=one.task.reference,
            details=one.opportunity.details if one.opportunity else {},
        )
        for one in rows
    ]


def _contacts(fleet: Fleet, starts: datetime, until: datetime) -> list[Contact]:
    there = fleet.passes.filter(starts__lt=until, ends__gt=starts).select_related("satellite").order_by("starts", "id")
    return [Contact(satellite=one.satellite.slug, start=one.starts, end=one.ends, station=one.station) for one in there]


def _item(one: Assignment, frozen_until: datetime, at: datetime) -> PlannedTask:
    task = one.task
    return PlannedTask.model_construct(
        task=task.id,
        name=task.name,
        reference=task.reference,
        profit=task.profit_as_sent,
        status=status_at(task, at),
        satellite=one.satellite.slug,
        starts=one.starts,
        ends=one.ends,
        is_frozen=one.starts is None or one.starts < frozen_until,
        details=(one.opportunity.details or None) if one.opportunity else None,
    )
