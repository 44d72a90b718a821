"""What a plan is made from, and what was planned: opportunities, passes, outages and assignments within some time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from satselect.schemas.tasks import Status
from satselect.schemas.transitions import Position
from satselect.store.models import (
    Assignment,
    AssignmentResource,
    Batch,
    Opportunity,
    Outage,
    Pass,
    Signature,
    Task,
)
from satselect.store.queries.finished import finished, whose_task
from satselect.store.queries.orbits.targets import choices
from satselect.store.queries.supplies import TimedSupply, longest_gap
from satselect.store.sql.chunks import in_parts


class OutageTimes(NamedTuple):
    """What can't be used from a time until another, or until that is said: a satellite, or a supply."""

    satellite_id: int | None
    supply_id: int | None
    starts: datetime
    ends: datetime | None


class Contact(NamedTuple):
    """A pass."""

    satellite_id: int
    station: str | None
    starts: datetime
    ends: datetime
    drains: dict[str, int]


class Turn(NamedTuple):
    """The time that a resource takes from one use to the next, from the end of the one and its turnaround."""

    supply_id: int
    satellite_id: int | None
    resource: str
    starts: datetime
    ends: datetime


class Planned(NamedTuple):
    """A live assignment; without times if its task takes the satellite's resources all the time.

    Of a completed task it lasts until that was reported, and its planned end at most. `worth` is what the task is worth
    in its opportunity, None if that is its profit, and `details` what else is known of that.
    """

    id: int
    task_id: UUID
    name: str
    profit: float
    signature_id: int
    satellite_id: int
    opportunity_id: int | None
    starts: datetime | None
    ends: datetime | None
    status: str
    worth: float | None
    details: dict[str, Any] | None


class Chance(NamedTuple):
    """An opportunity of a task that competes, with what is known of the task."""

    id: int
    satellite_id: int
    starts: datetime
    ends: datetime
    worth: float | None
    details: dict[str, Any]
    task_id: UUID
    name: str
    profit: float
    status: str
    signature_id: int
    created: datetime
    duration_ms: int | None
    window_starts: datetime | None
    window_ends: datetime | None
    deliver_by: datetime | None
    batch_seq: int
    position: int

    @property
    def age(self) -> tuple[int, int]:
        """Smaller for older tasks."""
        return self.batch_seq, self.position

    @property
    def fitting(self) -> tuple[datetime, datetime] | None:
        """What the window leaves of it; None if the task does not fit into that."""
        # Accepted all the same: the task has to fit into one of its opportunities, not into each.
        start, end = max(self.starts, self.window_starts or self.starts), min(self.ends, self.window_ends or self.ends)
        return (start, end) if end - start >= timedelta(milliseconds=self.duration_ms or 0) else None


def outages_within(fleet_id: int, starts: datetime, ends: datetime) -> list[OutageTimes]:
    """What is out of service at some time between these two."""
    lasting = Outage.objects.filter(Q(ends=None) | Q(ends__gt=starts), fleet=fleet_id, starts__lt=ends)
    return [OutageTimes(*row) for row in lasting.values_list("satellite_id", "supply_id", "starts", "ends")]


def passes_within(fleet_id: int, starts: datetime, ends: datetime) -> list[Contact]:
    """The passes that overlap the time between these two, by start."""
    found = Pass.objects.filter(fleet=fleet_id, ends__gt=starts, starts__lt=ends).order_by("starts", "ends", "id")
    return [Contact(*row) for row in found.values_list("satellite_id", "station", "starts", "ends", "drains")]


def planned(fleet_id: int, *, since: datetime, task_ids: Collection[UUID] | None = None) -> list[Planned]:
    """What is scheduled, or was completed since, and takes no time, or ends after that time; by start.

    Args:
        fleet_id: of what fleet.
        since: that time.
        task_ids: of these tasks alone; None for all.
    """
    live = Assignment.objects.filter(
        # The last condition is for tasks of no length, which end when they start.
        Q(starts=None, ended=None) | Q(ends__gt=since) | Q(starts__gte=since),
        whose_task(status__in=(Status.SCHEDULED, Status.COMPLETED)),
        satellite__fleet=fleet_id,
        is_live=True,
    )
    if task_ids is not None:
        rows = [row for part in in_parts(sorted(task_ids)) for row in _planned(live.filter(task__in=part), since)]
        return sorted(rows, key=lambda one: (one.starts is not None, one.starts, one.id))
    return _planned(live.order_by("starts", "id"), since)


def _planned(live: QuerySet[Assignment], since: datetime) -> list[Planned]:
    columns = ("id", "task_id", "task__name", "task__profit", "task__signature_id", "satellite_id")
    more = ("opportunity_id", "starts", "ends", "task__status", "opportunity__profit", "opportunity__details")
    found = []
    for *row, ended in live.values_list(*columns, *more, "ended"):
        one = Planned(*row)
        if one.starts is not None and one.ends is not None:
            ends = finished(one.starts, one.ends, ended, one.status)
            if ends < one.ends and ends <= since:
                continue
            one = one._replace(ends=ends)
        found.append(one)
    return found


