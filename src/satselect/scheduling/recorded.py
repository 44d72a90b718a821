"""What a fleet had when an iteration ran, from what the iteration recorded."""

from collections.abc import Iterable
from dataclasses import replace

from satselect.scheduling.stock import Stock, Stored
from satselect.store.models import Iteration, ResourceUse, Satellite, Supply
from satselect.store.parts import in_parts


def recorded_stock(iteration: Iteration, resource_ids: Iterable[int] = ()) -> Stock:
    """What the iteration selected from; of these resources, if it did not look at them, what there is now."""
    stock = Stock(_satellites(iteration))
    # Of each key both readings: a name, or a satellite and a name.
    names = {name for key in iteration.capacities for name in (key, key.partition("/")[2])}
    held = dict(ResourceUse.objects.filter(iteration=iteration, held__gt=0).values_list("supply", "held"))
    of_fleet = Supply.objects.filter(resource__fleet=iteration.fleet_id).select_related("resource")
    for part in in_parts(sorted(names)):
        for supply in of_fleet.filter(resource__name__in=part):
            stored = _stored(supply)
            if _is_there(stored, stock) and (key := stock.key(stored)) in iteration.capacities:
                recorded = replace(stored, capacity=iteration.capacities[key], held=held.get(supply.id, 0))
                stock.add(supply.resource_id, recorded)
    for supply in of_fleet.filter(resource__in=set(resource_ids) - stock.supplies.keys()):
        if _is_there(stored := _stored(supply), stock):
            stock.add(supply.resource_id, stored)
    return stock


def _satellites(iteration: Iteration) -> dict[int, str]:
    rows = Satellite.objects.filter(fleet=iteration.fleet_id).order_by("id").values_list("slug", "id")
    ids = dict(rows)
    # Those that are gone still count: keys name satellites where there were several.
    slugs = iteration.settings.get("satellites", list(ids))
    return {ids.get(slug, -place): slug for place, slug in enumerate(slugs, 1)}


def _stored(supply: Supply) -> Stored:
    return Stored(supply.id, supply.resource.name, supply.satellite_id, supply.capacity)


def _is_there(stored: Stored, stock: Stock) -> bool:
    return stored.satellite_id is None or stored.satellite_id in stock.satellites
