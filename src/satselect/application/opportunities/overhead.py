"""The passes over a fleet's stations, worked out before it plans: for its horizon, and anew where something changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import F

from satselect.application.errors import StaleError
from satselect.application.events.tell import tell_fleet
from satselect.application.failpoints import Point
from satselect.application.opportunities.ahead import Ahead
from satselect.application.opportunities.by_portions import (
    IsOver,
    ask_each,
    by_portions,
    search_from,
    searched_by_all,
    state_of,
    stored,
)
from satselect.application.opportunities.library import needing_orbits
from satselect.application.opportunities.sights import look_ahead
from satselect.schemas.fields.limits import MAX_AMOUNT
from satselect.store.models import ElementSet, Fleet, Pass, Satellite, Station
from satselect.store.queries.counters import count_fleet_change
from satselect.store.queries.orbits.stations import due_stations, worked_out
from satselect.store.queries.orbits.targets import current_elements_of
from satselect.store.sql.bulk_insert import insert
from satselect.store.sql.chunks import in_parts

if TYPE_CHECKING:
    from satselect.orbits import Conditions, Opportunity
    from satselect.orbits import Station as Antenna

AT_ONCE = 20
"""Stations that are worked out, and stored, together: to look at so many takes as long as to propagate."""

_LEAST = timedelta(seconds=1)
_COLUMNS = ("fleet_id", "satellite_id", "station", "starts", "ends", "drains", "origin_id")

Pair = tuple[str, int]
"""A station, by its slug, and a satellite, by its id."""
Interval = tuple[datetime, datetime]
_Question = tuple[Satellite, datetime, list[Station]]


@dataclass(slots=True)
class _Found:
    """What is found out of some stations.

    Attributes:
        sights: what is new, by start.
        anew: where all that is not frozen is replaced.
        searched: of each station, by its id, what is known of each satellite.
    """

    sights: list[tuple[Pair, ElementSet, "Opportunity"]] = field(default_factory=list)
    anew: set[Pair] = field(default_factory=set)
    searched: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)


def catch_up_passes(fleet_id: int, *, at: datetime, is_over: IsOver = lambda: False) -> bool:
    """Works out what passes a fleet lacks for its horizon. Gives whether the fleet changed by that.

    Args:
        fleet_id: of a fleet that plans in time.
        at: now.
        is_over: whether there is no time left for more.

    Raises:
        StaleError: others work out the same.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    return by_portions(
        fleet_id,
        at,
        is_over,
        lambda until: due_stations(fleet_id, until=until, limit=AT_ONCE),
        lambda stations, ahead: _work_out(fleet_id, stations, ahead, is_over),
    )


def outdate_passes(fleet_id: int) -> int:
    """Has the passes of a fleet worked out anew. Call it in the transaction that changes elements. Gives how many."""
    # The revision is the fence: who works out just now from the old elements stores nothing.
    return Station.objects.filter(fleet=fleet_id).update(searched_until=None, revision=F("revision") + 1)


def has_contact(intervals: Iterable[Interval], starts: datetime, ends: datetime) -> bool:
    """Whether one of these intervals overlaps that one."""
    return any(a < ends and starts < b for a, b in intervals)


def _work_out(fleet_id: int, stations: Sequence[Station], ahead: Ahead, is_over: IsOver) -> bool:
    satellites = list(Satellite.objects.filter(fleet=fleet_id).order_by("id"))
    current = current_elements_of(one.id for one in satellites)
    found = _Found(searched={one.id: dict(one.searched) for one in stations})

    def ask(question: _Question) -> None:
        satellite, since, some = question
        _look(found, satellite, current.get(satellite.id), some, since, ahead)

    is_whole = ask_each(_asked(satellites, current, stations, ahead), ask, is_over)
    return stored(
        lambda: _store(fleet_id, stations, found, ahead, satellites if is_whole else None),
        Point.BEFORE_PASSES_COMMIT,
        Point.AFTER_PASSES_COMMIT,
    )


