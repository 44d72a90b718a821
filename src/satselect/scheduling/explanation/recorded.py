"""What a fleet had when an iteration ran, from what the iteration recorded."""

from collections.abc import Iterable

from satselect.scheduling.iteration.stock import Stock, Stored, Unavailable
from satselect.store.models import Iteration, ResourceUse, Satellite, Supply
from satselect.store.outages import OutOfService
from satselect.store.parts import in_parts


def recorded_stock(iteration: Iteration, resource_ids: Iterable[int] = ()) -> Stock:
    """What the iteration selected from; of these resources, if it did not look at them, what there is now."""
    stock = _empty(iteration)
    out = set(iteration.settings.get("resources_out", ()))
    # Of each key both readings: a name, or a satellite and a name.
    names = {name for key in iteration.capacities for name in (key, key.partition("/")[2])}
    held = dict(ResourceUse.objects.filter(iteration=iteration, held__gt=0).values_list("supply", "held"))
    of_fleet = Supply.objects.filter(resource__fleet=iteration.fleet_id).select_related("resource")
    for part in in_parts(sorted(names)):
        for supply in of_fleet.filter(resource__name__in=part):
            stored = _stored(supply)
            if _is_there(stored, stock) and (key := stock.key(stored)) in iteration.capacities:
                then = iteration.capacities[key], held.get(supply.id, 0), key in out
                stock.add(supply.resource_id, Stored(supply.id, supply.resource.name, supply.satellite_id, *then))
    for supply in of_fleet.filter(resource__in=set(resource_ids) - stock.supplies.keys()):
        if _is_there(stored := _stored(supply), stock):
            stock.add(supply.resource_id, stored)
    return stock


def _empty(iteration: Iteration) -> Stock:
    rows = Satellite.objects.filter(fleet=iteration.fleet_id).order_by("id").values_list("slug", "id")
    ids = dict(rows)
    # Those that are gone still count: keys name satellites where there were several.
    slugs = iteration.settings.get("satellites", list(ids))
    satellites = {ids.get(slug, -place): slug for place, slug in enumerate(slugs, 1)}
    slugs_out = iteration.settings.get("satellites_out", ())
    out = OutOfService(frozenset(id for id, slug in satellites.items() if slug in slugs_out))
    return Stock(satellites, unavailable=Unavailable(out=out))


def _stored(supply: Supply) -> Stored:
    return Stored(supply.id, supply.resource.name, supply.satellite_id, supply.capacity)


def _is_there(stored: Stored, stock: Stock) -> bool:
    return stored.satellite_id is None or stored.satellite_id in stock.satellites
