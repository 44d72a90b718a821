"""The resources of a fleet by name: found, or made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from satselect.store.models import Resource, Supply
from satselect.store.sql.bulk_insert import insert
from satselect.store.sql.statements import ask


class Found(NamedTuple):
    """A resource.

    Attributes:
        capacities: how much of it each satellite has, by its id; None stands for all satellites together.
    """

    id: int
    is_shared: bool
    capacities: dict[int | None, int]


def find_resources(fleet_id: int, names: Sequence[str]) -> dict[str, Found]:
    """Those of the fleet that are called so, by name."""
    found: dict[str, Found] = {}
    for name, id, is_shared, satellite_id, capacity in ask(_CALLED, fleet_id, list(names)) if names else ():
        of_name = found.setdefault(name, Found(id, bool(is_shared), {}))
        if capacity is not None:  # else nobody has it any more
            of_name.capacities[satellite_id] = capacity
    return found


_CALLED = """
    SELECT resource.name, resource.id, resource.is_shared, supply.satellite_id, supply.capacity
    FROM store_resource AS resource LEFT JOIN store_supply AS supply ON supply.resource_id = resource.id
    WHERE resource.fleet_id = %s AND resource.name {among:text}
"""


def make_resources(fleet_id: int, owners: Mapping[str, Iterable[int]], *, capacity: int) -> dict[str, Found]:
    """New resources, by name, of which these satellites have that much each. Call it in a transaction."""
    insert(Resource, ("fleet_id", "name", "is_shared"), ((fleet_id, name, False) for name in owners))
    made = find_resources(fleet_id, list(owners))
    rows = ((made[name].id, owner, capacity) for name, those in owners.items() for owner in those)
    insert(Supply, ("resource_id", "satellite_id", "capacity"), rows)
    return {name: Found(made[name].id, False, dict.fromkeys(those, capacity)) for name, those in owners.items()}
