"""How much a satellite has of what, and what the satellites of a fleet share."""

from collections.abc import Mapping
from typing import Any

from django.db.models import ProtectedError

from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.fleets.fleets import Facts, address_of, changed_fleet, still_there
from satselect.application.fleets.transitions import ONE_UNIT, check_units, give_transition
from satselect.application.planning.automatic import let_in
from satselect.schemas.horizons import ABOVE_CAPACITY, Kind
from satselect.schemas.iterations import Cause
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.transitions import Transition
from satselect.store.models import Fleet, Resource, Satellite, Signature, Supply
from satselect.store.queries.buffer.heads import buffered_signatures
from satselect.store.queries.uses import is_used


def add_resource(
    owner: Satellite | Fleet,
    name: str,
    capacity: int,
    act: Act,
    *,
    kind: Kind | None = None,
    turnaround_s: float | None = None,
    level: int = 0,
    transition: Transition | None = None,
) -> Supply:
    """The satellite, or the satellites of the fleet together, have so much of that resource from now on.

    Raises:
        ConflictError: the owner has it already, or the name is shared and would be a satellite's, or the other way, or
            it is otherwise elsewhere.
        GoneError: the owner was deleted meanwhile.
    """
    satellite = owner if isinstance(owner, Satellite) else None
    fleet_id = satellite.fleet_id if satellite else owner.id
    facts = {"of": address_of(satellite) if satellite else str(owner), "capacity": capacity}
    with changed_fleet(fleet_id, act, "resource.create", name, facts) as fleet:
        if satellite:
            still_there(Satellite.objects.filter(id=satellite.id))
        turn = transition and transition.model_dump(exclude_defaults=True)
        how = {"kind": kind and kind.value, "turnaround_s": turnaround_s, "transition": turn}
        how = {name: value for name, value in how.items() if value is not None}
        facts |= {"transition": turn} if turn else {}
        resource = _resource_of(fleet_id, name, how, is_shared=satellite is None)
        if resource.transition is not None and capacity > 1:
            raise ConflictError(ONE_UNIT)
        told = {"level": level, "level_at": act.at} if resource.kind == Kind.RESERVOIR else {}
        supply, is_new = Supply.objects.get_or_create(
            resource=resource, satellite=satellite, defaults={"capacity": capacity, **told}
        )
        if not is_new:
            raise ConflictError(f"there is a resource {name!r} already")
        _declare(resource.id)
        let_in(fleet, Cause.CAPACITY, at=act.at)
    return supply


def _resource_of(fleet_id: int, name: str, how: Mapping[str, Any], *, is_shared: bool) -> Resource:
    """The fleet's resource of that name, found or made; one that is owned or held otherwise is a conflict."""
    resource, _ = Resource.objects.get_or_create(fleet_id=fleet_id, name=name, defaults={"is_shared": is_shared, **how})
    if resource.is_shared != is_shared:
        whose = "shared by the satellites" if resource.is_shared else "a satellite's own"
        raise ConflictError(f"the resource {name!r} is {whose}")
    if any(getattr(resource, column) != value for column, value in how.items()):
        raise ConflictError(
            f"the resource {name!r} is of another kind, or has another turnaround or transition, elsewhere"
        )
    return resource


def set_capacity(supply: Supply, capacity: int, act: Act) -> None:
    """From the next iteration on there is so much of it. What is scheduled stays so.

    Raises:
        GoneError: it was taken away meanwhile.
    """
    edit_supply(supply, {"capacity": capacity}, act)


def edit_supply(supply: Supply, sent: Facts, act: Act) -> None:
    """Gives the supply these of `capacity`, `turnaround_s`, `level` and `transition`.

    Turnaround and transition are those of the resource on every satellite.

    Raises:
        ConflictError: only a renewable resource has a turnaround, only one of one unit a transition, and only a
            reservoir a level.
        InvalidError: the level is above the capacity.
        GoneError: it was taken away meanwhile.
    """
    facts: dict[str, object] = {}
    with changed_fleet(supply.resource.fleet_id, act, "resource.edit", supply.resource.name, facts) as fleet:
        # Read anew: it may have changed, or gone, before the fleet was locked.
        before = still_there(Supply.objects.select_related("resource").filter(id=supply.id))
        resource = before.resource
        facts |= {"of": _owner(before), "before": before.capacity, "after": sent.get("capacity", before.capacity)}
        facts |= {name: value for name, value in sent.items() if name not in ("capacity", "transition")}
        if "turnaround_s" in sent:
            _check_kind(resource, Kind.RENEWABLE, "turnaround")
            Resource.objects.filter(id=resource.id).update(turnaround_s=sent["turnaround_s"])
        if "level" in sent:
            _check_kind(resource, Kind.RESERVOIR, "level")
            _check_level(sent["level"], facts["after"])
            Supply.objects.filter(id=supply.id).update(level=sent["level"], level_at=act.at)
        if "capacity" in sent:
            Supply.objects.filter(id=supply.id).update(capacity=sent["capacity"])
        if "transition" in sent:
            facts["transition"] = give_transition(resource, sent["transition"], at=act.at)  # type: ignore[arg-type]
        # At last, and of all that have the resource: capacity and transition may have changed in the same request.
        check_units(resource.id)
        _declare(resource.id)
        # Less of something lets nobody in; a plan, though, has to be made without it.
        if fleet.plans_ahead or facts["after"] > before.capacity:  # type: ignore[operator]
            let_in(fleet, Cause.CAPACITY, at=act.at)
    supply.refresh_from_db(fields=["capacity", "level", "level_at"])
    supply.resource.refresh_from_db(fields=["turnaround_s", "transition"])


def _check_kind(resource: Resource, kind: Kind, what: str) -> None:
    if resource.kind != kind:
        raise ConflictError(f"the resource {resource.name!r} is a {resource.kind}, which has no {what}")


def _check_level(level: object, units: object) -> None:
    if level > units:  # type: ignore[operator]
        raise InvalidError([Fault(ABOVE_CAPACITY.format(units=units), pointer_of("level"))])


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
        # Buffered tasks that name no satellite may need the last one.
        if _is_named(satellite) or (is_last and fleet.buffered):
            raise ConflictError(f"the satellite {satellite.slug!r} is in use")
        for supply in satellite.supplies.select_related("resource"):
            _remove(supply)
        try:
            satellite.delete()
        except ProtectedError:
            raise ConflictError(f"the satellite {satellite.slug!r} is in use") from None


def _declare(resource_id: int) -> None:
    """The operator who says how much there is of it makes the name known to all, whichever customer used it first."""
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
            _forget(resource)
    except ProtectedError:
        raise ConflictError(f"the resource {resource.name!r} is in use") from None


def _forget(resource: Resource) -> None:
    if is_used(resource):
        raise ConflictError(f"the resource {resource.name!r} is in use")
    resource.delete()


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
