"""What there is to say of an iteration that is committed."""

from dataclasses import dataclass

from satselect.store.models import Iteration

MOST_EXPIRED = 10_000
"""More overdue tasks are left to the next iteration, so that the transaction stays short."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A committed iteration: how many batches it was the first to consider, and tasks it found overdue."""

    iteration: Iteration
    batches: int
    expired: int
