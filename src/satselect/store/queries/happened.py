"""What happened to a fleet since it was read last, by its events."""

from typing import NamedTuple
from uuid import UUID

from satselect.store.models import Event, Fleet


class Happened(NamedTuple):
    """An event: of what kind, why, and of which task or iteration."""

    number: int
    kind: str
    reason: str | None
    task_id: UUID | None
    iteration_id: UUID | None


def last_event(fleet_id: int) -> int:
    """The number of a fleet's last event."""
    number: int = Fleet.objects.values_list("event_number", flat=True).get(id=fleet_id)
    return number


def happened_since(fleet_id: int, number: int, *, limit: int) -> list[Happened] | None:
    """The events after that one, in their order; None if they are more than so many, or some are gone."""
    later = Event.objects.filter(fleet=fleet_id, number__gt=number).order_by("number")
    # One more than may be, which tells that there are too many.
    rows = later.values_list("number", "kind", "reason", "task_id", "iteration_id")[: limit + 1]
    found = [Happened(*row) for row in rows]
    # Numbers have no holes, so a hole means that events were pruned.
    is_whole = [one.number for one in found] == list(range(number + 1, number + 1 + len(found)))
    return found if is_whole and len(found) <= limit else None
