"""The orbital elements of satellites: each set that was put is kept, and the newest one counts."""

from hashlib import sha256

from satselect.application.act import Act
from satselect.application.fleets.fleets import address_of, changed_fleet, still_there
from satselect.application.opportunities.overhead import outdate_passes
from satselect.application.opportunities.reading import elements_in
from satselect.application.opportunities.working_out import outdate
from satselect.application.planning.automatic import let_in
from satselect.schemas.iterations import Cause
from satselect.store.models import ElementSet, Satellite


def current_elements(satellite: Satellite) -> ElementSet | None:
    """What counts; None if none were put yet."""
    return satellite.element_sets.select_related("by").order_by("-id").first()


def put_elements(satellite: Satellite, source: str, act: Act) -> ElementSet:
    """The satellite has these elements from now on. If they are the ones that count already, nothing changes.

    Raises:
        InvalidError: they can't be read, or say nothing about now.
        NoOrbitsError: the extra `orbits` is not installed.
        ChangedError: what counts is not as it should be.
        GoneError: the satellite was deleted meanwhile.
    """
    read = elements_in(source, at=act.at)
    digest = sha256(source.encode()).hexdigest()
    before = current_elements(satellite)
    if before is not None and before.digest == digest:
        act.condition()
        return before
    facts = {"name": read.name, "number": read.number, "epoch": read.epoch.isoformat(), "sha256": digest}
    with changed_fleet(satellite.fleet_id, act, "elements.put", address_of(satellite), facts) as counted:
        # It may have been deleted until the fleet was locked; from here on nobody can.
        still_there(Satellite.objects.filter(id=satellite.id))
        # Opportunities and passes of now come from older elements: the next iteration works them out anew
        # (decision 0137).
        if outdate(satellite.fleet_id) + outdate_passes(satellite.fleet_id):
            let_in(counted, Cause.HORIZON, at=act.at)
        return ElementSet.objects.create(
            satellite=satellite,
            at=act.at,
            by=act.by,
            epoch=read.epoch,
            number=read.number,
            name=read.name,
            source=source,
            digest=digest,
        )
