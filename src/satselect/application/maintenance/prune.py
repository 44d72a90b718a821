"""Delete what is over: finished tasks with their histories, and the batches and iterations that only they were in."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.schemas.tasks import Status
from satselect.store.models import (
    Assignment,
    AssignmentResource,
    Batch,
    BreakEven,
    Event,
    Fleet,
    History,
    Iteration,
    Opportunity,
    Order,
    ResourceUse,
    Target,
    Task,
)
from satselect.store.sql.transactions import short_transaction

FINISHED = (Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.EXPIRED)
AT_ONCE = 500
"""Rows per transaction, besides those that belong to them."""


@dataclass(slots=True)
class Pruned:
    """How much was deleted, or would be."""

    tasks: int = 0
    batches: int = 0
    iterations: int = 0
    events: int = 0
    sessions: int = 0


OnProgress = Callable[[Pruned], None]


def prunable(before: datetime) -> Pruned:
    """How much `prune` would delete now."""
    return Pruned(
        tasks=_tasks(before).count(),
        batches=_batches(before).count(),
        iterations=_iterations(before).count(),
        events=Event.objects.filter(at__lt=before).count(),
        sessions=_sessions(before).count(),
    )


def prune(before: datetime, act: Act, *, on_progress: OnProgress = lambda _: None) -> Pruned:
    """Deletes what was over before that time, in many short transactions. It can be interrupted and done again.

    Nothing live is touched: no task that is buffered or scheduled, no iteration that such a task was in, nor the last
    one of a fleet, no batch with a task that stays. The audit stays whole.
    """
    done = Pruned()
    # In this order: what refers to rows goes before them.
    for name, parts in (
        ("events", _delete_events(before)),
        ("tasks", _delete_all(_tasks(before), _delete_tasks)),
        ("batches", _delete_all(_batches(before), _delete_batches)),
        ("iterations", _delete_all(_iterations(before), _delete_iterations)),
        ("sessions", _delete_all(_sessions(before), _delete_sessions)),
    ):
        for count in parts:
            setattr(done, name, getattr(done, name) + count)
            on_progress(done)
    with short_transaction():
        audit(act, "service.prune", before.isoformat(), asdict(done))
    return done


def _tasks(before: datetime) -> QuerySet[Task]:
    """Finished tasks, if all tasks of each iteration that they were in are finished too: an iteration goes whole."""
    over = {"status__in": FINISHED, "updated__lt": before}
    unfinished = Assignment.objects.filter(iteration=OuterRef("iteration")).exclude(
        Q(task__status__in=FINISHED) & Q(task__updated__lt=before)
    )
    stuck = Assignment.objects.filter(Exists(unfinished), task=OuterRef("id"))
    return Task.objects.filter(~Exists(stuck), **over).order_by("id")


def _batches(before: datetime) -> QuerySet[Batch]:
    staying = Task.objects.filter(batch=OuterRef("id")).exclude(id__in=_tasks(before).order_by().values("id"))
    # Nobody has considered these: they are live, however old
    considered = Batch.objects.exclude(state=Batch.State.PENDING)
    return considered.filter(~Exists(staying), created__lt=before).order_by("id")


def _iterations(before: datetime) -> QuerySet[Iteration]:
    going = _tasks(before).order_by().values("id")
    # A fleet's last iteration stays: it says why tasks wait (decision 0064).
    newer = Iteration.objects.filter(fleet=OuterRef("fleet"), version__gt=OuterRef("version"))
    return Iteration.objects.filter(
        ~Exists(Assignment.objects.filter(iteration=OuterRef("id")).exclude(task__in=going)),
        ~Exists(History.objects.filter(iteration=OuterRef("id")).exclude(task__in=going)),
        ~Exists(
            Batch.objects.filter(iteration=OuterRef("id")).exclude(id__in=_batches(before).order_by().values("id"))
        ),
        Exists(newer),
        as_of__lt=before,
    ).order_by("id")


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before).order_by("session_key")


def _delete_events(before: datetime) -> Iterator[int]:
    """The oldest events of each fleet, so that those that are left have no gap between them."""
    for fleet in Fleet.objects.all():
        while ending := _first_events(fleet, before):
            with short_transaction():
                Event.objects.filter(fleet=fleet, number__lte=ending[-1].number).delete()
            yield len(ending)


def _first_events(fleet: Fleet, before: datetime) -> list[Event]:
    first = Event.objects.filter(fleet=fleet).order_by("number")[:AT_ONCE]
    # Up to the first that stays, not all that are old: clocks are set back, and a gap in the middle would be told.
    return list(takewhile(lambda event: event.at < before, first))


def _delete_all(rows: QuerySet[Any], delete: Callable[[list[Any]], None]) -> Iterator[int]:
    while ids := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        with short_transaction():
            delete(ids)
        yield len(ids)


def _delete_tasks(ids: list[Any]) -> None:
    # In the transaction that deletes: whoever reads sees the histories, or is told that they are gone.
    _forget(ids)
    _delete(BreakEven, ids)
    _delete(Order, ids)  # which have the ids of their tasks
    AssignmentResource.objects.filter(assignment__task__in=ids).delete()
    for model in (Assignment, History, Target):
        model.objects.filter(task__in=ids).delete()
    Opportunity.every.filter(task__in=ids).delete()  # the withdrawn ones, too
    _delete(Task, ids)


def _forget(ids: list[Any]) -> None:
    """Says of each fleet up to which version its buffer can't be told any more."""
    going = History.objects.filter(task__in=ids, version__isnull=False).order_by()
    for fleet_id, version in going.values_list("fleet").annotate(Max("version")).order_by("fleet"):
        Fleet.objects.filter(id=fleet_id, forgotten__lt=version).update(forgotten=version)


def _delete_batches(ids: list[Any]) -> None:
    Order.objects.filter(batch__in=ids).delete()  # those that were refused
    _delete(Batch, ids)


def _delete_iterations(ids: list[Any]) -> None:
    ResourceUse.objects.filter(iteration__in=ids).delete()
    _delete(Iteration, ids)


def _delete_sessions(ids: list[Any]) -> None:
    _delete(Session, ids)


def _delete(model: type[Model], ids: list[Any]) -> None:
    # Straight from the table: Django would look for whatever might refer to a row, and so does the database anyway.
    rows = model._default_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)
