"""What operators look after: batches that are stuck, what happened, who did what, and what was delivered."""

from collections.abc import Sequence
from dataclasses import dataclass

from satselect.store.models import Audit, Batch, Delivery, Event, Fleet, Iteration, User, Webhook

MOST_BATCHES = 50
MOST_LINES = 30

_WIDE = (  # long columns, of which the page shows nothing
    "task__payload",
    "batch__answer",
    "batch__answer_to_account",
    *(f"iteration__{name}" for name in Iteration.WIDE),
)


@dataclass(frozen=True, slots=True)
class Operations:
    """The newest of each, newest first; batches oldest first.

    Attributes:
        dead: batches that were given up.
        pending: batches that no iteration considered yet.
        events: what happened to the fleet.
        audit: who did what, in all fleets.
        webhooks: the user's own.
        deliveries: of those.
    """

    dead: Sequence[Batch]
    pending: Sequence[Batch]
    events: Sequence[Event]
    audit: Sequence[Audit]
    webhooks: Sequence[Webhook]
    deliveries: Sequence[Delivery]


def read_operations(user: User, fleet: Fleet) -> Operations:
    """All of it, for an operator."""
    batches = Batch.objects.filter(fleet=fleet).select_related("account").defer("answer", "answer_to_account")
    events = (
        Event.objects.filter(fleet=fleet).select_related("task", "iteration", "batch").order_by("-number").defer(*_WIDE)
    )
    webhooks = list(user.webhooks.order_by("-id")[:MOST_LINES])
    deliveries = Delivery.objects.filter(webhook__in=webhooks).select_related("webhook").defer("body").order_by("-id")
    return Operations(
        dead=list(batches.filter(state=Batch.State.DEAD).order_by("seq")[:MOST_BATCHES]),
        pending=list(batches.filter(state=Batch.State.PENDING).order_by("seq")[:MOST_BATCHES]),
        events=list(events[:MOST_LINES]),
        audit=list(Audit.objects.select_related("user").order_by("-id")[:MOST_LINES]),
        webhooks=webhooks,
        deliveries=list(deliveries[:MOST_LINES]) if webhooks else [],
    )