def _asked(
    satellites: Sequence[Satellite], current: Mapping[int, ElementSet], stations: Sequence[Station], ahead: Ahead
) -> Iterator[_Question]:
    """Which stations each satellite is to be asked for, from when on."""
    for satellite in satellites:
        row = current.get(satellite.id)
        together: defaultdict[datetime, list[Station]] = defaultdict(list)
        for station in stations:
            if not _hears(station, satellite):
                continue
            if since := search_from(station.searched.get(str(satellite.id)), row, ahead):
                together[since].append(station)
        for since, some in together.items():
            yield satellite, since, some


def _hears(station: Station, satellite: Satellite) -> bool:
    return station.satellites is None or satellite.slug in station.satellites


def _look(
    found: _Found,
    satellite: Satellite,
    row: ElementSet | None,
    stations: Sequence[Station],
    since: datetime,
    ahead: Ahead,
) -> None:
    looked = look_ahead(row, [_antenna(one) for one in stations], since, ahead.until, _all())
    state = state_of(row, looked, ahead)
    for one in stations:
        before = found.searched[one.id].get(str(satellite.id))
        if before is None or before["elements"] != state["elements"]:
            found.anew.add((one.slug, satellite.id))
        found.searched[one.id][str(satellite.id)] = state
    if row is not None:
        found.sights += [((one.target, satellite.id), row, one) for one in looked.sights]


def _antenna(station: Station) -> "Antenna":
    with needing_orbits():
        from satselect.orbits import Station as Antenna
    place = station.latitude, station.longitude, station.height_m
    return Antenna(*place, name=station.slug, minimum_elevation=station.minimum_elevation)


def _all() -> "Conditions":
    """Nothing but what a station asks for by itself."""
    from satselect.orbits import Conditions

    # Below every mask: that of the station is the one that counts.
    return Conditions(minimum_elevation=-90.0)


def _store(
    fleet_id: int,
    stations: Sequence[Station],
    found: _Found,
    ahead: Ahead,
    satellites: Sequence[Satellite] | None,
) -> bool:
    """Stores what was found; the satellites of the fleet if all were asked, else None."""
    # The fleet's row first, as everywhere: whoever has it changes what belongs to the fleet.
    Fleet.objects.select_for_update(no_key=True).filter(id=fleet_id).first()
    for one in stations:
        until = None
        if satellites is not None:
            mine = [other for other in satellites if _hears(one, other)]
            until = searched_by_all(found.searched[one.id], mine, ahead)
        # Compared and set: of two who worked out the same one stores it (decision 0138).
        same = Station.objects.filter(id=one.id, revision=one.revision)
        if not same.update(revision=one.revision + 1, searched=found.searched[one.id], searched_until=until):
            raise StaleError("others work out the passes of the fleet")
    by_slug = {one.slug: one for one in stations}
    # Before the contacts that are there are read: new ones are only kept from overlapping what stays.
    has_gone = _take_away(fleet_id, found.anew, ahead)
    rows = list(_rows(fleet_id, by_slug, found, ahead))
    insert(Pass, _COLUMNS, rows)
    has_changed = has_gone or bool(rows)
    if has_changed and (counted := count_fleet_change(fleet_id)):
        tell_fleet(counted, at=ahead.at)
    return has_changed


def _take_away(fleet_id: int, anew: Iterable[Pair], ahead: Ahead) -> bool:
    """Deletes what was worked out and is not frozen."""
    by_satellite: defaultdict[int, list[str]] = defaultdict(list)
    for slug, satellite_id in anew:
        by_satellite[satellite_id].append(slug)
    count = 0
    for satellite_id, slugs in by_satellite.items():
        # What begins earlier is promised: frozen tasks were planned with it, whatever newer elements say
        # (decision 0138).
        later = worked_out(fleet_id, slugs).filter(satellite=satellite_id, starts__gte=ahead.frozen_until)
        count += later.delete()[0]
    return bool(count)


