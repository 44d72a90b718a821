"""When the satellites of a fleet see a place that is taken in one go, as a product asks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from satselect.application.opportunities.details import details_of
from satselect.application.opportunities.filters import Filter
from satselect.application.opportunities.fleet_search import Search, search_opportunities
from satselect.application.opportunities.places import place_of
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet, Satellite

if TYPE_CHECKING:
    from satselect.orbits import Opportunity as Sight

    Again = Callable[[datetime, datetime], Sequence[Sight]]

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


def target_of(place: Mapping[str, Any], *, sight: Mapping[str, Any], least: timedelta) -> NewTarget:
    """What a product looks at.

    Args:
        place: a point, a line or a polygon, as GeoJSON has it.
        sight: the conditions of the product, and how wide an area it takes.
        least: for how long it has to be seen.

    Raises:
        InvalidError: it is no place that a satellite could look at.
    """
    conditions = dict(sight)
    swath = {"swath_km": conditions.pop("swath_km")} if place["type"] == "Polygon" else {}
    conditions.pop("swath_km", None)
    # Seen for less than the task takes it would be no opportunity.
    conditions["minimum_length"] = max(conditions.get("minimum_length", 0.0), least.total_seconds())
    return validate(_TARGET, {"geometry": dict(place), "conditions": conditions, **swath})


def looks(
    fleet: Fleet, target: NewTarget, span: tuple[datetime, datetime], *, satellites: Sequence[str] | None
) -> list[Look]:
    """The looks at it, by start. Satellites without elements that hold then have none.

    Args:
        fleet: whose satellites may look.
        target: that a product looks at.
        span: from when to when.
        satellites: which may look, by their slugs; None for any.

    Raises:
        InvalidError: it is no place that a satellite could look at, or it is too much work to look for it.
        TooWideError: it takes several looks.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    # A task is selected whole, in one interval: it can't be several looks.
    if len(place_of(target).parts()) > 1:
        raise TooWideError
    search = Search(target=target, starts=span[0], ends=span[1], satellites=satellites)
    return [_look(one.satellite, one.sight) for one in search_opportunities(fleet, search, most=MOST_LOOKS).first]


def facts_of(look: Look) -> dict[str, str | float]:
    """What a filter is told of an opportunity."""
    return {"satellite": look.satellite, "duration": (look.ends - look.starts).total_seconds(), **look.facts}


def look_taken(
    document: object, satellite: Satellite, sight: "Sight", within: tuple[datetime, datetime], again: "Again"
) -> Look | None:
    """The look that a sight is within a window, if a filter takes it; None if not, or if too little of it is left.

    Args:
        document: the filter.
        satellite: whose sight it is.
        sight: whole.
        within: the window.
        again: what is seen from a time until another: of a sight that is cut other things are true.
    """
    starts, ends = max(sight.begins or sight.start, within[0]), min(sight.ends or sight.end, within[1])
    if starts >= ends:
        return None
    is_whole = (starts, ends) == (sight.start, sight.end)
    cut = sight if is_whole else next(iter(again(starts, ends)), None)
    look = None if cut is None else _look(satellite, cut)
    return look if look and Filter(document, facts_of(look)).takes(facts_of(look)) else None


def _look(satellite: Satellite, sight: "Sight") -> Look:
    details = details_of(sight)
    facts = {name: details[told] for name, told in _FACTS.items()}
    return Look(satellite.slug, sight.start, sight.end, facts, details)
