"""What there is to say of an iteration that is committed."""

from dataclasses import dataclass
from datetime import datetime

from satselect.store.models import Iteration

MOST_EXPIRED = 10_000
"""More overdue tasks are left to the next iteration, so that the transaction stays short."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A committed iteration: how many batches it was the first to consider, and tasks it found overdue.

    Attributes:
        starts: what its buffer knows from then on of tasks that wait for their time.
    """

    iteration: Iteration
    batches: int
    expired: int
    starts: datetime | None = None
