"""The stations of a fleet: put and taken away. Their passes are worked out before the fleet plans."""

from collections.abc import Iterator, Mapping
from typing import Any

from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.fleets.fleets import changed_fleet, still_there
from satselect.application.opportunities.library import needing_orbits
from satselect.application.planning.automatic import let_in
from satselect.schemas.horizons import Kind
from satselect.schemas.iterations import Cause
from satselect.schemas.planning.stations import MOST_STATIONS, NewStation
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.store.models import Fleet, Resource, Station
from satselect.store.queries.orbits.stations import worked_out

Columns = Mapping[str, Any]


def put_station(fleet: Fleet, slug: str, sent: NewStation, act: Act) -> tuple[Station, bool]:
    """The fleet has this station from now on. If it is so already, nothing changes. Gives whether it is new.

    Raises:
        InvalidError: the fleet has no such reservoir, or no such satellite.
        NoOrbitsError: the extra `orbits` is not installed.
        ConflictError: the fleet has as many stations as it may have.
        ChangedError: it is not as it should be.
    """
    with needing_orbits():
        import satselect.orbits  # noqa: F401 - what can never be worked out is refused now
    columns = _columns(slug, sent)
    before = fleet.stations.filter(slug=slug).first()
    if before is not None and all(getattr(before, name) == value for name, value in columns.items()):
        act.condition()
        return before, False
    with changed_fleet(fleet.id, act, "station.put", f"{fleet.slug}/{slug}", columns) as counted:
        if faults := list(_faults(fleet, sent)):
            raise InvalidError(faults)
        row = fleet.stations.filter(slug=slug).first()
        is_new = row is None
        if row is None:
            if fleet.stations.count() >= MOST_STATIONS:
                raise ConflictError(f"the fleet has {MOST_STATIONS} stations already")
            row = Station.objects.create(fleet=fleet, slug=slug, **columns)
        else:
            # With the revision, so that who works out just now from what it was is refused (decision 0138).
            anew: dict[str, Any] = {"searched": {}, "searched_until": None, "revision": row.revision + 1}
            Station.objects.filter(id=row.id).update(**columns, **anew)
            row.refresh_from_db()
            _let_go(row, act)
        let_in(counted, Cause.CAPACITY, at=act.at)
    return row, is_new


def delete_station(row: Station, act: Act) -> None:
    """The station is gone, and with it all passes that were worked out and have not begun.

    Raises:
        ChangedError: it is not as it should be.
        GoneError: it was deleted meanwhile.
    """
    facts = _columns(row.slug, _sent(row))
    with changed_fleet(row.fleet_id, act, "station.delete", f"{row.fleet.slug}/{row.slug}", facts) as counted:
        still_there(Station.objects.filter(id=row.id)).delete()
        worked_out(row.fleet_id, [row.slug]).filter(starts__gt=act.at).delete()
        let_in(counted, Cause.CAPACITY, at=act.at)


def _let_go(row: Station, act: Act) -> None:
    """Deletes the passes of satellites that it doesn't serve any more: nobody asks for these again."""
    if row.satellites is not None:
        later = worked_out(row.fleet_id, [row.slug]).filter(starts__gt=act.at)
        later.exclude(satellite__slug__in=row.satellites).delete()


def _columns(slug: str, sent: NewStation) -> dict[str, Any]:
    columns = sent.model_dump(mode="json")
    columns["name"] = sent.name or slug
    columns["minimum_length_s"] = columns.pop("minimum_length")
    return columns


def _sent(row: Station) -> NewStation:
    facts = {name: getattr(row, name) for name in NewStation.model_fields if name != "minimum_length"}
    return NewStation.model_construct(**facts, minimum_length=row.minimum_length_s)


def _faults(fleet: Fleet, sent: NewStation) -> Iterator[Fault]:
    reservoirs = set(Resource.objects.filter(fleet=fleet, kind=Kind.RESERVOIR).values_list("name", flat=True))
    for name in sent.drains_per_s:
        if name not in reservoirs:
            yield Fault("the fleet has no such reservoir", pointer_of("drains_per_s", name))
    slugs = set(fleet.satellites.values_list("slug", flat=True))
    for place, slug in enumerate(sent.satellites or ()):
        if slug not in slugs:
            yield Fault("the fleet has no such satellite", pointer_of("satellites", place))
