"""What a fleet has planned between two moments, and what waits with an opportunity then, as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from satselect.application.access.rights import sees_all
from satselect.application.access.visibility import visible_assignments, visible_tasks
from satselect.console.reading.plan.window import Window, milliseconds
from satselect.schemas.fields.profits import as_sent
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, Opportunity, Task, User
from satselect.store.queries.finished import over, whose_task
from satselect.store.sql.milliseconds import Milliseconds

MOST_SLOTS = 400
"""So many planned tasks are drawn, those worth most."""
MOST_CHANCES = 250
"""The same of opportunities of tasks that wait."""
MOST_LOOKED_AT = 600
"""Among so many of the tasks that wait, those worth most, these are looked for first."""
MOST_THERE = 10_000
"""With more opportunities in a window, of all tasks, they are not looked for further."""
_MOST_READ = MOST_CHANCES + 50
"""So many are read, as of some nothing may be left."""
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What is shown of a task."""

    id: UUID
    name: str
    profit: float
    is_whole_profit: bool
    signature_id: int
    duration_ms: int | None = None
    deadline: datetime | None = None
    deliver_by: datetime | None = None

    @property
    def profit_as_sent(self) -> int | float:
        """9 for 9, 9.0 for 9.0."""
        return as_sent(self.profit, self.is_whole_profit)


@dataclass(frozen=True, slots=True)
class Slot:
    """A task with its place in the plan; without times if it takes what it uses all the time.

    Attributes:
        could_start: of the opportunity that it runs in.
        could_end: of the same.
    """

    assignment_id: int
    task: TaskFacts
    satellite_id: int
    status: str
    starts: datetime | None
    ends: datetime | None
    could_start: datetime | None
    could_end: datetime | None
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """When a task that waits could run, within its window."""

    id: int
    task: TaskFacts
    satellite_id: int
    starts: datetime
    ends: datetime
    profit: float


@dataclass(frozen=True, slots=True)
class PlannedThere:
    """What there is in a window.

    Attributes:
        slots: by start.
        slots_left_out: how many more there are.
        chances: by what their tasks are worth, the most first.
        has_more_chances: whether there are more.
        opportunities: how many begin then, of all tasks, planned ones too; None for who doesn't see all.
    """

    slots: Sequence[Slot]
    slots_left_out: int
    chances: Sequence[Chance]
    has_more_chances: bool
    opportunities: int | None


def read_planned(user: User, fleet: Fleet, window: Window, *, at: datetime) -> PlannedThere:
    """The best of what is planned then, and of what waits."""
    live = planned_within(user, fleet, window)
    slots = _slots(live, at + timedelta(seconds=fleet.frozen_s))
    more = live.count() - MOST_SLOTS if len(slots) > MOST_SLOTS else 0
    begin = _count(fleet, window)
    chances, has_more = _chances(user, fleet, window, at, is_crowded=begin > MOST_THERE)
    count = begin if has_more and sees_all(user) else None
    return PlannedThere(sorted(slots[:MOST_SLOTS], key=_by_start), max(more, 0), chances, has_more, count)


def planned_within(user: User, fleet: Fleet, window: Window) -> "QuerySet[Assignment]":
    """The live assignments that overlap it, and those that take what they use all the time."""
    first = window.starts - timedelta(seconds=fleet.longest_s)
    # The last one is for what takes no time.
    timed = Q(starts__gte=first, starts__lt=window.ends) & (Q(ends__gt=window.starts) | Q(starts__gte=window.starts))
    # By ids and not through the fleet: the index of what is planned begins with the satellite.
    satellites = list(fleet.satellites.values_list("id", flat=True))
    return visible_assignments(user).filter(timed | Q(starts=None, ended=None), satellite__in=satellites, is_live=True)


_TASK = ("id", "name", "profit", "is_whole_profit", "signature_id", "duration_ms", "deadline", "deliver_by")


