"""What a fleet has: its satellites, and how much of each resource."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from satselect.schemas.iterations import supply_key
from satselect.selection.problem import Problem, ResourceKey, Task
from satselect.store.demands import Demand
from satselect.store.models import Satellite, Supply
from satselect.store.outages import OutOfService
from satselect.store.parts import in_parts


@dataclass(frozen=True, slots=True)
class Stored:
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


Uses = list[tuple[Stored, int]]
"""What a task uses on a satellite, and how much of it."""
Supplies = dict[int, dict[int | None, Stored]]
"""Resource to whose it is, or None for all satellites, to the supply."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """What can't be selected from: supply to the units that are held, and what is out of service."""

    held: Mapping[int, int] = field(default_factory=dict)
    out: OutOfService = field(default_factory=OutOfService)


@dataclass(slots=True)
class Stock:
    """The supplies of some resources of a fleet.

    A fleet of one satellite is to the engine a set of resources: tasks have nothing to choose among.

    Attributes:
        satellites: id to slug, oldest first.
        supplies: by resource, and by satellite.
        unavailable: what was not available when it was read.
    """

    satellites: Mapping[int, str]
    supplies: Supplies = field(default_factory=dict)
    unavailable: Unavailable = field(default_factory=Unavailable)

    def __iter__(self) -> Iterator[Stored]:
        """Every supply."""
        return (stored for of_resource in self.supplies.values() for stored in of_resource.values())

    def add(self, resource_id: int, stored: Stored) -> None:
        """From now on there is that supply."""
        self.supplies.setdefault(resource_id, {})[stored.satellite_id] = stored

    @property
    def has_choice(self) -> bool:
        """Whether tasks are given to one of several satellites, or to none because there is none."""
        return len(self.satellites) != 1

    def name_of(self, resource_id: int) -> str:
        """What a resource that somebody has is called."""
        return next(iter(self.supplies[resource_id].values())).name

    def on(self, satellite_id: int, resource_id: int) -> Stored | None:
        """What a task on that satellite would use of a resource; None if there is nothing."""
        of_resource = self.supplies.get(resource_id, {})
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
        rooms, shared = [], []
        for uses in self.candidates(demand).values():
            if not uses:
                return None
            rooms.append(min(stored.free // amount for stored, amount in uses))
            shared = [stored.free // amount for stored, amount in uses if stored.satellite_id is None]
        return min([sum(rooms), *shared])

    def task(self, name: str, demand: Demand, *, profit: float) -> Task:
        """A task that asks for this, as the engine takes it."""
        resources = {self.name_of(resource): amount for resource, amount in demand.amounts.items()}
        slugs = [self.satellites[id] for id in demand.satellites or () if id in self._in_service()]
        return Task(name, resources, profit=profit, satellites=slugs if self.has_choice else None)

    def problem(self) -> Problem:
        """What the engine has to know, without tasks."""
        return Problem((), {self.engine_key(stored): stored.free for stored in self}, self.owned())

    def shared(self) -> dict[str, int]:
        """Resource to capacity, of what isn't any one satellite's, as the engine takes it."""
        return {stored.name: stored.free for stored in self if not self._is_owned(stored)}

    def owned(self) -> dict[str, dict[str, int]] | None:
        """Satellite to resource to capacity, as the engine takes it; None if there is no choice."""
        if not self.has_choice:
            return None
        in_service = self._in_service()
        owned: dict[str, dict[str, int]] = {self.satellites[id]: {} for id in in_service}
        for stored in self:
            if stored.satellite_id in in_service:
                owned[self.satellites[stored.satellite_id]][stored.name] = stored.free
        return owned

    def engine_key(self, stored: Stored) -> ResourceKey:
        """What the engine calls it."""
        if stored.satellite_id is None or not self.has_choice:
            return stored.name
        return self.satellites[stored.satellite_id], stored.name

    def key(self, stored: Stored) -> str:
        """What answers call it."""
        if not self.has_choice:
            return stored.name
        return supply_key(self.satellites[stored.satellite_id] if stored.satellite_id else None, stored.name)

    def _in_service(self) -> list[int]:
        return [id for id in self.satellites if id not in self.unavailable.out.satellites]

    def _is_owned(self, stored: Stored) -> bool:
        return self.has_choice and stored.satellite_id is not None


def read_stock(fleet_id: int, resource_ids: Sequence[int], unavailable: Unavailable) -> Stock:
    """The satellites of a fleet, and what they have of these resources."""
    satellites = Satellite.objects.filter(fleet=fleet_id).order_by("id").values_list("id", "slug")
    return Stock(dict(satellites), read_supplies(resource_ids, unavailable), unavailable)


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


def _stored(unavailable: Unavailable, id: int, name: str, satellite_id: int | None, capacity: int) -> Stored:
    is_out = id in unavailable.out.supplies or satellite_id in unavailable.out.satellites
    held = unavailable.held.get(id, 0)
    return Stored(id, name, satellite_id, 0 if is_out else capacity, held, is_out)


def resources_in(demands: Iterable[Demand]) -> set[int]:
    """All resources that these ask for."""
    return {resource for demand in demands for resource in demand.amounts}
