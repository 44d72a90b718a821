"""Submit a batch: its tasks are accepted, all or none, and buffered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from satselect.scheduling.errors import KeyReusedError, UnknownFleetError
from satselect.scheduling.resources import Known, resources_of
from satselect.scheduling.signatures import signature_ids
from satselect.schemas.tasks import NewTask, Status
from satselect.store.ids import new_ids
from satselect.store.models import Batch, Event, Fleet, History, Task, TaskResource
from satselect.store.transactions import short_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody wants done.

    Attributes:
        fleet: the slug of the fleet that should do it.
        digest: of the request, so that a repetition is recognised.
        idempotency_key: unique per account; submissions without one are never repetitions.
    """

    fleet: str
    account_id: int
    user_id: int
    tasks: Sequence[NewTask]
    digest: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The batch that a submission became, or had become before."""

    batch: Batch
    is_replay: bool


def submit(submission: Submission, *, at: datetime) -> Receipt:
    """Stores the batch and its tasks, buffered. Submitting twice with one key is submitting once.

    Raises:
        UnknownFleetError: there is no such fleet.
        KeyReusedError: the key belongs to another submission.
        InvalidError: tasks use resources that the fleet doesn't have, or more than it has.
    """
    if receipt := _earlier(submission):
        return receipt
    try:
        with short_transaction():
            return Receipt(_store(submission, at), is_replay=False)
    except IntegrityError:
        # The same key in the same instant: whoever was first has committed by now.
        if receipt := _earlier(submission):
            return receipt
        raise


def _earlier(submission: Submission) -> Receipt | None:
    key = submission.idempotency_key
    if key is None:
        return None
    batch = Batch.objects.filter(account_id=submission.account_id, idempotency_key=key).first()
    if batch is None:
        return None
    if batch.digest != submission.digest:
        raise KeyReusedError(key)
    return Receipt(batch, is_replay=True)


def _store(submission: Submission, at: datetime) -> Batch:
    fleet = _numbered(submission)
    known = resources_of(submission.tasks, fleet)
    ids = new_ids(at)
    batch = Batch.objects.create(
        id=next(ids),
        account_id=submission.account_id,
        fleet=fleet,
        seq=fleet.seq,
        idempotency_key=submission.idempotency_key,
        digest=submission.digest,
        created=at,
    )
    _store_tasks(submission, batch, known, ids, at)
    Event.objects.create(fleet=fleet, number=fleet.event_number, at=at, kind=Event.Kind.BATCH, batch=batch)
    return batch


def _numbered(submission: Submission) -> Fleet:
    # First of all, so that batches are numbered in the order in which they are committed.
    fleets = Fleet.objects.filter(slug=submission.fleet)
    count = len(submission.tasks)
    if not fleets.update(seq=F("seq") + 1, event_number=F("event_number") + 1, buffered=F("buffered") + count):
        raise UnknownFleetError(submission.fleet)
    return fleets.get()


def _store_tasks(
    submission: Submission, batch: Batch, known: Mapping[str, Known], ids: Iterator[UUID], at: datetime
) -> None:
    uses = [{known[name].id: amount for name, amount in task.resources.items()} for task in submission.tasks]
    signatures = signature_ids(batch.fleet_id, uses)
    tasks = [
        Task(
            id=next(ids),
            account_id=batch.account_id,
            fleet_id=batch.fleet_id,
            submitted_by_id=submission.user_id,
            batch=batch,
            batch_seq=batch.seq,
            position=position,
            signature_id=signatures[position],
            name=task.name,
            reference=task.reference,
            payload=task.payload,
            profit=float(task.profit),
            is_whole_profit=isinstance(task.profit, int),
            not_before=task.not_before,
            deadline=task.deadline,
            created=at,
            updated=at,
        )
        for position, task in enumerate(submission.tasks)
    ]
    Task.objects.bulk_create(tasks)
    _store_uses(tasks, uses)
    _store_history(tasks, submission.user_id, at)


def _store_uses(tasks: Sequence[Task], uses: Sequence[dict[int, int]]) -> None:
    TaskResource.objects.bulk_create(
        TaskResource(task=task, resource_id=resource_id, amount=amount, position=position)
        for task, amounts in zip(tasks, uses, strict=True)
        for position, (resource_id, amount) in enumerate(amounts.items())
    )


def _store_history(tasks: Sequence[Task], user_id: int, at: datetime) -> None:
    History.objects.bulk_create(
        History(task=task, at=at, after=Status.BUFFERED, reason=History.Reason.SUBMITTED, by_id=user_id)
        for task in tasks
    )
