"""What an iteration selected from, as it is recorded and read back: by the ids of supplies, which are never used again.

It grows with the satellites and the resources that buffered tasks name, not with the tasks.
"""

from typing import Any

from satselect.application.availability.availability import Availability, SupplyState, Unavailable
from satselect.store.models import Iteration
from satselect.store.queries.outages import OutOfService


def written(availability: Availability) -> dict[str, Any]:
    """For the column `availability`."""
    return {
        "satellites": [[id, slug] for id, slug in availability.satellites.items()],
        "out": sorted(availability.unavailable.out.satellites & availability.satellites.keys()),
        "supplies": [
            [resource_id, one.supply_id, one.name, one.satellite_id, one.capacity, one.held, one.is_out]
            for resource_id, of_resource in availability.supplies.items()
            for one in of_resource.values()
        ],
    }


def recorded(iteration: Iteration) -> Availability | None:
    """What the iteration selected from; None if it is from before that was kept."""
    return availability_in(iteration.availability)


def availability_in(column: dict[str, Any] | None) -> Availability | None:
    """What the column `availability` of an iteration holds; None if nothing was kept."""
    if column is None:
        return None
    out = OutOfService(frozenset(column["out"]))
    availability = Availability(dict(column["satellites"]), unavailable=Unavailable(out=out))
    for resource_id, *facts in column["supplies"]:
        availability.add(resource_id, SupplyState(*facts))
    return availability