def _slots(live: "QuerySet[Assignment]", frozen_until: datetime) -> list[Slot]:
    columns = ("id", "satellite_id", "starts", over(), "opportunity__starts", "opportunity__ends", "task__status")
    more = ("task__window_starts", "task__window_ends", *(f"task__{name}" for name in _TASK))
    # Looked up for each: joined, a database may read all tasks for those of a day.
    worth = Subquery(Task.objects.filter(id=OuterRef("task")).values("profit")[:1])
    best = live.alias(worth=worth).order_by("-worth", "id").values_list("id", flat=True)[: MOST_SLOTS + 1]
    rows = Assignment.objects.filter(id__in=list(best)).order_by("-task__profit", "id")
    found = []
    for row in rows.values_list(*columns, *more):
        id, satellite_id, starts, ends, could_start, could_end, status, not_before, not_after, *task = row
        if could_start is not None:
            could_start, could_end = max(could_start, not_before or could_start), min(could_end, not_after or could_end)
        is_frozen = starts is None or starts < frozen_until  # what asks for no time is never planned anew
        facts = TaskFacts(*task)
        found.append(Slot(id, facts, satellite_id, status, starts, ends, could_start, could_end, is_frozen))
    return found


def _within(fleet: Fleet, window: Window, since: datetime) -> "QuerySet[Opportunity]":
    """The opportunities that overlap the window, or what is left of it."""
    return Opportunity.objects.filter(
        Q(ends__gt=since) | Q(starts__gte=since),
        fleet=fleet,
        starts__gte=window.starts - timedelta(seconds=fleet.longest_s),
        starts__lt=window.ends,
    )


def _count(fleet: Fleet, window: Window) -> int:
    begin = Opportunity.objects.filter(fleet=fleet, starts__gte=window.starts, starts__lt=window.ends)
    return begin.order_by()[:MOST_COUNTED].count()


def _chances(user: User, fleet: Fleet, window: Window, at: datetime, *, is_crowded: bool) -> tuple[list[Chance], bool]:
    """The best, and whether there are more.

    Where the tasks that are worth most have enough of them, nobody has to look at all that there are in the window. Of
    a crowded window no others are looked at: they are the best as well, if fewer.
    """
    since = max(window.starts, at)
    waiting = visible_tasks(user).filter(fleet=fleet, status=Status.BUFFERED)
    best = waiting.order_by("-profit", "batch_seq", "position").values_list("id", flat=True)[:MOST_LOOKED_AT]
    found = _best(_of_tasks(list(best), since, window.ends), at)
    if is_crowded or len(found) > MOST_CHANCES:
        return found[:MOST_CHANCES], True
    possible = _within(fleet, window, since).filter(whose_task(status=Status.BUFFERED))
    found = _best(possible if sees_all(user) else possible.filter(task__in=visible_tasks(user)), at)
    return found[:MOST_CHANCES], len(found) > MOST_CHANCES


def _of_tasks(ids: Sequence[UUID], since: datetime, until: datetime) -> "QuerySet[Opportunity]":
    """Their opportunities between two moments; told in a way in which no index on times keeps from that on tasks."""
    begin, end = milliseconds(since), milliseconds(until)
    found = Opportunity.objects.alias(begin=Milliseconds("starts"), end=Milliseconds("ends"))
    return found.filter(Q(end__gt=begin) | Q(begin__gte=begin), task__in=ids, begin__lt=end)


def _best(some: "QuerySet[Opportunity]", at: datetime) -> list[Chance]:
    """Cut to the windows of their tasks, without those of which nothing is left, or too little."""
    due = Q(task__deadline=None) | Q(task__deadline__gte=at)
    still = some.filter(due, is_outdated=False).order_by("-task__profit", "id")
    columns = ("id", "satellite_id", "starts", "ends", "profit", "task__window_starts", "task__window_ends")
    rows = still.values_list(*columns, *(f"task__{name}" for name in _TASK))
    found = []
    for id, satellite_id, starts, ends, worth, not_before, not_after, *task in rows[:_MOST_READ]:
        facts = TaskFacts(*task)
        first, last = max(starts, not_before or starts), min(ends, not_after or ends)
        if last >= first and last - first >= timedelta(milliseconds=facts.duration_ms or 0):
            found.append(Chance(id, facts, satellite_id, first, last, facts.profit if worth is None else worth))
    return found


def _by_start(slot: Slot) -> tuple[bool, float, int]:
    return slot.starts is None, slot.starts.timestamp() if slot.starts else 0.0, slot.assignment_id
