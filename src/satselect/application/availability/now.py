"""What a fleet has now, read from the tables."""

from collections.abc import Sequence
from datetime import datetime

from satselect.application.availability.availability import Availability, Supplies, SupplyState, Unavailable
from satselect.schemas.fleets import Release
from satselect.store.models import Satellite, Supply
from satselect.store.queries.held_units import held_units
from satselect.store.queries.outages import out_of_service
from satselect.store.sql.chunks import in_parts


def unavailable_at(fleet_id: int, at: datetime, release: str) -> Unavailable:
    """What can't be selected from at that time, of a fleet whose scheduled tasks give back what they use like that."""
    # Elsewhere each iteration starts with everything free.
    held = held_units(fleet_id) if release == Release.COMPLETION else {}
    return Unavailable(held, out_of_service(fleet_id, at))


def read_availability(fleet_id: int, resource_ids: Sequence[int], unavailable: Unavailable) -> Availability:
    """The satellites of a fleet, and what they have of these resources."""
    satellites = Satellite.objects.filter(fleet=fleet_id).order_by("id").values_list("id", "slug")
    return Availability(dict(satellites), read_supplies(resource_ids, unavailable), unavailable)


def read_supplies(resource_ids: Sequence[int], unavailable: Unavailable) -> Supplies:
    """What there is of these resources."""
    supplies: Supplies = {}
    columns = ("id", "resource__name", "satellite_id", "capacity")
    for part in in_parts(resource_ids):
        some = Supply.objects.filter(resource_id__in=part)
        for resource_id, *facts in some.values_list("resource_id", *columns):
            stored = _stored(unavailable, *facts)
            supplies.setdefault(resource_id, {})[stored.satellite_id] = stored
    return supplies


def _stored(unavailable: Unavailable, id: int, name: str, satellite_id: int | None, capacity: int) -> SupplyState:
    is_out = id in unavailable.out.supplies or satellite_id in unavailable.out.satellites
    held = unavailable.held.get(id, 0)
    return SupplyState(id, name, satellite_id, 0 if is_out else capacity, held, is_out)
