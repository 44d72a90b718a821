"""How much a satellite has of what, and what the satellites of a fleet share."""

from django.db.models import ProtectedError

from satselect.scheduling.errors import ConflictError
from satselect.scheduling.fleets.fleets import Act, address_of, changed_fleet, still_there
from satselect.scheduling.iteration.by_itself import let_in
from satselect.schemas.iterations import Cause
from satselect.store.heads import buffered_signatures
from satselect.store.models import Fleet, Resource, Satellite, Signature, Supply


def add_resource(owner: Satellite | Fleet, name: str, capacity: int, act: Act) -> Supply:
    """The satellite, or the satellites of the fleet together, have so much of that resource from now on.

    Raises:
        ConflictError: the owner has it already, or the name is shared and would be a satellite's, or the other way.
        GoneError: the owner was deleted meanwhile.
    """
    satellite = owner if isinstance(owner, Satellite) else None
    fleet_id = satellite.fleet_id if satellite else owner.id
    facts = {"of": address_of(satellite) if satellite else str(owner), "capacity": capacity}
    with changed_fleet(fleet_id, act, "resource.create", name, facts) as fleet:
        if satellite:
            still_there(Satellite.objects.filter(id=satellite.id))
        resource, _ = Resource.objects.get_or_create(
            fleet_id=fleet_id, name=name, defaults={"is_shared": satellite is None}
        )
        if resource.is_shared != (satellite is None):
            whose = "shared by the satellites" if resource.is_shared else "a satellite's own"
            raise ConflictError(f"the resource {name!r} is {whose}")
        supply, is_new = Supply.objects.get_or_create(
            resource=resource, satellite=satellite, defaults={"capacity": capacity}
        )
        if not is_new:
            raise ConflictError(f"there is a resource {name!r} already")
        _declare(resource.id)
        let_in(fleet, Cause.CAPACITY, at=act.at)
    return supply


def set_capacity(supply: Supply, capacity: int, act: Act) -> None:
    """From the next iteration on there is so much of it. What is scheduled stays so.

    Raises:
        GoneError: it was taken away meanwhile.
    """
    facts: dict[str, object] = {}
    with changed_fleet(supply.resource.fleet_id, act, "resource.edit", supply.resource.name, facts) as fleet:
        before = still_there(Supply.objects.filter(id=supply.id))
        facts |= {"of": _owner(before), "before": before.capacity, "after": capacity}
        Supply.objects.filter(id=supply.id).update(capacity=capacity)
        _declare(supply.resource_id)
        if capacity > before.capacity:
            let_in(fleet, Cause.CAPACITY, at=act.at)
    supply.capacity = capacity


def remove_resource(supply: Supply, act: Act) -> None:
    """The satellite, or the fleet, has nothing of it any more.

    Raises:
        ConflictError: iterations used it, buffered tasks may need it, or tasks name it and nobody else has it.
        GoneError: it was taken away meanwhile.
    """
    resource = supply.resource
    facts: dict[str, object] = {}
    with changed_fleet(resource.fleet_id, act, "resource.delete", resource.name, facts):
        facts["of"] = _owner(still_there(Supply.objects.filter(id=supply.id)))
        _remove(supply)


def delete_satellite(satellite: Satellite, act: Act) -> None:
    """The satellite and what it has are gone, if it was never used.

    Raises:
        ConflictError: tasks ran on it or name it, or buffered tasks may need it.
        GoneError: it was deleted meanwhile.
    """
    with changed_fleet(satellite.fleet_id, act, "satellite.delete", address_of(satellite), {"name": satellite.name}):
        still_there(Satellite.objects.filter(id=satellite.id))
        fleet = Fleet.objects.get(id=satellite.fleet_id)
        is_last = not fleet.satellites.exclude(id=satellite.id).exists()
        if _is_named(satellite) or (is_last and fleet.buffered):
            raise ConflictError(f"the satellite {satellite.slug!r} is in use")
        for supply in satellite.supplies.select_related("resource"):
            _remove(supply)
        try:
            satellite.delete()
        except ProtectedError:
            raise ConflictError(f"the satellite {satellite.slug!r} is in use") from None


def _declare(resource_id: int) -> None:
    """The operator who says how much there is of it gives the name to all, whoever brought it."""
    Resource.objects.filter(id=resource_id, is_declared=False).update(is_declared=True)


def _owner(supply: Supply) -> str:
    """The satellite that has it, or the fleet."""
    return address_of(supply.satellite) if supply.satellite else supply.resource.fleet.slug


def _remove(supply: Supply) -> None:
    resource = supply.resource
    if supply.uses.exists() or _is_needed(supply):
        raise ConflictError(f"the resource {resource.name!r} is in use")
    try:
        supply.delete()
        if not resource.supplies.exists():
            resource.delete()
    except ProtectedError:
        raise ConflictError(f"the resource {resource.name!r} is in use") from None


def _is_needed(supply: Supply) -> bool:
    """Whether a buffered task could use it."""
    return any(
        supply.resource_id in demand.amounts
        and (supply.satellite_id is None or demand.satellites is None or supply.satellite_id in demand.satellites)
        for demand in buffered_signatures(supply.resource.fleet_id).values()
    )


def _is_named(satellite: Satellite) -> bool:
    """Whether a task ever said that it may run there."""
    named = Signature.objects.filter(fleet=satellite.fleet_id, satellites__isnull=False)
    return any(satellite.id in (ids or ()) for ids in named.values_list("satellites", flat=True))
