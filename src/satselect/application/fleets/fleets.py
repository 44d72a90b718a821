"""Fleets and their satellites: made, changed, deleted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError
from django.db.models import Model, ProtectedError, QuerySet

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import ConflictError, GoneError
from satselect.application.events.tell import tell_fleet
from satselect.application.fleets.slugs import free_slug
from satselect.application.planning.automatic import let_in, look_again
from satselect.application.planning.buffer.ageing import rank_anew
from satselect.schemas.fleets import Release
from satselect.schemas.iterations import Cause
from satselect.store.defaults import DEFAULT_FLEET
from satselect.store.models import Event, Fleet, Resource, Satellite
from satselect.store.queries.counters import Counted, count_fleet_change
from satselect.store.sql.transactions import short_transaction

Facts = Mapping[str, object]
Row = TypeVar("Row", bound=Model)


def create_fleet(sent: Facts, act: Act) -> Fleet:
    """A fleet without satellites. Its slug is the one given, or made from the name.

    Raises:
        ConflictError: another fleet has that slug.
    """
    name, fields = str(sent["name"]), dict(sent)
    slug = str(fields.pop("slug", None) or free_slug(name, _slugs(), otherwise="fleet"))
    try:
        with short_transaction():
            fleet = Fleet.objects.create(slug=slug, **fields)
            tell_fleet(_moved(fleet.id), at=act.at)
            audit(act, "fleet.create", slug, sent)
    except IntegrityError:
        raise ConflictError(f"there is a fleet {slug!r} already") from None
    return fleet


def edit_fleet(fleet: Fleet, sent: Facts, act: Act) -> None:
    """Gives the fleet these fields.

    Raises:
        ChangedError: it is not as it should be.
    """
    with changed_fleet(fleet.id, act, "fleet.edit", fleet.slug, sent) as before:
        Fleet.objects.filter(id=fleet.id).update(**sent)
        after = sent.get("ageing_per_hour", before.ageing_per_hour)
        if isinstance(after, float) and after != before.ageing_per_hour:
            # While the fleet is locked: no task comes in that is ranked by the old rate.
            rank_anew(fleet.id, after)
        fleet.refresh_from_db()
        _let_in(before, fleet, act.at)


def _let_in(before: Counted, fleet: Fleet, at: datetime) -> None:
    """What was held is held no longer, or the fleet iterates by itself from now on, or at other times."""
    after = before._replace(settle_s=fleet.settle_s, release=fleet.release)
    is_given_back = (before.release, fleet.release) == (Release.COMPLETION, Release.ITERATION)
    if is_given_back or (before.settle_s is None and fleet.settle_s is not None):
        let_in(after, Cause.SETTINGS, at=at)
    if (before.settle_s, before.iterate_every_s) != (fleet.settle_s, fleet.iterate_every_s):
        look_again(after, at=at)


def delete_fleet(fleet: Fleet, act: Act) -> None:
    """The fleet and its satellites are gone, if it was never used.

    Raises:
        ConflictError: tasks were submitted to it, it iterated, or it is the one of the quick endpoint.
    """
    if fleet.slug == DEFAULT_FLEET:
        raise ConflictError("the quick endpoint needs the fleet 'default'")
    # In this order: what was deleted is there again before the refusal is told.
    with _unless_used(fleet), changed_fleet(fleet.id, act, "fleet.delete", fleet.slug, {"name": fleet.name}):
        Event.objects.filter(fleet=fleet).delete()
        for satellite in fleet.satellites.all():
            satellite.supplies.all().delete()
        for resource in Resource.objects.filter(fleet=fleet):
            resource.supplies.all().delete()
            resource.delete()
        fleet.satellites.all().delete()
        fleet.delete()


def create_satellite(fleet: Fleet, sent: Facts, act: Act) -> Satellite:
    """A satellite that has nothing yet. Its slug is the one given, or made from the name.

    Raises:
        ConflictError: another satellite of the fleet has that slug.
    """
    with short_transaction():
        counted = _moved(fleet.id)  # first of all: from here on nobody else takes a slug
        taken = set(fleet.satellites.values_list("slug", flat=True))
        slug = str(sent.get("slug") or free_slug(str(sent["name"]), taken, otherwise="satellite"))
        if slug in taken:
            raise ConflictError(f"there is a satellite {slug!r} already")
        satellite = Satellite.objects.create(fleet=fleet, slug=slug, name=str(sent["name"]))
        let_in(counted, Cause.CAPACITY, at=act.at)
        tell_fleet(counted, at=act.at)
        audit(act, "satellite.create", address_of(satellite), sent)
    return satellite


def address_of(satellite: Satellite) -> str:
    """What the audit log calls it: its slug alone may be another fleet's too."""
    return f"{satellite.fleet.slug}/{satellite.slug}"


def edit_satellite(satellite: Satellite, sent: Facts, act: Act) -> None:
    """Gives the satellite these fields.

    Raises:
        GoneError: it was deleted meanwhile.
    """
    with changed_fleet(satellite.fleet_id, act, "satellite.edit", address_of(satellite), sent):
        still_there(Satellite.objects.filter(id=satellite.id))
        Satellite.objects.filter(id=satellite.id).update(**sent)
        satellite.refresh_from_db(fields=list(sent))


@contextmanager
def changed_fleet(fleet_id: int, act: Act, action: str, object_id: str, facts: Facts) -> Iterator[Counted]:
    """A transaction in which a fleet is changed: every buffer that is kept of it is read anew.

    From its start on nobody else changes the fleet, or what belongs to it. The facts are for the audit, which is
    written at its end: what they say may be looked up meanwhile.

    Raises:
        GoneError: there is no such fleet any more.
        ChangedError: what changes is not as the act demands.
    """
    with short_transaction():
        # Before the condition: what that reads is what nobody else can change any more (decision 0102).
        fleet = _moved(fleet_id)
        act.condition()
        tell_fleet(fleet, at=act.at)
        yield fleet
        audit(act, action, object_id, facts)


def still_there(rows: "QuerySet[Row]") -> Row:
    """The only row of these: it was looked up before, and may have been deleted until the fleet was locked.

    Raises:
        GoneError: it was.
    """
    row = rows.first()
    if row is None:
        raise GoneError(f"the {rows.model._meta.verbose_name} was deleted")
    return row


@contextmanager
def _unless_used(what: Model) -> Iterator[None]:
    try:
        yield
    except ProtectedError:
        raise ConflictError(f"{str(what)!r} is in use") from None


def _moved(fleet_id: int) -> Counted:
    fleet = count_fleet_change(fleet_id)
    if fleet is None:
        raise GoneError("the fleet was deleted")
    return fleet


def _slugs() -> set[str]:
    return set(Fleet.objects.values_list("slug", flat=True))
