"""What there is to say of an iteration that is committed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect.store.models import Batch, Iteration

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
    pending = Batch.objects.filter(fleet=iteration.fleet_id, state=Batch.State.PENDING, seq__lte=up_to_seq)
    return pending.update(state=Batch.State.DONE, iteration=iteration)
