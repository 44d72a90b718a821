"""Submit a batch: its tasks are accepted, all or none, and buffered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from satselect.application.errors import KeyReusedError, UnknownFleetError
from satselect.application.events.tell import tell_batch
from satselect.application.failpoints import Point, reach
from satselect.application.opportunities.targets import check_targets
from satselect.application.planning.buffer.ageing import rank_key
from satselect.application.tasks.deadlines import refuse_passed
from satselect.application.tasks.opportunities import Opportunities
from satselect.application.tasks.quotas import reserve
from satselect.application.tasks.resources import demands_for
from satselect.application.tasks.rows import Arrival, BatchRows, store_arrivals
from satselect.application.tasks.submission import Submission
from satselect.schemas.tasks import NewTask
from satselect.store.models import Batch, Event
from satselect.store.queries.buffer.signatures import signature_ids
from satselect.store.queries.counters import Counted, count_batch
from satselect.store.sql.transactions import short_transaction
from satselect.telemetry.facts import BatchAccepted, BatchRepeated
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span


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
    tell_of(receipt, tasks=len(submission.tasks))
    return receipt


def tell_of(receipt: Receipt, *, tasks: int) -> None:
    """Tells listeners that a batch of so many tasks was accepted, or came again."""
    batch = receipt.batch
    if receipt.is_replay:
        tell(BatchRepeated(fleet_id=batch.fleet_id, batch=batch.id))
    else:
        tell(BatchAccepted(fleet_id=batch.fleet_id, batch=batch.id, tasks=tasks))


def _receipt(submission: Submission, at: datetime) -> Receipt:
    # Before anything is checked: a repetition is answered as it was, also when its deadlines have passed
    # (decision 0103).
    if receipt := earlier(submission):
        return receipt
    try:
        return Receipt(_committed(submission, at), is_replay=False)
    except IntegrityError:
        # The same key in the same instant: the first of the two has committed by now.
        if receipt := earlier(submission):
            return receipt
        raise


def earlier(submission: Submission) -> Receipt | None:
    """What the same submission became before, if it has a key and was accepted.

    Raises:
        KeyReusedError: the key belongs to another submission.
    """
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
    check_targets(submission.tasks)  # before there is a transaction: to cut an area takes a while
    rows = BatchRows.of(submission, at)
    with short_transaction():
        batch = store(rows)
        reach(Point.BEFORE_SUBMISSION_COMMIT)
    reach(Point.AFTER_SUBMISSION_COMMIT)
    return batch


def store(rows: BatchRows) -> Batch:
    """The batch, stored with its tasks. Call it in a transaction."""
    submission = rows.submission
    if not submission.accepts_expired:
        refuse_passed(submission.tasks, at=rows.at)
    fleet = _numbered(submission)
    rank_keys = rank_keys_of(submission.tasks, rows.at, fleet.ageing_per_hour)
    # The row of the fleet before that of the user, in every transaction: two orders would lock each other out.
    if submission.quota is not None and submission.tasks:
        reserve(submission.user_id, len(submission.tasks), limit=submission.quota)
    timed = Opportunities.of(submission.tasks, fleet)
    demands = timed.marked(demands_for(timed.stand_ins, fleet, most_candidates=submission.most_candidates))
    signatures = signature_ids(fleet.id, demands)
    (batch,) = store_arrivals(fleet.id, [Arrival(rows, fleet.seq, demands, signatures, rank_keys)])
    timed.store(rows.task_ids)
    tell_batch(fleet, batch.id, Event.BatchReason.ACCEPTED, at=rows.at)
    return batch


def rank_keys_of(tasks: Sequence[NewTask], at: datetime, ageing_per_hour: float) -> list[float]:
    """By what each task is ranked that is submitted at that time."""
    return [rank_key(float(task.profit), at, ageing_per_hour) for task in tasks]


def _numbered(submission: Submission) -> Counted:
    # First of all, so that batches are numbered in the order in which they are committed.
    fleet = count_batch(submission.fleet, entering=len(submission.tasks))
    if fleet is None:
        raise UnknownFleetError(submission.fleet)
    return fleet