def turns_within(supplies: Collection[TimedSupply], starts: datetime, ends: datetime, *, most: int) -> list[Turn]:
    """The transitions between these times, so many at most, by start."""
    turning = {one.id: one for one in supplies if one.transition is not None}
    if not turning:
        return []
    # A use that ended before this may still be turned away from: the longest transition says how far back to look.
    far = longest_gap(turning.values())
    held = AssignmentResource.objects.filter(
        supply__in=list(turning), is_held=True, ends__gt=starts - far, starts__lt=ends + far, assignment__is_live=True
    )
    rows = held.order_by("supply", "starts", "id").values_list("supply_id", "ends", "angle", "mode")
    found = []
    # More uses than turns, since not each two uses that follow each other need one.
    for (id, begins, angle, mode), (same, _, next_angle, next_mode) in pairwise(rows[: 2 * most]):
        turn, one, other = turning[id].transition, Position(angle, mode), Position(next_angle, next_mode)
        if turn is None or begins is None or same != id or not (one.is_known and other.is_known):
            continue
        over = begins + turn.between(one, other)
        if begins < over and begins < ends and over > starts:
            found.append(Turn(id, turning[id].satellite_id, turning[id].name, begins, over))
    return sorted(found, key=lambda one: (one.starts, one.supply_id))[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class Competing:
    """Whose opportunities count.

    Attributes:
        fleet_id: whose tasks.
        last_seq: the last batch to consider.
        at: buffered tasks that may compete later only, or no longer, stay out.
    """

    fleet_id: int
    last_seq: int
    at: datetime

    @property
    def opportunities(self) -> QuerySet[Opportunity]:
        """Those of all tasks that compete, or are scheduled."""
        dead = Batch.objects.filter(fleet=self.fleet_id, state=Batch.State.DEAD)
        may_run = Q(task__status=Status.SCHEDULED) | (
            Q(task__status=Status.BUFFERED, task__batch_seq__lte=self.last_seq)
            & (Q(task__not_before=None) | Q(task__not_before__lte=self.at))
            & (Q(task__deadline=None) | Q(task__deadline__gte=self.at))
            & ~Q(task__batch__in=dead)
        )
        return Opportunity.objects.filter(may_run, choices(), fleet=self.fleet_id)


def chances(who: Competing, *, starts: datetime, ends: datetime, longest_s: float) -> list[Chance]:
    """The opportunities that overlap some time, from start to end, oldest task first.

    Args:
        who: whose.
        starts: of that time.
        ends: of that time.
        longest_s: the length of the longest opportunity there is.
    """
    # The index is by start: what began earlier than this and still lasts would be longer than the longest there is.
    first = starts - timedelta(seconds=longest_s)
    return _chances(who.opportunities.filter(starts__gte=first, starts__lt=ends, ends__gte=starts))


def chances_of(who: Competing, task_ids: Collection[UUID], *, starts: datetime, ends: datetime) -> list[Chance]:
    """The same of these tasks alone."""
    found = who.opportunities.filter(starts__lt=ends, ends__gte=starts)
    some = [chance for part in in_parts(sorted(task_ids)) for chance in _chances(found.filter(task__in=part))]
    return sorted(some, key=lambda chance: chance.age)


def _chances(found: QuerySet[Opportunity]) -> list[Chance]:
    columns = ("id", "satellite_id", "starts", "ends", "profit", "details", "task_id", "task__name", "task__profit")
    more = ("status", "signature_id", "created", "duration_ms", "window_starts", "window_ends", "deliver_by")
    rows = found.order_by("task__batch_seq", "task__position", "position")
    age = ("batch_seq", "position")
    return [Chance(*row) for row in rows.values_list(*columns, *(f"task__{name}" for name in (*more, *age)))]


def tasks_of_batches(fleet_id: int, *, after_seq: int, last_seq: int) -> set[UUID]:
    """The tasks of the batches after one, up to another."""
    batches = Batch.objects.filter(fleet=fleet_id, seq__gt=after_seq, seq__lte=last_seq).values_list("id", flat=True)
    return {
        id
        for part in in_parts(list(batches))
        for id in Task.objects.filter(batch__in=part).values_list("id", flat=True)
    }


def tasks_that_begin(fleet_id: int, *, since: datetime, until: datetime) -> set[UUID]:
    """The tasks of which an opportunity starts at that time or later, and before another."""
    found = Opportunity.objects.filter(fleet=fleet_id, starts__gte=since, starts__lt=until)
    return set(found.values_list("task_id", flat=True))


def tasks_that_may_start(fleet_id: int, *, after: datetime, until: datetime) -> set[UUID]:
    # Strictly after the one and up to the other: those in between were left out of the earlier plan, all others were
    # not.
    """The buffered tasks that may compete by a time, but might not at an earlier one."""
    found = Task.objects.filter(fleet=fleet_id, status=Status.BUFFERED, not_before__gt=after, not_before__lte=until)
    return set(found.values_list("id", flat=True))


def untimed_signatures(ids: Collection[int]) -> set[int]:
    """Those of these signatures whose tasks ask for no interval."""
    found: set[int] = set()
    for part in in_parts(sorted(ids)):
        found.update(Signature.objects.filter(id__in=part, is_timed=False).values_list("id", flat=True))
    return found


def next_chance(fleet_id: int, *, after: datetime) -> datetime | None:
    """The first start of an opportunity of a buffered task after that time; None if there is none."""
    # Not the least of all: that would be looked for among all of the buffer.
    waits = whose_task(status=Status.BUFFERED)
    found = Opportunity.objects.filter(choices(), waits, fleet=fleet_id, starts__gt=after)
    return found.order_by("starts").values_list("starts", flat=True).first()


def next_chance_of(task_id: UUID, *, after: datetime) -> datetime | None:
    """The first start of an opportunity that a task fits into and that ends after that time; None if there is none."""
    found = _chances(Opportunity.objects.filter(choices(), task=task_id, ends__gte=after))
    return min((chance.fitting[0] for chance in found if chance.fitting), default=None)
