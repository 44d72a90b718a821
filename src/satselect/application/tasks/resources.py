"""The resources that submitted tasks name: found, or made if the fleet is open."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from satselect.application.availability.inventory import Inventory, Known
from satselect.application.tasks.feasibility import faults_of
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.defaults import DEFAULT_SATELLITE
from satselect.store.models import Resource, Satellite
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.named_resources import Found, find_resources, make_resources
from satselect.store.sql.statements import ask

NEW_CAPACITY = 1  # of what a task names first in an open fleet, until an operator says more


class Owner(Protocol):
    """A fleet: whether it makes what its tasks name."""

    @property
    def id(self) -> int:
        """As the database numbers it."""

    @property
    def is_open(self) -> bool:
        """Whether unknown resources are made."""


MOST_RESOURCES = 10_000
"""An open fleet makes no more: each iteration records what there is of all that the buffer asks for."""


def demands_for(
    tasks: Sequence[NewTask],
    fleet: Owner,
    *,
    most_candidates: int | None = None,
    places: Sequence[tuple[int, ...]] | None = None,
) -> list[Demand]:
    """What each task asks for; in an open fleet unknown resources are made. Call it in a transaction.

    Args:
        tasks: what names resources, and perhaps satellites.
        fleet: whose they are.
        most_candidates: how many satellites they may have to choose from in all; None for any number.
        places: where each task is in the document; by default it is a list of them.

    Raises:
        InvalidError: the fleet doesn't have a satellite, a closed fleet doesn't have a resource, an open one has as
            many as it may, no satellite could ever run a task, or too many may run all of them.
    """
    places = places or [(place,) for place in range(len(tasks))]
    satellites = _count_satellites(fleet) if tasks else 0
    if tasks and not satellites:
        _need_satellite(fleet, places[0])
    _check_candidates(tasks, satellites, most_candidates)
    names = dict.fromkeys(name for task in tasks for name in task.resources)
    inventory = Inventory(_satellites(fleet, tasks), _known(find_resources(fleet.id, list(names))))
    if fleet.is_open and (unknown := [name for name in names if name not in inventory.resources]):
        _check_number(fleet, unknown, zip(places, tasks, strict=True))
        inventory = Inventory(_satellites(fleet), inventory.resources | _made(fleet, unknown, tasks))
    return _checked(tasks, places, inventory)


def known_demands(
    tasks: Sequence[NewTask], inventory: Inventory, fleet: Owner, *, most_candidates: int | None = None
) -> list[Demand] | None:
    """The same from what is known already; None if something has to be made first.

    Args:
        tasks: what names resources, and perhaps satellites.
        inventory: all satellites of the fleet, and resources; those that tasks name besides are read into it.
        fleet: whose they are.
        most_candidates: as above.

    Raises:
        InvalidError: as above.
    """
    if not tasks:
        return []
    names = dict.fromkeys(name for task in tasks for name in task.resources)
    if unknown := [name for name in names if name not in inventory.resources]:
        inventory.resources.update(_known(find_resources(fleet.id, unknown)))
    if not inventory.satellites or (fleet.is_open and any(name not in inventory.resources for name in unknown)):
        return None
    _check_candidates(tasks, len(inventory.satellites), most_candidates)
    return _checked(tasks, [(place,) for place in range(len(tasks))], inventory)


def faults_in(task: NewTask, fleet: Owner) -> list[Fault]:
    """What is wrong with a task that the fleet might be sent; what an open fleet would make is there."""
    task, inventory = _as_now(task, fleet)
    return list(faults_of((), task, inventory))


def could_run(task: NewTask, fleet: Owner) -> set[str]:
    """The satellites, by slug, each of which alone could run a task that the fleet might be sent."""
    task, inventory = _as_now(task, fleet)
    slugs = inventory.satellites if task.satellites is None else task.satellites
    alone = ((slug, task.model_copy(update={"satellites": [slug]})) for slug in slugs)
    return {slug for slug, one in alone if next(faults_of((), one, inventory), None) is None}


def _as_now(task: NewTask, fleet: Owner) -> tuple[NewTask, Inventory]:
    """The task without what an open fleet would make for it, and what the fleet has."""
    found = _known(find_resources(fleet.id, list(task.resources)))
    if fleet.is_open:
        task = task.model_copy(update={"resources": {name: task.resources[name] for name in found}})
    everything = dict(Satellite.objects.filter(fleet=fleet.id).values_list("slug", "id"))
    return task, Inventory(everything, found)


def _checked(tasks: Sequence[NewTask], places: Sequence[tuple[int, ...]], inventory: Inventory) -> list[Demand]:
    if faults := [
        fault for place, task in zip(places, tasks, strict=True) for fault in faults_of(place, task, inventory)
    ]:
        raise InvalidError(faults)
    return [inventory.demand(task) for task in tasks]


def _check_candidates(tasks: Sequence[NewTask], satellites: int, most: int | None) -> None:
    """What an iteration looks at are tasks on satellites: a few tasks may be many of them."""
    if most is None:
        return
    candidates = sum(satellites if task.satellites is None else len(task.satellites) for task in tasks)
    if candidates > most:
        detail = (
            f"the tasks have {candidates} satellites to choose from, each counted for every task; "
            f"at most {most} fit in one request"
        )
        raise InvalidError([Fault(detail)])


def _need_satellite(fleet: Owner, place: tuple[int, ...]) -> None:
    """An open fleet gets its first satellite as it gets its resources: when the first tasks need it."""
    if not fleet.is_open:
        raise InvalidError([Fault("the fleet has no satellite yet: add one first", pointer_of(*place))])
    Satellite(fleet_id=fleet.id, slug=DEFAULT_SATELLITE, name=DEFAULT_SATELLITE.title()).save(force_insert=True)


def _count_satellites(fleet: Owner) -> int:
    ((count,),) = ask("SELECT count(*) FROM store_satellite WHERE fleet_id = %s", fleet.id)
    return int(count)


def _satellites(fleet: Owner, tasks: Sequence[NewTask] | None = None) -> dict[str, int]:
    """Slug to id, oldest first; not read if none of the tasks names one."""
    if tasks is not None and not any(task.satellites for task in tasks):
        return {}
    return dict(Satellite.objects.filter(fleet=fleet.id).order_by("id").values_list("slug", "id"))


def _check_number(fleet: Owner, unknown: Sequence[str], tasks: Iterable[tuple[tuple[int, ...], NewTask]]) -> None:
    if Resource.objects.filter(fleet=fleet.id).count() + len(unknown) > MOST_RESOURCES:
        first = next(place for place, task in tasks if unknown[0] in task.resources)
        detail = f"the fleet would have more than {MOST_RESOURCES} resources"
        raise InvalidError([Fault(detail, pointer_of(*first, "resources"))])


def _made(fleet: Owner, names: Sequence[str], tasks: Sequence[NewTask]) -> dict[str, Known]:
    owners = _owners(_satellites(fleet), tasks)
    return _known(make_resources(fleet.id, {name: owners[name] for name in names}, capacity=NEW_CAPACITY))


def _known(found: Mapping[str, Found]) -> dict[str, Known]:
    return {name: Known(*facts) for name, facts in found.items()}


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
