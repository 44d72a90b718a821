"""Whether a fleet could ever run a task: what is wrong with those that it couldn't."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from satselect.schemas.faults import Fault, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.demands import Demand


@dataclass(frozen=True)
class Known:
    """A resource of a fleet.

    Attributes:
        capacities: how much of it each satellite has, by its id; None stands for all satellites together.
    """

    id: int
    is_shared: bool = False
    capacities: dict[int | None, int] = field(default_factory=dict)

    def is_had(self, satellites: set[int] | None) -> bool:
        """Whether one of these satellites, or any, has it at all."""
        return bool(self.capacities if satellites is None else self._of(satellites))

    def most(self, satellites: set[int] | None) -> int:
        """The most that one of these satellites, or of any, can use of it."""
        if satellites is None:
            return self._most_of_all
        return max((self.capacities[owner] for owner in self._of(satellites)), default=0)

    @cached_property
    def _most_of_all(self) -> int:
        return max(self.capacities.values(), default=0)

    def _of(self, satellites: set[int]) -> list[int | None]:
        """Whose it is, of these satellites; None stands for all of them."""
        return [owner for owner in (None, *satellites) if owner in self.capacities]


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a fleet has.

    Attributes:
        satellites: slug to id; may be empty where no task names any.
        resources: by name.
    """

    satellites: Mapping[str, int]
    resources: dict[str, Known]

    def demand(self, task: NewTask) -> Demand:
        """What a task asks for, if there is nothing wrong with it."""
        amounts = {self.resources[name].id: amount for name, amount in task.resources.items()}
        ids = sorted(self.satellites[slug] for slug in task.satellites or ())
        return Demand(amounts, tuple(ids) or None)


def faults_of(place: tuple[int, ...], task: NewTask, inventory: Inventory) -> Iterator[Fault]:
    """What is wrong with a task at that place: it names what isn't there, or fits on no satellite."""
    unknown = [i for i, slug in enumerate(task.satellites or ()) if slug not in inventory.satellites]
    for index in unknown:
        yield Fault("the fleet has no such satellite", pointer_of(*place, "satellites", index))
    allowed = None if task.satellites is None else {inventory.satellites.get(slug, 0) for slug in task.satellites}
    faults = [] if unknown else list(_faults_of_resources(place, task, inventory, allowed))
    yield from faults
    if not faults and not unknown and not _fits_somewhere(task, inventory, allowed):
        yield Fault("no satellite that it may run on has all of them", pointer_of(*place, "resources"))


def _faults_of_resources(
    place: tuple[int, ...], task: NewTask, inventory: Inventory, allowed: set[int] | None
) -> Iterator[Fault]:
    for index, (name, amount) in enumerate(task.resources.items()):
        known = inventory.resources.get(name)
        if known is None:
            yield Fault("the fleet has no such resource", _pointer(place, task, index, name))
        elif not known.is_had(allowed):
            whose = "no satellite that it may run on has it" if known.capacities else "nobody has it any more"
            yield Fault(whose, _pointer(place, task, index, name))
        elif amount > (capacity := known.most(allowed)):
            yield Fault(f"could never fit: the capacity is {capacity}", _pointer(place, task, index, name))


def _fits_somewhere(task: NewTask, inventory: Inventory, allowed: set[int] | None) -> bool:
    """Whether one satellite has enough of all that satellites own, given that what they share is enough."""
    needs = ((inventory.resources[name], amount) for name, amount in task.resources.items())
    own = [(known.capacities, amount) for known, amount in needs if not known.is_shared]
    # Looked for one by one: where there are thousands, one of the first will mostly do.
    return not own or any(
        owner is not None
        and (allowed is None or owner in allowed)
        and all(capacities.get(owner, -1) >= amount for capacities, amount in own)
        for owner in own[0][0]
    )


def _pointer(place: tuple[int, ...], task: NewTask, index: int, name: str) -> str:
    was_list = all(amount == 1 for amount in task.resources.values())
    return pointer_of(*place, "resources", index if was_list else name)
