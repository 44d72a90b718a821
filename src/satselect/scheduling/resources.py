"""The resources that submitted tasks name: found, made if the fleet is open, checked against what there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from satselect.schemas.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.counters import Counted
from satselect.store.models import Resource, Satellite, Supply
from satselect.store.parts import in_parts

NEW_CAPACITY = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A resource of a fleet.

    Attributes:
        capacity: the most that one satellite has of it.
    """

    id: int
    capacity: int


def resources_of(
    tasks: Sequence[NewTask], fleet: Counted, *, places: Sequence[tuple[int, ...]] | None = None
) -> dict[str, Known]:
    """The resources that these tasks name; in an open fleet unknown ones are made. Call it in a transaction.

    Args:
        tasks: what names them.
        fleet: whose they are.
        places: where each task is in the document; by default it is a list of them.

    Raises:
        InvalidError: a closed fleet doesn't have a resource, or a task uses more of one than any satellite has.
    """
    names = dict.fromkeys(name for task in tasks for name in task.resources)
    known = _find(fleet, list(names))
    if fleet.is_open:
        known |= _make(fleet, [name for name in names if name not in known])
    if faults := [
        fault
        for place, task in zip(places or _listed(tasks), tasks, strict=True)
        for fault in _faults_of(place, task, known)
    ]:
        raise InvalidError(faults)
    return known


def _find(fleet: Counted, names: Sequence[str]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for part in in_parts(names):
        some = Resource.objects.filter(fleet=fleet.id, name__in=part)
        rows = some.annotate(most=Max("supplies__capacity", default=0)).values_list("name", "id", "most")
        known.update((name, Known(id, most)) for name, id, most in rows)
    return known


def _make(fleet: Counted, names: Sequence[str]) -> dict[str, Known]:
    if not names:
        return {}
    satellite = Satellite.objects.filter(fleet=fleet.id).order_by("id")[0]
    made = Resource.objects.bulk_create(Resource(fleet_id=fleet.id, name=name) for name in names)
    Supply.objects.bulk_create(
        Supply(resource=resource, satellite=satellite, capacity=NEW_CAPACITY) for resource in made
    )
    return {resource.name: Known(resource.id, NEW_CAPACITY) for resource in made}


def _listed(tasks: Sequence[NewTask]) -> list[tuple[int, ...]]:
    return [(place,) for place in range(len(tasks))]


def _faults_of(place: tuple[int, ...], task: NewTask, known: Mapping[str, Known]) -> Iterable[Fault]:
    for index, (name, amount) in enumerate(task.resources.items()):
        if name not in known:
            yield Fault("the fleet has no such resource", _pointer(place, task, index, name))
        elif amount > (capacity := known[name].capacity):
            yield Fault(f"could never fit: the capacity is {capacity}", _pointer(place, task, index, name))


def _pointer(place: tuple[int, ...], task: NewTask, index: int, name: str) -> str:
    was_list = all(amount == 1 for amount in task.resources.values())
    return pointer_of(*place, "resources", index if was_list else name)
