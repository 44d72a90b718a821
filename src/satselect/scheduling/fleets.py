"""Changes of a fleet: what it is called, whether it is open, how much it has of what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import ProtectedError

from satselect.scheduling.audit import audit
from satselect.scheduling.errors import ConflictError
from satselect.scheduling.tell import tell_fleet
from satselect.store.counters import count_change
from satselect.store.models import Fleet, Resource, Satellite, Supply, User
from satselect.store.transactions import short_transaction


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, and when."""

    by: User
    at: datetime


def edit_fleet(fleet: Fleet, sent: Mapping[str, str | bool], act: Act) -> None:
    """Gives the fleet these fields."""
    with _changed(fleet.id, act, "fleet.edit", fleet.slug, sent):
        Fleet.objects.filter(id=fleet.id).update(**sent)


def add_resource(satellite: Satellite, name: str, capacity: int, act: Act) -> Supply:
    """The satellite has so much of that resource from now on.

    Raises:
        ConflictError: it has the resource already, or its satellites share one of that name.
    """
    facts = {"satellite": satellite.slug, "name": name, "capacity": capacity}
    with _changed(satellite.fleet_id, act, "resource.create", name, facts):
        resource, _ = Resource.objects.get_or_create(fleet_id=satellite.fleet_id, name=name)
        supply, is_new = Supply.objects.get_or_create(
            resource=resource, satellite=None if resource.is_shared else satellite, defaults={"capacity": capacity}
        )
        if not is_new:
            raise ConflictError(f"there is a resource {name!r} already")
    return supply


def set_capacity(supply: Supply, capacity: int, act: Act) -> None:
    """From the next iteration on there is so much of it. What is scheduled stays so."""
    facts = {"before": supply.capacity, "after": capacity}
    with _changed(supply.resource.fleet_id, act, "resource.edit", supply.resource.name, facts):
        Supply.objects.filter(id=supply.id).update(capacity=capacity)


def remove_resource(supply: Supply, act: Act) -> None:
    """Nothing of it is there any more.

    Raises:
        ConflictError: tasks name it, or iterations used it.
    """
    resource = supply.resource
    try:
        with _changed(resource.fleet_id, act, "resource.delete", resource.name, {}):
            supply.delete()
            resource.delete()
    except ProtectedError:
        raise ConflictError(f"the resource {resource.name!r} is in use") from None


@contextmanager
def _changed(fleet_id: int, act: Act, action: str, object_id: str, facts: Mapping[str, object]) -> Iterator[None]:
    """A transaction in which a fleet is changed: every buffer that is kept of it is read anew."""
    with short_transaction():
        fleet = count_change(fleet_id, entering=0)
        tell_fleet(fleet, at=act.at)
        audit(act.by, action, object_id, at=act.at, facts=facts)
        yield
