"""What is stuck in a fleet, in a few counts."""

from dataclasses import dataclass
from datetime import datetime

from satselect.application.access.rights import sees_all
from satselect.store.models import Batch, Fleet, User

MOST_COUNTED = 1_000
"""More are told as so many and more."""


@dataclass(frozen=True, slots=True)
class Health:
    """What somebody should look after.

    Attributes:
        dead: batches that were given up.
        pending: batches that no iteration considered yet.
        oldest: when the first of those came.
        failing: of the user's webhooks, those whose deliveries fail.
    """

    dead: int = 0
    pending: int = 0
    oldest: datetime | None = None
    failing: int = 0

    @property
    def is_fine(self) -> bool:
        """Whether nothing needs anybody."""
        return not (self.dead or self.pending or self.failing)


def read_health(user: User, fleet: Fleet, *, at: datetime) -> Health:
    """How the fleet does, for operators; of others it tells only how their webhooks do."""
    failing = user.webhooks.filter(failing_since__lte=at, disabled=None).count()
    if not sees_all(user):
        return Health(failing=failing)
    batches = Batch.objects.filter(fleet=fleet)
    # Without an order the database stops at so many.
    dead = batches.filter(state=Batch.State.DEAD).order_by()[:MOST_COUNTED].count()
    pending = batches.filter(state=Batch.State.PENDING)
    oldest = pending.order_by("seq").values_list("created", flat=True).first()
    return Health(dead, pending.order_by()[:MOST_COUNTED].count() if oldest else 0, oldest, failing)
