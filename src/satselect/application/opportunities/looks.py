"""When the satellites of a fleet see a place that is taken in one go, as a product asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from satselect.application.opportunities.places import place_of
from satselect.application.opportunities.search import Found, Search, search_opportunities
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet

MOST_LOOKS = 2_000
"""Of one product at one place; the first ones count."""
_TARGET: TypeAdapter[NewTarget] = TypeAdapter(NewTarget)


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
    fleet: Fleet,
    place: Mapping[str, Any],
    span: tuple[datetime, datetime],
    *,
    sight: Mapping[str, Any],
    least: timedelta,
    satellites: Sequence[str] | None,
) -> list[Look]:
    """The looks of at least that length, by start. Satellites without elements that hold then have none.

    Args:
        fleet: whose satellites may look.
        place: a point, a line or a polygon, as GeoJSON has it.
        span: from when to when.
        sight: the conditions of a product, and how wide an area it takes.
        least: for how long it has to be seen.
        satellites: which may look, by their slugs; None for any.

    Raises:
        InvalidError: it is no place that a satellite could look at, or it is too much work to look for it.
        TooWideError: it takes several looks.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    conditions = dict(sight)
    swath = {"swath_km": conditions.pop("swath_km")} if place["type"] == "Polygon" else {}
    conditions.pop("swath_km", None)
    conditions["minimum_length"] = max(conditions.get("minimum_length", 0.0), least.total_seconds())
    target = validate(_TARGET, {"geometry": dict(place), "conditions": conditions, **swath})
    # A task is selected whole, in one interval: it can't be several looks.
    if len(place_of(target).parts()) > 1:
        raise TooWideError
    search = Search(target=target, starts=span[0], ends=span[1], satellites=satellites)
    return [_look(one) for one in search_opportunities(fleet, search, most=MOST_LOOKS).first]


def _look(found: Found) -> Look:
    sight = found.sight
    facts = {
        "off_nadir": round(sight.least_off_nadir, 3),
        "elevation": round(sight.maximum_elevation, 3),
        "sun_elevation": round(sight.sun_elevation, 3),
    }
    return Look(found.satellite.slug, sight.start, sight.end, facts)
