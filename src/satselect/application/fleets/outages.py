"""What is out of service, and when."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satselect.application.act import Act
from satselect.application.fleets.fleets import changed_fleet, still_there
from satselect.application.planning.automatic import let_in, look_again
from satselect.schemas.iterations import Cause
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.store.models import Fleet, Outage, Satellite, Supply
from satselect.store.queries.counters import Counted
from satselect.store.queries.outages import out_of_service


@dataclass(frozen=True, slots=True)
class OutageTimes:
    """From when until when, or None until further notice, and why.

    Raises:
        InvalidError: it is over before it begins.
    """

    starts: datetime
    ends: datetime | None
    words: str = ""

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends <= self.starts:
            raise InvalidError([Fault("must be later than from", "/until")])


def add_outage(fleet: Fleet, satellite: str | None, resource: str | None, window: OutageTimes, act: Act) -> Outage:
    """A satellite, or a resource of one, or without satellite a shared one, is out of service.

    Raises:
        InvalidError: there is no such thing.
    """
    with changed_fleet(fleet.id, act, "outage.create", fleet.slug, _facts(window, satellite, resource)) as counted:
        if counted.plans_ahead:
            let_in(counted, Cause.OUTAGE, at=act.at)  # what is planned within it has to go elsewhere
        what = _found(fleet, satellite, resource)
        return Outage.objects.create(
            fleet=fleet,
            satellite=what if isinstance(what, Satellite) else None,
            supply=what if isinstance(what, Supply) else None,
            starts=window.starts,
            ends=window.ends,
            words=window.words,
        )


def edit_outage(outage: Outage, sent: Mapping[str, Any], act: Act) -> None:
    """Gives the outage these of `starts`, `ends` and `words`: ends it, for example.

    Raises:
        GoneError: it was deleted meanwhile.
        InvalidError: it would be over before it begins.
    """
    facts: dict[str, object] = {}
    with changed_fleet(outage.fleet_id, act, "outage.edit", str(outage.id), facts) as fleet, _let_in(fleet, act.at):
        before = still_there(Outage.objects.filter(id=outage.id))
        window = OutageTimes(
            sent.get("starts", before.starts), sent.get("ends", before.ends), sent.get("words", before.words) or ""
        )
        facts |= _facts(window)
        Outage.objects.filter(id=outage.id).update(starts=window.starts, ends=window.ends, words=window.words)


def delete_outage(outage: Outage, act: Act) -> None:
    """As if it had never been said. Iterations keep what they recorded of it.

    Raises:
        GoneError: it was deleted meanwhile.
    """
    facts = _facts(OutageTimes(outage.starts, outage.ends, outage.words))
    with (
        changed_fleet(outage.fleet_id, act, "outage.delete", str(outage.id), facts) as fleet,
        _let_in(fleet, act.at),
    ):
        still_there(Outage.objects.filter(id=outage.id)).delete()


@contextmanager
def _let_in(fleet: Counted, at: datetime) -> Iterator[None]:
    """Notes what is back in service after what is done within it, or will be at another time."""
    before = out_of_service(fleet.id, at)
    yield
    after = out_of_service(fleet.id, at)
    if before.satellites - after.satellites or before.supplies - after.supplies:
        let_in(fleet, Cause.OUTAGE, at=at)
    look_again(fleet, at=at)


def _found(fleet: Fleet, satellite: str | None, resource: str | None) -> Satellite | Supply:
    if satellite is None and resource is None:
        raise InvalidError([Fault("names neither a satellite nor a resource")])
    owner = None if satellite is None else fleet.satellites.filter(slug=satellite).first()
    if satellite is not None and owner is None:
        raise InvalidError([Fault("the fleet has no such satellite", "/satellite")])
    if resource is None:
        assert owner is not None  # noqa: S101 - else there is a fault
        return owner
    supplies = Supply.objects.select_related("resource", "satellite")
    supply = supplies.filter(resource__fleet=fleet, resource__name=resource, satellite=owner).first()
    if supply is None:
        whose = "the satellite has" if owner else "the satellites share"
        raise InvalidError([Fault(f"{whose} no such resource", "/resource")])
    return supply


def _facts(window: OutageTimes, satellite: str | None = None, resource: str | None = None) -> dict[str, object]:
    facts = {
        "satellite": satellite,
        "resource": resource,
        "from": window.starts.isoformat(),
        "until": window.ends.isoformat() if window.ends else None,
        "words": window.words,
    }
    return {name: value for name, value in facts.items() if value is not None}
