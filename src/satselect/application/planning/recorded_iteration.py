"""What there is to say of an iteration that is committed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect.store.models import Iteration
from satselect.store.sql.statements import change

MOST_EXPIRED = 10_000
"""More overdue tasks are left to the next iteration, so that the transaction stays short."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A committed iteration: how many batches it was the first to consider, and tasks it found overdue.

    Attributes:
        starts: what its buffer knows from then on of tasks that wait for their time.
        assigned: where it plans in time, task to the id of the assignment that it made.
    """

    iteration: Iteration
    batches: int
    expired: int
    starts: datetime | None = None
    assigned: Mapping[UUID, int] = field(default_factory=dict)


def consider(iteration: Iteration, *, up_to_seq: int) -> int:
    """The batches that wait, up to that number, are done by the iteration: how many. Call it in its transaction."""
    return change(_CONSIDER, iteration.id, iteration.fleet_id, up_to_seq)


_CONSIDER = """
    UPDATE store_batch SET state = 'done', iteration_id = %s WHERE fleet_id = %s AND state = 'pending' AND seq <= %s
"""
