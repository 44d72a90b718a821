"""What a fleet has of which resource, and how it comes back: held, used up or filled, with all times between."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from satselect.schemas.horizons import Kind
from satselect.schemas.transitions import Position, Transition
from satselect.store.models import Resource, Supply


@dataclass(frozen=True, slots=True)
class TimedSupply:
    """How much of a resource one satellite has, or all share if `satellite_id` is None, and how it comes back.

    A reservoir held `level` units at `level_at`; it was empty at first if that is None.
    """

    id: int
    resource_id: int
    name: str
    satellite_id: int | None
    capacity: int
    kind: str
    turnaround_s: float
    level: int
    level_at: datetime | None
    transition: Transition | None = None

    @property
    def longest_gap(self) -> timedelta:
        """After a use no other one begins sooner than this only because of that use: turnaround and transition."""
        # A budget and a reservoir are about sums: nobody keeps them for an interval.
        if self.kind != Kind.RENEWABLE:
            return timedelta(0)
        turns = timedelta(0) if self.transition is None else self.transition.longest
        return timedelta(seconds=self.turnaround_s) + turns

    def position(self, details: Mapping[str, Any] | None) -> Position:
        """How it stands in a use in an opportunity with such details."""
        return Position() if self.transition is None else self.transition.position(details or {})


def timed_supply(supply: Supply) -> TimedSupply:
    """The same of one row."""
    resource = supply.resource
    return TimedSupply(
        supply.id,
        resource.id,
        resource.name,
        supply.satellite_id,
        supply.capacity,
        resource.kind,
        resource.turnaround_s,
        supply.level,
        supply.level_at,
        transition_of(resource.transition),
    )


def timed_supplies(fleet_id: int) -> list[TimedSupply]:
    """All that a fleet has."""
    rows = Supply.objects.filter(resource__fleet=fleet_id).order_by("id")
    columns = ("id", "resource_id", "resource__name", "satellite_id", "capacity")
    more = ("resource__kind", "resource__turnaround_s", "level", "level_at", "resource__transition")
    return [_timed(row) for row in rows.values_list(*columns, *more)]


def _timed(row: Sequence[Any]) -> TimedSupply:
    *columns, kept = row
    return replace(TimedSupply(*columns), transition=transition_of(kept))


def longest_gap(supplies: Collection[TimedSupply]) -> timedelta:
    """For how long what is over may still keep others from beginning."""
    return max((one.longest_gap for one in supplies), default=timedelta(0))


def transition_of(kept: dict[str, Any] | None) -> Transition | None:
    """What is kept of a resource."""
    return None if kept is None else Transition.model_validate(kept)


def transitions_of(fleet_id: int) -> Mapping[str, Transition]:
    """By the name of the resource, of those that have any."""
    rows = Resource.objects.filter(fleet=fleet_id, transition__isnull=False)
    return {name: Transition.model_validate(kept) for name, kept in rows.values_list("name", "transition")}
