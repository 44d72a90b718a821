"""What an iteration selected from, as it is recorded and read back: by the ids of supplies, which are never used again.

It grows with the satellites and the resources that buffered tasks name, not with the tasks.
"""

from typing import Any

from satselect.scheduling.iteration.stock import Stock, Stored, Unavailable
from satselect.store.models import Iteration
from satselect.store.outages import OutOfService


def written(stock: Stock) -> dict[str, Any]:
    """For the column `availability`."""
    return {
        "satellites": [[id, slug] for id, slug in stock.satellites.items()],
        "out": sorted(stock.unavailable.out.satellites & stock.satellites.keys()),
        "supplies": [
            [resource_id, one.supply_id, one.name, one.satellite_id, one.capacity, one.held, one.is_out]
            for resource_id, of_resource in stock.supplies.items()
            for one in of_resource.values()
        ],
    }


def recorded(iteration: Iteration) -> Stock | None:
    """What the iteration selected from; None if it is from before that was kept."""
    column = iteration.availability
    if column is None:
        return None
    out = OutOfService(frozenset(column["out"]))
    stock = Stock(dict(column["satellites"]), unavailable=Unavailable(out=out))
    for resource_id, *facts in column["supplies"]:
        stock.add(resource_id, Stored(*facts))
    return stock
