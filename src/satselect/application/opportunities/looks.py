"""When the satellites of a fleet see a place, under the conditions of a product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from satselect.application.opportunities.library import needing_orbits
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.store.models import ElementSet, Satellite

if TYPE_CHECKING:
    from satselect.orbits import Conditions, Elements, Line, Point, Polygon

_CONDITIONS = ("minimum_elevation", "maximum_off_nadir", "minimum_sun_elevation")
_WHERE = "/geometry"


class TooWideError(Exception):
    """The place is no one place for a satellite: it takes several looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """That a satellite can take the place from a time until another.

    Attributes:
        facts: what is known of it besides, in degrees.
    """

    satellite: str
    starts: datetime
    ends: datetime
    facts: Mapping[str, float]


def looks(
    satellites: Sequence[Satellite],
    place: Mapping[str, Any],
    span: tuple[datetime, datetime],
    *,
    sight: Mapping[str, Any],
    least: timedelta,
) -> list[Look]:
    """The looks of at least that length, by start. Satellites without elements that hold then have none.

    Args:
        satellites: which may look.
        place: a point, a line or a polygon, as GeoJSON has it.
        span: from when to when.
        sight: the conditions of a product.
        least: for how long it has to be seen.

    Raises:
        InvalidError: it is no place that a satellite could look at.
        TooWideError: it takes several looks.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    with needing_orbits():
        from satselect.orbits import Conditions, PlaceError, targets_in
    feature = {"type": "Feature", "geometry": place, "properties": {"swath_km": sight["swath_km"]}}
    try:
        (target,) = targets_in(feature)
        parts = len(target.parts())
    except PlaceError as error:
        raise InvalidError([Fault(str(error), _WHERE)]) from None
    if parts > 1:
        raise TooWideError
    given = {name: sight[name] for name in _CONDITIONS if sight.get(name) is not None}
    conditions = Conditions(**given, minimum_length=least)
    found = [look for one in satellites for look in _of_satellite(one, target, span, conditions)]
    return sorted(found, key=lambda look: (look.starts, look.satellite))


def _of_satellite(
    satellite: Satellite, target: "Point | Line | Polygon", span: tuple[datetime, datetime], conditions: "Conditions"
) -> Iterator[Look]:
    from satselect.orbits import DecayedError, StaleElementsError, opportunities

    elements = _elements_of(satellite)
    if elements is None:
        return
    try:
        found = opportunities(elements, target, *span, conditions=conditions)
    except (DecayedError, StaleElementsError):
        return
    for one in found:
        facts = {
            "off_nadir": round(one.least_off_nadir, 3),
            "elevation": round(one.maximum_elevation, 3),
            "sun_elevation": round(one.sun_elevation, 3),
        }
        yield Look(satellite.slug, one.start, one.end, facts)


def _elements_of(satellite: Satellite) -> "Elements | None":
    """What counts; it was checked when it was put."""
    from satselect.orbits import read_elements

    row = ElementSet.objects.filter(satellite=satellite).order_by("-id").first()
    return None if row is None else read_elements(row.source, read_at=row.at)[0]
