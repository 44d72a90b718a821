"""Whether a fleet could ever run a task: what is wrong with those that it couldn't."""

from collections.abc import Iterator

from satselect.application.availability.inventory import Inventory
from satselect.schemas.reading.faults import Fault, pointer_of
from satselect.schemas.tasks import NewTask


def faults_of(place: tuple[int, ...], task: NewTask, inventory: Inventory) -> Iterator[Fault]:
    """What is wrong with a task at that place: it names what isn't there, or fits on no satellite."""
    unknown = [i for i, slug in enumerate(task.satellites or ()) if slug not in inventory.satellites]
    for index in unknown:
        yield Fault("the fleet has no such satellite", pointer_of(*place, "satellites", index))
    # An unknown one stands for 0, which is no id: so it allows nothing, instead of anything.
    allowed = None if task.satellites is None else {inventory.satellites.get(slug, 0) for slug in task.satellites}
    faults = [] if unknown else list(_faults_of_resources(place, task, inventory, allowed))
    yield from faults
    if not faults and not unknown and not inventory.fits_somewhere(task, allowed):
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


def _pointer(place: tuple[int, ...], task: NewTask, index: int, name: str) -> str:
    # A fault points into what was sent: a list of names has indexes, an object has keys.
    was_list = all(amount == 1 for amount in task.resources.values())
    return pointer_of(*place, "resources", index if was_list else name)
