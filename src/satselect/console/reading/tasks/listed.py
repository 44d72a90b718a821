"""Tasks of fleets by their status, or found by what people know: an id, a reference, a name or its beginning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from uuid import UUID

from django.db.models import F, Q, QuerySet

from satselect.application.access.rights import Sight, sees_all, sight_of
from satselect.application.access.visibility import EXECUTED, status_at, visible_assignments, visible_tasks
from satselect.console.formatting import interval
from satselect.console.query_params import identifier
from satselect.console.seen import seen_of
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, Task, User
from satselect.store.queries.finished import whose_task
from satselect.store.queries.tasks.tasks_by_name import ids_beginning, tasks_named
from satselect.store.queries.uses import tell_uses
from satselect.store.sql.chunks import in_parts

PAGE = 50
MOST_FOUND = 1_000
"""So many tasks whose names begin alike are looked through."""
MOST_OWN = 5_000
"""For a user who doesn't see all, so many of the newest tasks are looked through for a beginning."""

_Place = tuple[str, datetime | None, datetime | None]
_NOWHERE: _Place = ("", None, None)


@dataclass(frozen=True, slots=True)
class Search:
    """Which tasks: of these statuses, all if there are none; after that id.

    Attributes:
        oldest_first: or newest.
        by_start: the scheduled ones in the order in which they are planned, what has no time before.
    """

    statuses: Sequence[Status] = ()
    words: str = ""
    oldest_first: bool = False
    after: UUID | None = None
    by_start: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A task in a list.

    Attributes:
        status: of now; it may be recorded a little later.
        satellite: where it is, or was, scheduled last; empty if it is not.
        when: from when to when, if it is planned in time.
        seen: what tells this state of it from others.
    """

    task: Task
    status: Status
    satellite: str
    when: str
    seen: str


def statuses_for(user: User) -> Sequence[Status]:
    """Those in which tasks exist for the user."""
    return EXECUTED if sight_of(user) is Sight.EXECUTED else tuple(Status)


def read_listed(
    user: User, fleets: Sequence[Fleet], search: Search, *, at: datetime
) -> tuple[Sequence[Listed], UUID | None]:
    """A page of the tasks of these fleets, and after which the next one starts; None if that was the last."""
    if search.by_start:
        some = _by_start(user, fleets, search)
    else:
        some = _found(user, fleets, search, at) if search.words else _by_status(user, fleets, search, at)
    tasks = list(islice(some, PAGE + 1))
    shown = _with_all(user, tasks[:PAGE])
    following = shown[-1].id if len(tasks) > PAGE else None
    return _listed(shown, at), following


def _by_start(user: User, fleets: Sequence[Fleet], search: Search) -> Iterator[Task]:
    """The scheduled ones as they are planned, what runs all the time first."""
    live = visible_assignments(user).filter(
        whose_task(status=Status.SCHEDULED), is_live=True, satellite__fleet__in=[fleet.id for fleet in fleets]
    )
    if search.after:
        starts = live.filter(task=search.after).values_list("starts", flat=True).first()
        later = Q(starts__isnull=False) if starts is None else Q(starts__gt=starts)
        live = live.filter(later | Q(starts=starts, task__gt=search.after))
    ids = live.order_by(F("starts").asc(nulls_first=True), "task_id").values_list("task_id", flat=True)
    return (Task(id=id) for id in ids[: PAGE + 1])  # the page reads what it shows of them


def _by_status(user: User, fleets: Sequence[Fleet], search: Search, at: datetime) -> Iterator[Task]:
    """Merged from what an index has in this order: of each fleet each status by itself."""
    visible = visible_tasks(user).only("id").order_by("id" if search.oldest_first else "-id")
    if search.after:
        visible = visible.filter(**{"id__gt" if search.oldest_first else "id__lt": search.after})
    kinds = [
        kind[: PAGE + 1]
        for fleet in fleets
        for status in search.statuses or statuses_for(user)
        for kind in _of_status(visible.filter(fleet=fleet), fleet, status, at)
    ]
    return merge(*kinds, key=attrgetter("id"), reverse=not search.oldest_first)


def _of_status(visible: "QuerySet[Task]", fleet: Fleet, status: Status, at: datetime) -> "Iterator[QuerySet[Task]]":
    of_status = visible.filter(status=status)
    if status is Status.BUFFERED:
        yield of_status.filter(Q(deadline__isnull=True) | Q(deadline__gte=at))
        return
    yield of_status
    if status is Status.EXPIRED:
        # A task is expired from its deadline on, though that is recorded a little later.
        overdue = Task.objects.filter(status=Status.BUFFERED, deadline__lt=at, fleet=fleet)
        yield visible.filter(id__in=overdue.values("id"))


def _found(user: User, fleets: Sequence[Fleet], search: Search, at: datetime) -> Iterator[Task]:
    visible = visible_tasks(user).only("id", "fleet_id", "status", "deadline")
    wanted = {fleet.id for fleet in fleets}
    found = {
        task.id: task
        for part in in_parts(sorted(_matching(user, search.words)))
        for task in visible.filter(id__in=part)
        if task.fleet_id in wanted and (not search.statuses or status_at(task, at) in search.statuses)
    }
    ids = sorted(found, reverse=not search.oldest_first)
    if search.after:
        ids = [id for id in ids if (id > search.after if search.oldest_first else id < search.after)]
    return (found[id] for id in ids)


def _matching(user: User, words: str) -> set[UUID]:
    visible = visible_tasks(user)
    ids: set[UUID] = set()
    if id := identifier(words):
        ids.add(id)
    for by in ("reference", "name"):
        ids.update(tasks_named(visible, by, words).order_by("-id").values_list("id", flat=True)[:MOST_FOUND])
    if sees_all(user):
        ids.update(ids_beginning(words, limit=MOST_FOUND))
    else:
        own = visible.order_by("-id").values_list("id", "name")[:MOST_OWN]
        ids.update(id for id, name in own if name.startswith(words))
    return ids


def _with_all(user: User, tasks: Sequence[Task]) -> list[Task]:
    """The same tasks, with what a list shows of them."""
    full = visible_tasks(user).select_related("fleet")
    found = full.in_bulk([task.id for task in tasks])
    tell_uses(found.values())
    return [found[task.id] for task in tasks if task.id in found]


def _listed(tasks: Sequence[Task], at: datetime) -> list[Listed]:
    last = Assignment.objects.filter(task__in=[task.id for task in tasks]).order_by("id")
    rows = last.values_list("task_id", "satellite__name", "starts", "ends")
    places: dict[UUID, _Place] = {id: (name, starts, ends) for id, name, starts, ends in rows}
    listed = []
    for task in tasks:
        status = status_at(task, at)
        satellite, starts, ends = places.get(task.id, _NOWHERE) if status in EXECUTED else _NOWHERE
        listed.append(Listed(task, status, satellite, interval(starts, ends) if starts and ends else "", seen_of(task)))
    return listed
