"""A plan as others take it: what the formats know of it."""

from datetime import datetime

from satselect.cli.plan.inputs import Given
from satselect.cli.plan.output import profit_of
from satselect.engine.planning.model import Assignment
from satselect.engine.planning.outcome import Plan
from satselect.exports.timetable import Contact, PlannedTask, Timetable


def timetable(found: Plan, asked: Given, made_at: datetime) -> Timetable:
    """The plan with the references of its tasks, and with the passes that touch its horizon."""
    start, end = found.horizon.start, found.horizon.end
    return Timetable(
        start=start,
        end=end,
        made_at=made_at,
        tasks=[_task(one, asked.tasks[one.task].reference) for one in found.assignments],
        passes=[
            Contact(satellite=one.satellite, start=one.start, end=one.end, station=one.station)
            for one in asked.passes
            if one.start < end and one.end > start
        ],
    )


def _task(one: Assignment, reference: str | None) -> PlannedTask:
    return PlannedTask(
        name=one.task.name,
        profit=profit_of(one),
        resources=one.task.resources,
        satellite=one.satellite,
        start=one.start,
        end=one.end,
        is_frozen=one.is_fixed,
        reference=reference,
        details={} if one.opportunity is None else one.opportunity.details,
    )
