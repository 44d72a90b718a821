"""Submit a batch: its tasks are accepted, all or none, and buffered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from satselect.scheduling.errors import KeyReusedError, UnknownFleetError
from satselect.scheduling.events.tell import tell_batch
from satselect.scheduling.iteration.ageing import standing
from satselect.scheduling.points import Point, reach
from satselect.scheduling.submission.deadlines import refuse_passed
from satselect.scheduling.submission.quotas import reserve
from satselect.scheduling.submission.resources import demands_for
from satselect.scheduling.submission.signatures import signature_ids
from satselect.schemas.tasks import NewTask, Status
from satselect.store.counters import Counted, count_batch
from satselect.store.demands import Demand
from satselect.store.ids import new_ids
from satselect.store.inserts import insert
from satselect.store.models import Batch, Event, History, Task, TaskResource
from satselect.store.transactions import short_transaction
from satselect.telemetry.facts import BatchAccepted, BatchRepeated
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span, traceparent


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody wants done.

    Attributes:
        fleet: the slug of the fleet that should do it.
        digest: of what was submitted where, so that a repetition is recognised.
        earlier_digest: by which a release before this one would have recognised it.
        idempotency_key: unique per account; submissions without one are never repetitions.
        quota: how many tasks the user may have in the buffer; None for any number.
        accepts_expired: whether tasks whose deadline has passed are taken, and are expired.
    """

    fleet: str
    account_id: int
    user_id: int
    tasks: Sequence[NewTask]
    digest: str
    earlier_digest: str = ""
    idempotency_key: str | None = None
    quota: int | None = None
    accepts_expired: bool = False


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
        InvalidError: tasks name what the fleet doesn't have, use more than any of its satellites has, or are too late.
        QuotaError: the user would have too many tasks in the buffer.
    """
    with span("submit") as kept:
        receipt = _receipt(submission, at)
        batch = receipt.batch
        kept.add(batch=str(batch.id), fleet=submission.fleet, tasks=len(submission.tasks), is_replay=receipt.is_replay)
    if receipt.is_replay:
        tell(BatchRepeated(fleet_id=batch.fleet_id, batch=batch.id))
    else:
        tell(BatchAccepted(fleet_id=batch.fleet_id, batch=batch.id, tasks=len(submission.tasks)))
    return receipt


def _receipt(submission: Submission, at: datetime) -> Receipt:
    if receipt := _earlier(submission):
        return receipt
    try:
        return Receipt(_committed(submission, at), is_replay=False)
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
    if batch.digest not in {submission.digest, submission.earlier_digest}:
        raise KeyReusedError(key)
    return Receipt(batch, is_replay=True)


def _committed(submission: Submission, at: datetime) -> Batch:
    with short_transaction():
        batch = store(submission, at)
        reach(Point.BEFORE_SUBMISSION_COMMIT)
    reach(Point.AFTER_SUBMISSION_COMMIT)
    return batch


def store(submission: Submission, at: datetime) -> Batch:
    """The batch, stored with its tasks. Call it in a transaction."""
    if not submission.accepts_expired:
        refuse_passed(submission.tasks, at=at)
    fleet = _numbered(submission)
    if submission.quota is not None and submission.tasks:
        reserve(submission.user_id, len(submission.tasks), limit=submission.quota)
    demands = demands_for(submission.tasks, fleet)
    ids = new_ids(at)
    batch = Batch.objects.create(
        id=next(ids),
        account_id=submission.account_id,
        fleet_id=fleet.id,
        seq=fleet.seq,
        idempotency_key=submission.idempotency_key,
        digest=submission.digest,
        traceparent=traceparent(),
        created=at,
    )
    _store_tasks(submission, batch, demands, ids, fleet.ageing_per_hour)
    tell_batch(fleet, batch.id, Event.BatchReason.ACCEPTED, at=at)
    return batch


def _numbered(submission: Submission) -> Counted:
    # First of all, so that batches are numbered in the order in which they are committed.
    fleet = count_batch(submission.fleet, entering=len(submission.tasks))
    if fleet is None:
        raise UnknownFleetError(submission.fleet)
    return fleet


def _store_tasks(
    submission: Submission, batch: Batch, demands: Sequence[Demand], ids: Iterator[UUID], ageing_per_hour: float
) -> None:
    signatures = signature_ids(batch.fleet_id, demands)
    task_ids, at = [next(ids) for _ in submission.tasks], batch.created
    shared = {
        "account_id": batch.account_id,
        "fleet_id": batch.fleet_id,
        "submitted_by_id": submission.user_id,
        "batch_id": batch.id,
        "batch_seq": batch.seq,
        "status": Status.BUFFERED,
        "attempts": 0,
        "created": at,
        "updated": at,
    }
    rows = (
        (id, position, signature, standing(float(task.profit), at, ageing_per_hour), *_own(task), *shared.values())
        for position, (id, signature, task) in enumerate(zip(task_ids, signatures, submission.tasks, strict=True))
    )
    insert(Task, ("id", "position", "signature_id", "standing", *_OWN, *shared), rows)
    _store_uses(task_ids, demands)
    _store_history(task_ids, submission.user_id, at)


_OWN = (
    "name",
    "reference",
    "payload",
    "profit",
    "is_whole_profit",
    "satellites",
    "not_before",
    "deadline",
    "max_attempts",
)


def _own(task: NewTask) -> tuple[object, ...]:
    """What is the task's alone, in the order of `_OWN`."""
    profit = float(task.profit), isinstance(task.profit, int)
    window = task.not_before, task.deadline
    return task.name, task.reference, task.payload, *profit, task.satellites, *window, task.max_attempts


def _store_uses(task_ids: Sequence[UUID], demands: Sequence[Demand]) -> None:
    rows = (
        (id, resource_id, amount, position)
        for id, demand in zip(task_ids, demands, strict=True)
        for position, (resource_id, amount) in enumerate(demand.amounts.items())
    )
    insert(TaskResource, ("task_id", "resource_id", "amount", "position"), rows)


def _store_history(task_ids: Sequence[UUID], user_id: int, at: datetime) -> None:
    rows = ((id, at, "", Status.BUFFERED, History.Reason.SUBMITTED, "", user_id) for id in task_ids)
    insert(History, ("task_id", "at", "before", "after", "reason", "words", "by_id"), rows)