def _rows(fleet_id: int, stations: Mapping[str, Station], found: _Found, ahead: Ahead) -> Iterator[tuple[Any, ...]]:
    kept = _kept(fleet_id, found, ahead)
    for pair, row, sight in found.sights:
        slug, satellite_id = pair
        span = _contact(sight, kept[pair], ahead)
        if span is None or (span[1] - span[0]).total_seconds() < stations[slug].minimum_length_s:
            continue
        yield fleet_id, satellite_id, slug, *span, _drains(stations[slug], *span), row.id


def _kept(fleet_id: int, found: _Found, ahead: Ahead) -> dict[Pair, list[Interval]]:
    """The contacts that are there, worked out or given, of each pair, which new ones must not overlap."""
    kept: dict[Pair, list[Interval]] = {pair: [] for pair, _, _ in found.sights}
    earliest = min((_begin(one) for _, _, one in found.sights), default=ahead.at)
    slugs = {slug for slug, _ in kept}
    rows = Pass.objects.filter(fleet=fleet_id, station__in=slugs, ends__gt=earliest).order_by("starts")
    for slug, satellite_id, starts, ends in rows.values_list("station", "satellite_id", "starts", "ends"):
        if slug is not None and (slug, satellite_id) in kept:
            kept[slug, satellite_id].append((starts, ends))
    return kept


def _begin(sight: "Opportunity") -> datetime:
    return sight.start if sight.begins is None else sight.begins


def _contact(sight: "Opportunity", kept: Sequence[Interval], ahead: Ahead) -> Interval | None:
    """What of it is new: all, or nothing where a contact is there already.

    Who is in view for longer than a revolution has contacts that follow each other, one from each search.
    """
    starts = _begin(sight)
    if starts >= ahead.until:
        return None
    if sight.begins is not None and sight.ends is not None:
        return None if has_contact(kept, starts, sight.ends) else (starts, sight.ends)
    ends = ahead.until if sight.ends is None else sight.ends
    starts = max((b for a, b in kept if a < ends and starts < b), default=starts)
    return (starts, ends) if ends - starts >= _LEAST else None


def _drains(station: Station, starts: datetime, ends: datetime) -> dict[str, int]:
    """The whole units that leave in that time, exactly."""
    microseconds = (ends - starts) // timedelta(microseconds=1)
    # Of the rate as it is written, and rounded down: a plan must not count on what doesn't leave.
    drains = {name: int(Fraction(repr(rate)) * microseconds / 10**6) for name, rate in station.drains_per_s.items()}
    return {name: min(units, MAX_AMOUNT) for name, units in drains.items() if units}


def forget(fleet_id: int, slug: str, satellite_id: int) -> bool:
    """Has the passes of a satellite over a station worked out anew, if there is such a station."""
    for station in Station.objects.filter(fleet=fleet_id, slug=slug):
        station.searched.pop(str(satellite_id), None)
        station.searched_until, station.revision = None, station.revision + 1
        station.save(update_fields=["searched", "searched_until", "revision"])
        return True
    return False


def give_way(fleet_id: int, given: Iterable[Pass]) -> None:
    """Takes away what was worked out where somebody gave a pass. Call it in the transaction that stores these."""
    by_pair: defaultdict[Pair, list[Interval]] = defaultdict(list)
    for one in given:
        if one.station is not None:
            by_pair[one.station, one.satellite_id].append((one.starts, one.ends))
    own = set(Station.objects.filter(fleet=fleet_id).values_list("slug", flat=True))
    if not (slugs := own & {slug for slug, _ in by_pair}):
        return
    earliest = min(starts for spans in by_pair.values() for starts, _ in spans)
    rows = worked_out(fleet_id, slugs).filter(ends__gt=earliest)
    gone = [
        id
        for id, slug, satellite_id, starts, ends in rows.values_list("id", "station", "satellite_id", "starts", "ends")
        if slug is not None and has_contact(by_pair.get((slug, satellite_id), ()), starts, ends)
    ]
    for part in in_parts(gone):
        Pass.objects.filter(id__in=part).delete()
