"""What a fleet has at a time: its satellites, and how much of each resource. The one home of that, for now and then.

Iterations select from it as it is read (`now`), and record it by the ids of supplies (`recorded`);
explanations ask the recorded one the same questions. What is available over time will be one of these for each of the
times at which it changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from satselect.schemas.iterations import supply_key
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.outages import OutOfService


@dataclass(frozen=True, slots=True)
class SupplyState:
    """A supply as an iteration finds it.

    Attributes:
        satellite_id: whose it is; None if the satellites share it.
        capacity: how much there is; nothing while it is out of service.
        held: units that scheduled tasks of earlier iterations hold; more than there are if the capacity fell.
        is_out: whether it, or its satellite, is out of service.
    """

    supply_id: int
    name: str
    satellite_id: int | None
    capacity: int
    held: int = 0
    is_out: bool = False

    @property
    def free(self) -> int:
        """What can be selected from."""
        return max(self.capacity - self.held, 0)


Uses = list[tuple[SupplyState, int]]
"""What a task uses on a satellite, and how much of it."""
Supplies = dict[int, dict[int | None, SupplyState]]
"""Resource to whose it is, or None for all satellites, to the supply."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """What can't be selected from: supply to the units that are held, and what is out of service."""

    held: Mapping[int, int] = field(default_factory=dict)
    out: OutOfService = field(default_factory=OutOfService)


@dataclass(slots=True)
class Availability:
    """The supplies of some resources of a fleet.

    Attributes:
        satellites: id to slug, oldest first.
        supplies: by resource, and by satellite.
        unavailable: what was not available when it was read.
    """

    satellites: Mapping[int, str]
    supplies: Supplies = field(default_factory=dict)
    unavailable: Unavailable = field(default_factory=Unavailable)

    def __iter__(self) -> Iterator[SupplyState]:
        """Every supply."""
        return (stored for of_resource in self.supplies.values() for stored in of_resource.values())

    def add(self, resource_id: int, stored: SupplyState) -> None:
        """From now on there is that supply."""
        self.supplies.setdefault(resource_id, {})[stored.satellite_id] = stored

    @property
    def has_choice(self) -> bool:
        """Whether tasks are given to one of several satellites, or to none because there is none."""
        return len(self.satellites) != 1

    def name_of(self, resource_id: int) -> str:
        """What a resource that somebody has is called."""
        return next(iter(self.supplies[resource_id].values())).name

    def on(self, satellite_id: int, resource_id: int) -> SupplyState | None:
        """What a task on that satellite would use of a resource; None if there is nothing."""
        of_resource = self.supplies.get(resource_id, {})
        # Either shared or a satellite's own: a fleet has each name once (decision 0012).
        return of_resource.get(None) or of_resource.get(satellite_id)

    def candidates(self, demand: Demand) -> dict[int, Uses]:
        """Satellite to what a task would use there, for all in service that have what it asks for."""
        out = self.unavailable.out.satellites
        return {satellite_id: uses for satellite_id, uses in self.places(demand).items() if satellite_id not in out}

    def places(self, demand: Demand) -> dict[int, Uses]:
        """The same for all that have what it asks for, in service or not."""
        return {
            satellite_id: self.uses_on(satellite_id, demand)
            for satellite_id in demand.satellites or self.satellites
            if satellite_id in self.satellites and all(self.on(satellite_id, resource) for resource in demand.amounts)
        }

    def uses_on(self, satellite_id: int, demand: Demand) -> Uses:
        """What a task would use on a satellite, of what is there."""
        uses = ((self.on(satellite_id, resource), amount) for resource, amount in demand.amounts.items())
        return [(stored, amount) for stored, amount in uses if stored]

    def copies(self, demand: Demand) -> int | None:
        """How many tasks that ask for this fit together; None if any number does."""
        shared, owned = [], []
        for resource, amount in demand.amounts.items():
            of_resource = self.supplies.get(resource)
            if not of_resource:
                return 0  # nobody has any of it
            if of_all := of_resource.get(None):
                shared.append(of_all.free // amount)
            else:
                owned.append((of_resource, amount))
        rooms = [
            min([of_resource[id].free // amount for of_resource, amount in owned], default=None)
            for id in self._owners(demand, [of_resource for of_resource, _ in owned])
        ]
        if not rooms:
            return 0
        # From above where a task uses several resources: what is over never fits together, and is left out of the
        # heads.
        return min([*shared, sum(room or 0 for room in rooms)] if owned else shared, default=None)

    def fits_alone(self, demand: Demand) -> bool:
        """Whether a satellite in service has enough for a task that asks for this, if it is selected alone."""
        return any(all(one.free >= amount for one, amount in uses) for uses in self.candidates(demand).values())

    def with_more(self, supply_id: int, units: int) -> "Availability":
        """The same with so many units more of a supply."""
        supplies = {
            resource: {
                whose: replace(one, capacity=one.capacity + units) if one.supply_id == supply_id else one
                for whose, one in of_resource.items()
            }
            for resource, of_resource in self.supplies.items()
        }
        return replace(self, supplies=supplies)

    @property
    def in_service(self) -> list[int]:
        """The satellites that are not out of service, oldest first."""
        return [id for id in self.satellites if id not in self.unavailable.out.satellites]

    def key(self, stored: SupplyState) -> str:
        """What answers call it."""
        if not self.has_choice:
            return stored.name
        return supply_key(self.satellites[stored.satellite_id] if stored.satellite_id else None, stored.name)

    def _owners(self, demand: Demand, supplies: Sequence[Mapping[int | None, SupplyState]]) -> list[int]:
        """The satellites in service that will do, and have all of these: of thousands few may have one of them."""
        out = self.unavailable.out.satellites
        likely = dict.fromkeys(demand.satellites or min(supplies, key=len, default=self.satellites))
        ids = (id for id in likely if id is not None and id in self.satellites and id not in out)
        return [id for id in ids if all(id in of_resource for of_resource in supplies)]


def resources_in(demands: Iterable[Demand]) -> set[int]:
    """All resources that these ask for."""
    return {resource for demand in demands for resource in demand.amounts}
