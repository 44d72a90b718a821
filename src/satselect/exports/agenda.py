"""A plan as a calendar (RFC 5545): an event for each task and each pass."""

from collections.abc import Iterator

from satselect.exports.calendars import Event, calendar_of
from satselect.exports.facts import facts_of, ids_of_passes, ids_of_tasks, name_of
from satselect.exports.times import rfc_3339
from satselect.exports.timetable import Timetable


def write(plan: Timetable) -> bytes:
    """The calendar in UTF-8. What is frozen is confirmed, the rest tentative; exact times are in the descriptions."""
    return calendar_of([*_tasks(plan), *_passes(plan)], plan.made_at).encode()


def _tasks(plan: Timetable) -> Iterator[Event]:
    for task, uid in zip(plan.tasks, ids_of_tasks(plan), strict=True):
        start, end = plan.span(task)
        lines = [
            f"from {rfc_3339(start)} until {rfc_3339(end)}",
            *(f"{name}: {is_}" for name, is_ in facts_of(task).items()),
        ]
        yield Event(
            uid=str(uid),
            start=start,
            end=end,
            summary=task.name,
            description="\n".join(lines),
            location=task.satellite or "",
            categories=("task",),
            status="CONFIRMED" if task.is_frozen else "TENTATIVE",
        )


def _passes(plan: Timetable) -> Iterator[Event]:
    for one, uid in zip(plan.passes, ids_of_passes(plan), strict=True):
        yield Event(
            uid=str(uid),
            start=one.start,
            end=one.end,
            summary=name_of(one),
            description=f"from {rfc_3339(one.start)} until {rfc_3339(one.end)}",
            location=one.station or "",
            categories=("pass",),
        )
