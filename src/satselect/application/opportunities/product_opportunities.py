"""When the satellites of a fleet see a place that is taken in one go, as a product asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from satselect.application.opportunities.details import details_of
from satselect.application.opportunities.fleet_search import Found, Search, search_opportunities
from satselect.application.opportunities.places import place_of
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet

MOST_LOOKS = 2_000
"""Of one product at one place; the first ones count."""
_FACTS = {
    "off_nadir": "off_nadir",
    "roll": "roll",
    "elevation": "maximum_elevation",
    "sun_elevation": "sun_elevation",
}
"""What customers call what details say."""
_TARGET: TypeAdapter[NewTarget] = TypeAdapter(NewTarget)


class TooWideError(Exception):
    """The place is no one place for a satellite: it takes several looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """That a satellite can take the place from a time until another.

    Attributes:
        facts: what is known of it besides, in degrees.
        details: what a task's opportunity there says: how resources stand that have to turn, or change modes.
    """

    satellite: str
    starts: datetime
    ends: datetime
    facts: Mapping[str, float]
    details: Mapping[str, Any] = field(default_factory=dict)


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
    sight, details = found.sight, details_of(found.sight)
    facts = {name: details[told] for name, told in _FACTS.items()}
    return Look(found.satellite.slug, sight.start, sight.end, facts, details)
