"""What became of orders, in the words of a tasking API: from the history of their tasks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from satselect.application.access.visibility import status_at
from satselect.application.ordering.waiting import COMPETITION, FROZEN, NOT_YET, UNAVAILABLE, waits_for
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Batch, History, Order, Task
from satselect.store.queries.tasks.histories import changes

Reason = History.Reason
PLANNED, RETRY, BY_USER = "planned", "retry", "user_cancelled"
_WORDS = {
    COMPETITION: "others that are worth more hold what it needs",
    UNAVAILABLE: "what it needs is out of service, or lacking, in each of its opportunities within the horizon",
    FROZEN: "its opportunities within the horizon lie in the frozen part of the plan, to which nothing is added",
    NOT_YET: "its next opportunity begins beyond the horizon of the fleet",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What an order was from a time on.

    Attributes:
        code: received, accepted, rejected, scheduled, tasked, completed, failed, cancelled or expired.
        reason: a code of why, if there is one.
        words: the same for people.
        place: where and when it is planned.
        needs: its break-even profit, exact; None if that is not known, or not told.
        wins_with: the least profit in hundredths that surely wins; None as above.
        unknown: why these are not known, where they would be told.
        as_of: when these were so.
        links: where what it brought is, as the executor reported.
    """

    at: datetime
    code: str
    reason: str | None = None
    words: str | None = None
    place: Assignment | None = None
    needs: float | None = None
    wins_with: float | None = None
    unknown: str | None = None
    as_of: datetime | None = None
    links: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """An order as it is.

    Attributes:
        task: None where it was refused, or nobody has looked for it.
        steps: oldest first; the last one is what it is now.
    """

    order: Order
    task: Task | None
    steps: Sequence[Step] = field(default_factory=list)

    @property
    def now(self) -> Step:
        """What it is."""
        return self.steps[-1]


def just_placed(order: Order) -> Standing:
    """What an order is that was stored this moment: nobody has looked at it yet."""
    return Standing(order, None, _first(order))


def standings(orders: Sequence[Order], *, at: datetime) -> list[Standing]:
    """What became of these orders by then, in the order given."""
    ids = [order.id for order in orders]
    tasks = {task.id: task for task in Task.objects.filter(id__in=ids).select_related("fleet", "batch__iteration")}
    history: defaultdict[UUID, list[History]] = defaultdict(list)
    for line in changes().filter(task__in=ids):
        if line.reason != Reason.EDITED or line.before == Status.SCHEDULED:  # else it waits as before
            history[line.task_id].append(line)
    places: defaultdict[UUID, dict[UUID, Assignment]] = defaultdict(dict)
    # All of them, not the live one: where it was planned before is part of what is told.
    for one in Assignment.objects.filter(task__in=ids).select_related("satellite").order_by("id"):
        places[one.task_id][one.iteration_id] = one
    waiting = [task for task in tasks.values() if status_at(task, at) is Status.BUFFERED]
    waits = waits_for(waiting, at=at)
    return [
        Standing(order, task, _steps(order, _Past(task, history[order.id], places[order.id], waits.get(order.id), at)))
        for order in orders
        for task in [tasks.get(order.id)]
    ]


@dataclass(frozen=True, slots=True)
class _Past:
    task: Task | None
    history: Sequence[History]
    places: Mapping[UUID, Assignment]
    waits: str | None
    at: datetime


def _steps(order: Order, past: _Past) -> list[Step]:
    steps, task = _first(order), past.task
    if task is None:
        return steps
    found = [*_considered(task, past), *(step for line in past.history for step in _of_line(task, line, past))]
    if task.status == Status.BUFFERED and status_at(task, past.at) is Status.EXPIRED and task.deadline:
        found.append(Step(task.deadline, "expired"))
    return steps + sorted(found, key=lambda step: step.at)


def _first(order: Order) -> list[Step]:
    """That it came, and that it can't be, if so."""
    received = Step(order.created, "received")
    if order.refusal is None:
        return [received]
    return [received, Step(order.created, "rejected", order.refusal, order.words or None)]


def _considered(task: Task, past: _Past) -> Iterator[Step]:
    """That an iteration looked at it first, and took others."""
    batch: Batch = task.batch
    if batch.iteration is None or batch.iteration_id in past.places:
        return
    is_waiting = past.waits is not None and not past.history
    # Of the past only what happened is kept, not why: what it waits for now may be another thing.
    reason = past.waits if is_waiting else None
    yield Step(batch.iteration.as_of, "accepted", reason, _WORDS.get(reason or ""))


def _of_line(task: Task, line: History, past: _Past) -> Iterator[Step]:
    place = past.places.get(line.iteration_id) if line.iteration_id else None
    is_last = line is past.history[-1]
    if line.reason == Reason.SELECTED or (line.reason == Reason.REPLANNED and line.after == Status.SCHEDULED):
        yield from _planned(task, line, place, past.at)
    elif line.reason in (Reason.REPLANNED, Reason.EDITED):
        reason = past.waits if is_last else None
        yield Step(line.at, "accepted", reason, _WORDS.get(reason or "", "it was planned, and is not any more"))
    elif line.reason == Reason.RETRIED:
        yield Step(line.at, "accepted", RETRY, line.words or None, links=line.links or ())
    elif line.reason == Reason.COMPLETED:
        yield Step(line.at, "completed", words=line.words or None, place=_last(past), links=line.links or ())
    elif line.reason == Reason.FAILED:
        yield Step(line.at, "failed", words=line.words or None, links=line.links or ())
    elif line.reason == Reason.CANCELLED:
        is_own = line.by is not None and line.by.account_id == task.account_id
        reason = BY_USER if is_own else None
        yield Step(line.at, "cancelled", reason, line.words or None, links=line.links or ())
    elif line.reason == Reason.OVERDUE:
        yield Step(line.at, "expired")


def _planned(task: Task, line: History, place: Assignment | None, at: datetime) -> Iterator[Step]:
    """Planned; scheduled, once its start is so near that nothing is planned there any more; tasked, once fetched."""
    if place is None or place.starts is None:
        yield Step(line.at, "scheduled", place=place)  # the fleet did not plan in time then
        yield from _tasked(place, line.at, at)
        return
    freezes = max(place.starts - timedelta(seconds=task.fleet.frozen_s), line.at)
    is_over = place.ended is not None and place.ended < freezes
    yield Step(line.at, "accepted", PLANNED, place=place)
    if freezes <= at and not is_over:
        yield Step(freezes, "scheduled", place=place)
        yield from _tasked(place, freezes, at)


def _tasked(place: Assignment | None, since: datetime, at: datetime) -> Iterator[Step]:
    """That whoever executes it has it: fetched as it is, and it does not change any more."""
    if place is None or place.fetched is None:
        return
    taken = max(place.fetched, since)
    if taken <= at and (place.ended is None or taken <= place.ended):
        yield Step(taken, "tasked", place=place)


def _last(past: _Past) -> Assignment | None:
    return list(past.places.values())[-1] if past.places else None
