"""Events with all that may be told of them, read with the same few queries however many they are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from satselect.schemas.events import MOST_TASKS
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Batch, Event, Task
from satselect.store.sql.chunks import in_parts

MOST_LINES = 10_000
"""So many tasks make a page: more are told in further ones."""


class Line(NamedTuple):
    """A task that an event is about."""

    id: UUID
    name: str
    reference: str | None
    account_id: int
    satellite: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event.

    Attributes:
        tasks: those that the iteration scheduled, the oldest first, or the one that changed. Of very many only the
            first ones, and the first ones of each account.
        counts: how many the iteration scheduled, by account.
        accounts: whose batch it is, or whose batches the iteration was the first to consider.
        size: how many tasks the batch has.
    """

    event: Event
    tasks: Sequence[Line] = ()
    counts: Mapping[int, int] = field(default_factory=dict)
    accounts: frozenset[int] = frozenset()
    size: int = 0


def events_after(fleet_id: int, number: int, *, limit: int) -> list[Recorded]:
    """The events of a fleet after that number, in their order; fewer where iterations scheduled very many tasks."""
    found = Event.objects.filter(fleet=fleet_id, number__gt=number).order_by("number")
    page = list(_few(found.select_related("fleet", "batch", "iteration", "task").only(*_COLUMNS)[:limit]))
    iteration_ids = [event.iteration_id for event in page if event.iteration_id]
    scheduled, counts, considered = _scheduled(iteration_ids), _counts(iteration_ids), _considered(iteration_ids)
    sizes = _sizes([event.batch_id for event in page if event.batch_id])
    # Only reports and cancellations of scheduled tasks ask: others were on no satellite.
    satellites = _satellites([event.task_id for event in page if event.task_id and event.before == Status.SCHEDULED])
    recorded = []
    for event in page:
        if event.iteration_id:
            id = event.iteration_id
            made = Recorded(event, scheduled[id], counts[id], frozenset(considered[id]))
        elif event.batch:
            made = Recorded(event, accounts=frozenset({event.batch.account_id}), size=sizes[event.batch.id])
        elif event.task:
            made = Recorded(event, (_line(event.task, satellites.get(event.task.id)),))
        else:
            made = Recorded(event)
        recorded.append(made)
    return recorded


_COLUMNS = (
    *("number", "moment", "at", "kind", "before", "after", "reason", "fleet__slug", "batch__account"),
    *("task__name", "task__reference", "task__account", "task__status"),
    *("iteration__status", "iteration__scheduled", "iteration__profit"),
    *("iteration__bound", "iteration__gap", "iteration__buffered"),
)


def _few(events: QuerySet[Event]) -> Iterator[Event]:
    """The first ones, which are about so many tasks together; one at least."""
    lines = 0
    for place, event in enumerate(events):
        lines += event.iteration.scheduled if event.iteration else 1
        # One at least, however large: a page without any would be asked for again for ever.
        if lines > MOST_LINES and place:
            return
        yield event


def _line(task: Task, satellite: str | None) -> Line:
    return Line(task.id, task.name, task.reference, task.account_id, satellite)


def _scheduled(iteration_ids: Sequence[UUID]) -> dict[UUID, list[Line]]:
    """The first tasks of each iteration, and the first ones of each account in it, as many as an event may list."""
    lines: defaultdict[UUID, list[Line]] = defaultdict(list)
    columns = ("iteration_id", "task_id", "task__name", "task__reference", "task__account_id", "satellite__slug")
    for part in in_parts(iteration_ids):
        # Both: an operator is shown the first tasks of all, each customer the first of their own (decision 0050).
        some = Assignment.objects.filter(iteration__in=part).annotate(
            place=_place("iteration"), own_place=_place("iteration", "task__account")
        )
        shown = some.filter(Q(place__lte=MOST_TASKS) | Q(own_place__lte=MOST_TASKS)).order_by(*_OLDEST_FIRST)
        for iteration_id, *facts in shown.values_list(*columns):
            lines[iteration_id].append(Line(*facts))
    return lines


_OLDEST_FIRST = ("task__batch_seq", "task__position")


def _place(*among: str) -> Window:
    return Window(RowNumber(), partition_by=among, order_by=_OLDEST_FIRST)


def _counts(iteration_ids: Sequence[UUID]) -> dict[UUID, Counter[int]]:
    counts: defaultdict[UUID, Counter[int]] = defaultdict(Counter)
    for part in in_parts(iteration_ids):
        counted = Assignment.objects.filter(iteration__in=part).order_by().values_list("iteration", "task__account")
        for iteration_id, account_id, count in counted.annotate(Count("id")):
            counts[iteration_id][account_id] = count
    return counts


def _considered(iteration_ids: Sequence[UUID]) -> dict[UUID, set[int]]:
    accounts: defaultdict[UUID, set[int]] = defaultdict(set)
    for part in in_parts(iteration_ids):
        for iteration_id, account_id in Batch.objects.filter(iteration__in=part).values_list("iteration", "account"):
            if iteration_id:
                accounts[iteration_id].add(account_id)
    return accounts


def _sizes(batch_ids: Sequence[UUID]) -> dict[UUID, int]:
    sizes = dict.fromkeys(batch_ids, 0)
    for part in in_parts(batch_ids):
        counted = Task.objects.filter(batch__in=part).order_by().values_list("batch").annotate(Count("id"))
        sizes.update(counted)
    return sizes


def _satellites(task_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where each of the tasks was scheduled last."""
    satellites: dict[UUID, str] = {}
    for part in in_parts(task_ids):
        assigned: QuerySet[Assignment] = Assignment.objects.filter(task__in=part).order_by("id")
        satellites.update(assigned.values_list("task_id", "satellite__slug"))
    return satellites
