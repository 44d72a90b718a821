"""The resources that submitted tasks name: found, or made if the fleet is open."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from satselect.scheduling.submission.feasible import Inventory, Known, faults_of
from satselect.schemas.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.counters import Counted
from satselect.store.defaults import DEFAULT_SATELLITE
from satselect.store.demands import Demand
from satselect.store.inserts import insert
from satselect.store.models import Resource, Satellite, Supply
from satselect.store.parts import in_parts

NEW_CAPACITY = 1

MOST_RESOURCES = 10_000
"""An open fleet makes no more: each iteration records what there is of all that the buffer asks for."""


def demands_for(
    tasks: Sequence[NewTask], fleet: Counted, *, places: Sequence[tuple[int, ...]] | None = None
) -> list[Demand]:
    """What each task asks for; in an open fleet unknown resources are made. Call it in a transaction.

    Args:
        tasks: what names resources, and perhaps satellites.
        fleet: whose they are.
        places: where each task is in the document; by default it is a list of them.

    Raises:
        InvalidError: the fleet doesn't have a satellite, a closed fleet doesn't have a resource, an open one has as
            many as it may, no satellite could ever run a task, or too many may run all of them.
    """
    places = places or [(place,) for place in range(len(tasks))]
    satellites = Satellite.objects.filter(fleet=fleet.id).count() if tasks else 0
    if tasks and not satellites:
        _need_satellite(fleet, places[0])
    _check_candidates(tasks, satellites)
    names = dict.fromkeys(name for task in tasks for name in task.resources)
    inventory = Inventory(_satellites(fleet, tasks), _find(fleet, list(names)))
    if fleet.is_open and (unknown := [name for name in names if name not in inventory.resources]):
        _check_number(fleet, unknown, zip(places, tasks, strict=True))
        inventory = Inventory(_satellites(fleet), inventory.resources | _make(fleet, unknown, tasks))
    if faults := [
        fault for place, task in zip(places, tasks, strict=True) for fault in faults_of(place, task, inventory)
    ]:
        raise InvalidError(faults)
    return [inventory.demand(task) for task in tasks]


def _check_candidates(tasks: Sequence[NewTask], satellites: int) -> None:
    """What an iteration looks at are tasks on satellites: a few tasks may be many of them."""
    candidates = sum(satellites if task.satellites is None else len(task.satellites) for task in tasks)
    if candidates > (most := settings.SATSELECT_LIMITS.candidates):
        detail = (
            f"the tasks have {candidates} satellites to choose from, each counted for every task; "
            f"at most {most} fit in one request"
        )
        raise InvalidError([Fault(detail)])


def _need_satellite(fleet: Counted, place: tuple[int, ...]) -> None:
    """An open fleet gets its first satellite as it gets its resources: when the first tasks need it."""
    if not fleet.is_open:
        raise InvalidError([Fault("the fleet has no satellite yet: add one first", pointer_of(*place))])
    Satellite.objects.create(fleet_id=fleet.id, slug=DEFAULT_SATELLITE, name=DEFAULT_SATELLITE.title())


def _satellites(fleet: Counted, tasks: Sequence[NewTask] | None = None) -> dict[str, int]:
    """Slug to id, oldest first; not read if none of the tasks names one."""
    if tasks is not None and not any(task.satellites for task in tasks):
        return {}
    return dict(Satellite.objects.filter(fleet=fleet.id).order_by("id").values_list("slug", "id"))


def _find(fleet: Counted, names: Sequence[str]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for part in in_parts(names):
        some = Resource.objects.filter(fleet=fleet.id, name__in=part)
        columns = ("name", "id", "is_shared", "supplies__satellite", "supplies__capacity")
        for name, id, is_shared, satellite_id, capacity in some.values_list(*columns):
            of_name = known.setdefault(name, Known(id, is_shared=is_shared))
            if capacity is not None:  # else nobody has it any more
                of_name.capacities[satellite_id] = capacity
    return known


def _check_number(fleet: Counted, unknown: Sequence[str], tasks: Iterable[tuple[tuple[int, ...], NewTask]]) -> None:
    if Resource.objects.filter(fleet=fleet.id).count() + len(unknown) > MOST_RESOURCES:
        first = next(place for place, task in tasks if unknown[0] in task.resources)
        detail = f"the fleet would have more than {MOST_RESOURCES} resources"
        raise InvalidError([Fault(detail, pointer_of(*first, "resources"))])


def _make(fleet: Counted, names: Sequence[str], tasks: Sequence[NewTask]) -> dict[str, Known]:
    owners = _owners(_satellites(fleet), tasks)
    insert(Resource, ("fleet_id", "name", "is_shared"), ((fleet.id, name, False) for name in names))
    made = _find(fleet, names)
    rows = ((made[name].id, owner, NEW_CAPACITY) for name in names for owner in owners[name])
    insert(Supply, ("resource_id", "satellite_id", "capacity"), rows)
    return {name: Known(made[name].id, capacities=dict.fromkeys(owners[name], NEW_CAPACITY)) for name in names}


def _owners(satellites: Mapping[str, int], tasks: Iterable[NewTask]) -> dict[str, dict[int, None]]:
    """Resource to the satellites that get it if nobody has it: those that the tasks which name it may run on.

    Where a task may run on any, that is the satellite `default`, or all of a fleet without one.
    """
    usual = [satellites[DEFAULT_SATELLITE]] if DEFAULT_SATELLITE in satellites else list(satellites.values())
    owners: dict[str, dict[int, None]] = {}
    for task in tasks:
        ids = usual if task.satellites is None else [satellites[slug] for slug in task.satellites if slug in satellites]
        for name in task.resources:
            owners.setdefault(name, {}).update(dict.fromkeys(ids))
    return owners
