"""Batches that failed too often: given up, and requeued by an operator."""

import logging
from datetime import datetime
from uuid import UUID

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.conditions import Condition, always
from satselect.application.errors import ConflictError
from satselect.application.events.tell import tell_batch
from satselect.application.failpoints import Point, reach
from satselect.store.models import Batch, Event
from satselect.store.queries.counters import count_change
from satselect.store.sql.transactions import short_transaction
from satselect.telemetry.facts import BatchDied
from satselect.telemetry.listeners import tell

log = logging.getLogger(__name__)

UNSEEN = "not seen here"
"""The cause of what another process tried last, or died of, or what took too long."""


def requeue(batch: Batch, act: Act) -> None:
    """A dead batch is pending again, and its tasks compete again.

    Raises:
        ConflictError: it is not dead.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        _move(
            batch.fleet_id, batch.id, Batch.State.DEAD, Event.BatchReason.REQUEUED, at=act.at, condition=act.condition
        )
        audit(act, "batch.requeue", batch.id, {})
    log.info("batch.requeued", extra={"batch": str(batch.id), "fleet": batch.fleet_id})


def bury(fleet_id: int, batch_id: UUID, *, at: datetime, cause: str) -> None:
    """The batch is dead, unless somebody settled it after all.

    Args:
        fleet_id: whose it is.
        batch_id: which.
        at: now.
        cause: the class of the error that ended its last try, or `UNSEEN`.
    """
    try:
        with short_transaction():
            _move(fleet_id, batch_id, Batch.State.PENDING, Event.BatchReason.GIVEN_UP, at=at)
            reach(Point.BEFORE_BURIAL_COMMIT)
    except ConflictError:
        return  # somebody else did, or settled it after all
    reach(Point.AFTER_BURIAL_COMMIT)
    tell(BatchDied(fleet_id=fleet_id, batch=batch_id, cause=cause))


def _move(
    fleet_id: int,
    batch_id: UUID,
    before: Batch.State,
    reason: Event.BatchReason,
    *,
    at: datetime,
    condition: Condition = always,
) -> None:
    """Moves the fleet's version too: an iteration that selects with the batch, or without it, has to read again."""
    # The fleet's row first, as in all that moves it: so two of them never wait for each other.
    fleet = count_change(fleet_id, entering=0)
    assert fleet is not None, "nothing leaves its buffer"  # noqa: S101
    condition()
    if not Batch.objects.filter(id=batch_id, state=before).update(state=_AFTER[reason], attempts=0):
        raise ConflictError(f"the batch is not {before}")
    tell_batch(fleet, batch_id, reason, at=at)


_AFTER = {Event.BatchReason.GIVEN_UP: Batch.State.DEAD, Event.BatchReason.REQUEUED: Batch.State.PENDING}
