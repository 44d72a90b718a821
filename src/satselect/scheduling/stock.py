"""What a fleet has of each resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from satselect.store.models import Supply
from satselect.store.parts import in_parts


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource of the fleet's satellite: its name, and the supply that an iteration uses."""

    name: str
    supply_id: int
    capacity: int


def read_stock(resource_ids: Sequence[int]) -> dict[int, Stored]:
    """Resource to what there is of it."""
    stock: dict[int, Stored] = {}
    for part in in_parts(resource_ids):
        some = Supply.objects.filter(resource_id__in=part)
        rows = some.values_list("resource_id", "resource__name", "id", "capacity")
        stock.update((resource_id, Stored(name, id, capacity)) for resource_id, name, id, capacity in rows)
    return stock


def copies(amounts: Mapping[int, int], stock: Mapping[int, Stored]) -> int | None:
    """How many tasks that use these amounts fit together; None if they use nothing."""
    return min((stock[resource].capacity // amount for resource, amount in amounts.items()), default=None)
