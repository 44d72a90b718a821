"""The passes of a fleet: contacts that drain reservoirs and deliver what is in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.fleets.fleets import changed_fleet, still_there
from satselect.application.opportunities.overhead import forget, give_way
from satselect.application.planning.automatic import let_in
from satselect.schemas.horizons import Kind
from satselect.schemas.iterations import Cause
from satselect.schemas.planning.plans import NewPass
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.store.models import Fleet, Pass, Supply


def add_passes(fleet: Fleet, sent: Sequence[NewPass], act: Act) -> list[Pass]:
    """The fleet has these passes, from the next plan on. One that is there already is there once.

    Where one overlaps what was worked out for the same satellite over the station of that name, it goes before.

    Raises:
        InvalidError: one has no length, or the fleet has no such satellite, or no such reservoir.
    """
    facts = {"passes": len(sent)}
    with changed_fleet(fleet.id, act, "pass.create", fleet.slug, facts) as counted:
        satellites = dict(fleet.satellites.values_list("slug", "id"))
        if faults := list(_faults(sent, satellites, _reservoirs(fleet))):
            raise InvalidError(faults)
        made = []
        for one in sent:
            when: dict[str, Any] = {"satellite_id": satellites[one.satellite], "starts": one.starts, "ends": one.ends}
            # Only among given ones: one that was worked out has an origin, and makes way below.
            row, _ = Pass.objects.update_or_create(
                fleet=fleet, **when, station=one.station, origin=None, defaults={"drains": dict(one.drains)}
            )
            made.append(row)
        give_way(fleet.id, made)
        let_in(counted, Cause.CAPACITY, at=act.at)
    return made


def delete_pass(row: Pass, act: Act) -> None:
    """The pass will not be. What would be worked out there without it comes back with the next plan.

    Raises:
        GoneError: it was deleted meanwhile.
        ConflictError: it was worked out.
    """
    if row.origin_id is not None:
        over = f"the pass is worked out for the station {row.station!r}"
        raise ConflictError(f"{over}: give a pass over it that drains nothing instead, or delete the station")
    facts = {"from": row.starts.isoformat(), "until": row.ends.isoformat(), "station": row.station}
    with changed_fleet(row.fleet_id, act, "pass.delete", str(row.id), facts) as counted:
        still_there(Pass.objects.filter(id=row.id)).delete()
        if row.station is not None:
            forget(row.fleet_id, row.station, row.satellite_id)
        let_in(counted, Cause.CAPACITY, at=act.at)


def _reservoirs(fleet: Fleet) -> set[tuple[int | None, str]]:
    """The satellite, or None for all, and the name of each reservoir."""
    rows = Supply.objects.filter(resource__fleet=fleet, resource__kind=Kind.RESERVOIR)
    return set(rows.values_list("satellite_id", "resource__name"))


def _faults(
    sent: Sequence[NewPass], satellites: Mapping[str, int], reservoirs: set[tuple[int | None, str]]
) -> Iterator[Fault]:
    for place, one in enumerate(sent):
        if one.ends == one.starts:
            yield Fault("must be later than from", pointer_of("passes", place, "until"))
        if one.satellite not in satellites:
            yield Fault("the fleet has no such satellite", pointer_of("passes", place, "satellite"))
            continue
        for name in one.drains:
            if not {(satellites[one.satellite], name), (None, name)} & reservoirs:
                yield Fault("the satellite has no such reservoir", pointer_of("passes", place, "drains", name))
