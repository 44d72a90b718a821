"""Events: what others are told of a change, written in the transaction that makes it.

Their numbers were counted when the transaction updated the fleet's row, which has the last one of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from satselect.application.events.wake_up import ring
from satselect.application.lifecycle import OVERDUE, REPLANNED, Change
from satselect.store.models import Event
from satselect.store.queries.counters import Counted
from satselect.store.sql.bulk_insert import insert


class _Told(NamedTuple):
    """What an event says besides its number and time; the columns are those of the table."""

    kind: str
    batch_id: UUID | None = None
    iteration_id: UUID | None = None
    task_id: UUID | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None


def tell_batch(fleet: Counted, batch_id: UUID, reason: Event.BatchReason, *, at: datetime) -> None:
    """A batch was accepted, given up or requeued."""
    _tell(fleet, at, [_of_batch(batch_id, reason)])


def tell_outcome(
    fleet: Counted,
    iteration_id: UUID,
    *,
    at: datetime,
    accepted: Iterable[UUID] = (),
    displaced: Iterable[UUID] = (),
    expired: Iterable[UUID] = (),
) -> None:
    """An iteration was recorded: these batches were accepted before, and after it these tasks displaced, or expired."""
    batches = [_of_batch(id, Event.BatchReason.ACCEPTED) for id in accepted]
    iteration = _Told(Event.Kind.ITERATION.value, iteration_id=iteration_id)
    _tell(fleet, at, [*batches, iteration, *_of_tasks(displaced, REPLANNED), *_of_tasks(expired, OVERDUE)])


def tell_tasks(fleet: Counted, task_ids: Sequence[UUID], change: Change, *, at: datetime) -> None:
    """These tasks changed, an event for each."""
    _tell(fleet, at, _of_tasks(task_ids, change))


def tell_fleet(fleet: Counted, *, at: datetime) -> None:
    """The fleet, or what it has, changed."""
    _tell(fleet, at, [_Told(Event.Kind.FLEET.value)])


def _of_batch(batch_id: UUID, reason: Event.BatchReason) -> _Told:
    return _Told(Event.Kind.BATCH.value, batch_id=batch_id, reason=reason.value)


def _of_tasks(task_ids: Iterable[UUID], change: Change) -> list[_Told]:
    said = change.before.value, change.after.value, change.reason.value
    return [_Told(Event.Kind.TASK.value, None, None, id, *said) for id in task_ids]


def _tell(fleet: Counted, at: datetime, told: Sequence[_Told]) -> None:
    """All events of a transaction, in their order."""
    if not told:
        return
    first = fleet.event_number - len(told) + 1
    # Both were counted up by the same statement, so what lies between two events is the same in both.
    ahead = fleet.event_moment - fleet.event_number
    rows = [(fleet.id, number, number + ahead, at, *one) for number, one in enumerate(told, first)]
    insert(Event, ("fleet_id", "number", "moment", "at", *_Told._fields), rows)
    # On commit: who is woken before would look, find nothing, and wait for the next ring.
    transaction.on_commit(ring)
