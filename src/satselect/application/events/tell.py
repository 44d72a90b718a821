"""Events: what others are told of a change, written in the transaction that makes it.

Their numbers were counted when the transaction updated the fleet's row, which has the last one of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from satselect.application.events.wake_up import ring
from satselect.application.lifecycle import Change
from satselect.store.models import Event
from satselect.store.queries.counters import Counted
from satselect.store.sql.bulk_insert import insert


def tell_batch(fleet: Counted, batch_id: UUID, reason: Event.BatchReason, *, at: datetime) -> None:
    """A batch was accepted, given up or requeued."""
    _tell(fleet, at, Event.Kind.BATCH, [{"batch_id": batch_id, "reason": reason}])


def tell_batches(fleet: Counted, batch_ids: Sequence[UUID], *, at: datetime, before: int) -> None:
    """Batches were accepted, before so many other events of the same transaction."""
    facts = [{"batch_id": id, "reason": Event.BatchReason.ACCEPTED} for id in batch_ids]
    _tell(fleet, at, Event.Kind.BATCH, facts, before=before)


def tell_iteration(fleet: Counted, iteration_id: UUID, *, at: datetime, before: int = 0) -> None:
    """An iteration was recorded, before so many other events of the same transaction."""
    _tell(fleet, at, Event.Kind.ITERATION, [{"iteration_id": iteration_id}], before=before)


def tell_tasks(fleet: Counted, task_ids: Sequence[UUID], change: Change, *, at: datetime, before: int = 0) -> None:
    """These tasks changed, an event for each, before so many other events of the same transaction."""
    facts = {"before": change.before, "after": change.after, "reason": change.reason}
    _tell(fleet, at, Event.Kind.TASK, [{"task_id": id, **facts} for id in task_ids], before=before)


def tell_fleet(fleet: Counted, *, at: datetime) -> None:
    """The fleet, or what it has, changed."""
    _tell(fleet, at, Event.Kind.FLEET, [{}])


def _tell(fleet: Counted, at: datetime, kind: Event.Kind, facts: Sequence[dict[str, Any]], *, before: int = 0) -> None:
    if not facts:
        return
    first = fleet.event_number - before - len(facts) + 1
    # Both were counted up by the same statement, so what lies between two events is the same in both.
    ahead = fleet.event_moment - fleet.event_number
    rows = [(fleet.id, number, number + ahead, at, kind, *row.values()) for number, row in enumerate(facts, first)]
    insert(Event, ("fleet_id", "number", "moment", "at", "kind", *facts[0]), rows)
    # On commit: who is woken before would look, find nothing, and wait for the next ring.
    transaction.on_commit(ring)
