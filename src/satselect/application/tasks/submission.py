"""What somebody submits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from satselect.schemas.tasks import NewTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody wants done.

    Attributes:
        fleet: the slug of the fleet that should do it.
        digest: of what was submitted where, so that a repetition is recognised.
        earlier_digest: by which a release before this one would have recognised it.
        idempotency_key: unique per account; submissions without one are never repetitions.
        quota: how many tasks the user may have in the buffer; None for any number.
        most_candidates: how many satellites its tasks may have to choose from, each counted for every task; None
            for any number.
        accepts_expired: whether tasks whose deadline has passed are taken, and are expired.
        beside: stores what belongs to the batch, by its id and those of its tasks, in their transaction.
    """

    fleet: str
    account_id: int
    user_id: int
    tasks: Sequence[NewTask]
    digest: str
    earlier_digest: str = ""
    idempotency_key: str | None = None
    quota: int | None = None
    most_candidates: int | None = None
    accepts_expired: bool = False
    beside: Callable[[UUID, Sequence[UUID]], None] | None = None
