"""The inbox: the batches of a fleet that no iteration considered yet. It is the truth, whatever a bus carried.

A batch that kills whoever selects with its tasks must not stop its fleet. So a batch that is tried again is counted
before it is tried, where a crash can't lose the count; of batches that failed before, one is tried at a time; and one
that was tried too often is dead: its tasks are kept, but no iteration considers them until somebody requeues it.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Min

from satselect.scheduling.audit import audit
from satselect.scheduling.conditions import Condition, always
from satselect.scheduling.ending import is_ending
from satselect.scheduling.errors import BusyError, ConflictError, StaleError
from satselect.scheduling.events.tell import tell_batch
from satselect.scheduling.iteration.iterate import PATIENCE_S, Clock, Select, iterate, shorter
from satselect.scheduling.iteration.turns import turn
from satselect.scheduling.points import Point, reach
from satselect.selection.buffer import Buffer
from satselect.store.counters import count_change
from satselect.store.models import Batch, Event, User
from satselect.store.transactions import short_transaction
from satselect.telemetry.facts import BatchDied, CommitFenced
from satselect.telemetry.listeners import tell

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8


class Pending(NamedTuple):
    """A batch in the inbox."""

    id: UUID
    seq: int
    attempts: int


class Oldest(NamedTuple):
    """The first pending batch of a fleet, by its number."""

    partition: int
    fleet_id: int
    seq: int


def oldest_pending(partitions: Sequence[int] | None = None) -> list[Oldest]:
    """For each fleet of these partitions that has pending batches, the first of them; None asks for all partitions."""
    pending = Batch.objects.filter(state=Batch.State.PENDING)
    if partitions is not None:
        pending = pending.filter(fleet__partition__in=partitions)
    rows = pending.values_list("fleet__partition", "fleet_id").annotate(first=Min("seq"))
    return [Oldest(*row) for row in rows]


def traceparent_of(oldest: Oldest) -> str | None:
    """The span in which it was submitted; None if nobody traced. Asked for what is stuck only, so one by one."""
    found = Batch.objects.filter(fleet=oldest.fleet_id, seq=oldest.seq)
    return found.values_list("traceparent", flat=True).first()


def settle_pending(
    fleet_id: int, *, clock: Clock, time_limit_s: float, is_retry: bool, select: Select = Buffer.select
) -> list[UUID]:
    """The batches of the fleet that iterations made here considered; none is pending when this returns.

    Args:
        fleet_id: whose inbox.
        clock: tells the time.
        time_limit_s: how long the engine may select.
        is_retry: whether somebody may have failed with them before: then they are counted.
        select: the engine.

    Raises:
        BusyError: the fleet kept moving on. The rest stays pending.
    """
    patience_s = PATIENCE_S + time_limit_s
    give_up = monotonic() + patience_s
    settled: list[UUID] = []
    counted: set[UUID] = set()
    with turn(fleet_id, patience_s=patience_s):
        while monotonic() < give_up:
            pending = _pending(fleet_id)
            group, up_to = _next_group(pending)
            if not group:
                return settled
            if settled and is_ending():
                break
            if is_retry or group[0].attempts:
                if group[0].attempts >= MOST_ATTEMPTS and group[0].id not in counted:
                    _bury(fleet_id, group[0].id, at=clock())
                    continue
                _count([batch.id for batch in group if batch.id not in counted])
                counted.update(batch.id for batch in group)
            try:
                iterate(fleet_id, at=clock(), time_limit_s=time_limit_s, select=select, up_to_seq=up_to)
            except StaleError:
                tell(CommitFenced(fleet_id=fleet_id))
                time_limit_s = shorter(time_limit_s)
                continue
            settled.extend(batch.id for batch in group)
        _discount(counted - set(settled))  # nobody failed with them: others were quicker
    raise BusyError(f"no iteration within {patience_s} s")


def requeue(batch: Batch, *, at: datetime, by: User, condition: Condition = always) -> None:
    """A dead batch is pending again, and its tasks compete again.

    Raises:
        ConflictError: it is not dead.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        _move(batch.fleet_id, batch.id, Batch.State.DEAD, Event.BatchReason.REQUEUED, at=at, condition=condition)
        audit(by, "batch.requeue", batch.id, at=at, facts={})
    log.info("batch.requeued", extra={"batch": str(batch.id), "fleet": batch.fleet_id})


def _pending(fleet_id: int) -> list[Pending]:
    rows = Batch.objects.filter(fleet=fleet_id, state=Batch.State.PENDING).order_by("seq")
    return [Pending(*row) for row in rows.values_list("id", "seq", "attempts")]


def _next_group(pending: Sequence[Pending]) -> tuple[Sequence[Pending], int | None]:
    """The batches to settle together, and the last batch to consider with them; None for the last there is."""
    if not any(batch.attempts for batch in pending):
        return pending, None
    return pending[:1], pending[1].seq - 1 if len(pending) > 1 else None


def _count(batch_ids: Sequence[UUID]) -> None:
    if not batch_ids:
        return
    with short_transaction():
        Batch.objects.filter(id__in=batch_ids, state=Batch.State.PENDING).update(attempts=F("attempts") + 1)
        reach(Point.BEFORE_COUNT_COMMIT)
    reach(Point.AFTER_COUNT_COMMIT)


def _discount(batch_ids: Collection[UUID]) -> None:
    Batch.objects.filter(id__in=batch_ids, state=Batch.State.PENDING, attempts__gt=0).update(attempts=F("attempts") - 1)


def _bury(fleet_id: int, batch_id: UUID, *, at: datetime) -> None:
    try:
        with short_transaction():
            _move(fleet_id, batch_id, Batch.State.PENDING, Event.BatchReason.GIVEN_UP, at=at)
            reach(Point.BEFORE_BURIAL_COMMIT)
    except ConflictError:
        return  # somebody else did, or settled it after all
    reach(Point.AFTER_BURIAL_COMMIT)
    tell(BatchDied(fleet_id=fleet_id, batch=batch_id))


def _move(
    fleet_id: int,
    batch_id: UUID,
    before: Batch.State,
    reason: Event.BatchReason,
    *,
    at: datetime,
    condition: Condition = always,
) -> None:
    """Moves the fleet's version too: who selects with the batch, or without it, has to read again."""
    fleet = count_change(fleet_id, entering=0)
    condition()
    if not Batch.objects.filter(id=batch_id, state=before).update(state=_AFTER[reason], attempts=0):
        raise ConflictError(f"the batch is not {before}")
    tell_batch(fleet, batch_id, reason, at=at)


_AFTER = {Event.BatchReason.GIVEN_UP: Batch.State.DEAD, Event.BatchReason.REQUEUED: Batch.State.PENDING}
