"""How many tasks fit together is worked out from the owners of a resource; here satellite by satellite."""

from collections.abc import Iterator
from random import Random

import pytest

from satselect.application.availability.availability import Availability, Supplies, SupplyState, Unavailable
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.outages import OutOfService

RESOURCES = range(5)


@pytest.mark.parametrize("seed", range(5))
def test_as_many_fit_together_as_satellite_by_satellite(seed: int) -> None:
    rng = Random(seed)
    found = []
    for _ in range(2_000):
        availability, demand = _availability(rng), _demand(rng)
        found.append(availability.copies(demand))
        assert found[-1] == _fitting(availability, demand), (availability, demand)
    assert {None, 0, 1, 5, 10} <= set(found)


def _fitting(availability: Availability, demand: Demand) -> int | None:
    """One after the other put where there is room, until there is none; None if they use nothing."""
    candidates = availability.candidates(demand)
    if any(not uses for uses in candidates.values()):
        return None
    free = {stored.supply_id: stored.free for stored in availability}
    return sum(1 for uses in candidates.values() for _ in _placed(uses, free))


def _placed(uses: list[tuple[SupplyState, int]], free: dict[int, int]) -> Iterator[None]:
    while all(free[stored.supply_id] >= amount for stored, amount in uses):
        for stored, amount in uses:
            free[stored.supply_id] -= amount
        yield


def _availability(rng: Random) -> Availability:
    satellites = {id: f"s{id}" for id in range(1, 1 + rng.choice([0, 1, 1, 2, 3, 5]))}
    out = OutOfService(frozenset(id for id in satellites if rng.random() < 0.2))
    supplies: Supplies = {}
    for resource in RESOURCES:
        owners: list[int | None] = [id for id in satellites if rng.random() < 0.8]
        if rng.random() < 0.3:
            owners = [None]
        for owner in owners:
            id = 10 * resource + (owner or 0)
            stored = SupplyState(id, f"r{resource}", owner, rng.randint(0, 9), held=rng.choice([0, 0, 1, 4]))
            supplies.setdefault(resource, {})[owner] = stored
    return Availability(satellites, supplies, Unavailable(out=out))


def _demand(rng: Random) -> Demand:
    used = rng.sample(RESOURCES, rng.choice([0, 1, 1, 2, 3]))
    named = tuple(sorted(rng.sample(range(1, 7), rng.randint(1, 3)))) if rng.random() < 0.3 else None
    return Demand({resource: rng.randint(1, 3) for resource in used}, named)
