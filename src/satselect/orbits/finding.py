"""The front door: passes over stations, opportunities to take targets."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.elements.elements import Elements
from satselect.orbits.errors import (
    ConditionError,
    EarthFileError,
    ElementsError,
    InvalidOrbitError,
    PlaceError,
    TimeError,
)
from satselect.orbits.events.conditions import Conditions
from satselect.orbits.events.search import MOST_AGE, Search
from satselect.orbits.places.places import Line, Point, Polygon, Station
from satselect.orbits.times import Span
from satselect.orbits.views import Opportunity, Pass, Sights

Kind = TypeVar("Kind")


def passes(
    elements: Elements | Iterable[Elements],
    stations: Station | Iterable[Station],
    start: datetime,
    end: datetime,
    *,
    conditions: Conditions | None = None,
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> Sights[Pass]:
    """When satellites are over stations.

    Args:
        elements: of one satellite, or of several, one set of each.
        stations: one or several; what is below the least elevation of a station is not seen from it.
        start: of the search, aware.
        end: of the search, aware, at most 366 days later.
        conditions: what else has to hold.
        earth: how the Earth is turned; what comes with satselect by default.
        max_age: how far the epoch of elements may be from the search; None for any distance.

    Returns:
        The passes by start; those in progress at an end of the search are cut there, and say so.

    Raises:
        InvalidOrbitError: something given is wrong; names the field and its value.
        LeapSecondError: the search spans a leap second.
        StaleElementsError: elements are too far from the search.
        DecayedError: a satellite is not in orbit all of the time.

    >>> from datetime import UTC, datetime
    >>> from satselect.orbits import Elements, Station
    >>> epoch = datetime(2026, 12, 1, tzinfo=UTC)
    >>> satellite = Elements(number=123456789, epoch=epoch, mean_motion=15.2, eccentricity=0.001, inclination=97.6,
    ...                      raan=40, argument_of_perigee=90, mean_anomaly=0)
    >>> len(passes(satellite, Station(48, 11, minimum_elevation=10), epoch, datetime(2026, 12, 2, tzinfo=UTC)))
    4
    """
    places = _all(stations, (Station,), PlaceError, "stations")
    search = _search(elements, places, (start, end), conditions, earth, max_age)
    return Sights(search.found(), search.elements, places, search.span, _pass_over)


def opportunities(
    elements: Elements | Iterable[Elements],
    targets: Point | Line | Polygon | Iterable[Point | Line | Polygon],
    start: datetime,
    end: datetime,
    *,
    conditions: Conditions | None = None,
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> Sights[Opportunity]:
    """When satellites can take targets.

    A line, and each strip of a polygon, is taken in one go: the opportunity reaches from when the first of its points
    meets the conditions until the last one does, and there is one only if all of them do. What is said of it besides
    is of the point in its middle.

    Args:
        elements: of one satellite, or of several, one set of each.
        targets: one or several.
        start: of the search, aware.
        end: of the search, aware, at most 366 days later.
        conditions: under which they can be taken; above the horizon by default.
        earth: how the Earth is turned; what comes with satselect by default.
        max_age: how far the epoch of elements may be from the search; None for any distance.

    Returns:
        The opportunities by start; those in progress at an end of the search are cut there, and say so.

    Raises:
        InvalidOrbitError: something given is wrong; names the field and its value.
        LeapSecondError: the search spans a leap second.
        StaleElementsError: elements are too far from the search.
        DecayedError: a satellite is not in orbit all of the time.
    """
    kinds: tuple[type[Point | Line | Polygon], ...] = (Point, Line, Polygon)
    places = _all(targets, kinds, PlaceError, "targets")
    search = _search(elements, places, (start, end), conditions, earth, max_age)
    return Sights(search.found(), search.elements, places, search.span, _opportunity_of)


def covered(target: Point | Line | Polygon, opportunities: Iterable[Opportunity]) -> datetime | None:
    """The first time by which each part of the target has had an opportunity; None if that is not so.

    Args:
        target: what is to be covered.
        opportunities: in any order; those of other targets, by name, don't count.
    """
    ends: dict[int, datetime] = {}
    for one in opportunities:
        if one.target == target.name:
            ends[one.part] = min(ends.get(one.part, one.end), one.end)
    return max(ends.values()) if len(ends) == len(target.parts()) else None


def satellites_of(elements: object) -> list[Elements]:
    """One set of elements of each satellite.

    Raises:
        ElementsError: there is something else, or two sets of one satellite.
    """
    many = _all(elements, (Elements,), ElementsError, "elements")
    known: set[int | str] = set()
    for one in many:
        if one.key in known:
            why = "is there twice; satselect.orbits.newest() takes the latest"
            raise ElementsError(field="number", value=one.key, why=why)
        known.add(one.key)
    return many


def checked_earth(earth: object) -> EarthOrientation:
    """The Earth orientation given, or what comes with satselect for None.

    Raises:
        EarthFileError: it is something else.
    """
    if earth is None:
        return EarthOrientation.built_in()
    if not isinstance(earth, EarthOrientation):
        raise EarthFileError(field="earth", value=earth, why="is not an EarthOrientation")
    return earth


def checked_age(max_age: object) -> timedelta | None:
    """The age given.

    Raises:
        TimeError: it is no length of time.
    """
    if max_age is not None and not (isinstance(max_age, timedelta) and max_age >= timedelta(0)):
        raise TimeError(field="max_age", value=max_age, why="is not a length of time")
    return max_age


def _pass_over(station: Station, _: int, **facts: Any) -> Pass:  # noqa: ANN401
    return Pass(station=station.name, **facts)


def _opportunity_of(target: Point | Line | Polygon, part: int, **facts: Any) -> Opportunity:  # noqa: ANN401
    return Opportunity(target=target.name, part=part, **facts)


def _search(
    elements: object,
    places: list[Any],
    times: tuple[object, object],
    conditions: object,
    earth: object,
    max_age: object,
) -> Search:
    wanted = Conditions() if conditions is None else conditions
    if not isinstance(wanted, Conditions):
        raise ConditionError(field="conditions", value=conditions, why="is not a Conditions")
    # A target has no horizon of its own: what has to be above it the conditions say.
    masks = [place.minimum_elevation if isinstance(place, Station) else -90.0 for place in places]
    span = Span.of(*times)
    return Search(satellites_of(elements), places, masks, span, wanted, checked_earth(earth), checked_age(max_age))


def _all(given: object, kinds: tuple[type[Kind], ...], error: type[InvalidOrbitError], field: str) -> list[Kind]:
    """One or many of some kinds as a list."""
    many = list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else [given]
    for one in many:
        if not isinstance(one, kinds):
            raise error(field=field, value=one, why=f"is not {' or '.join(kind.__name__ for kind in kinds)}")
    return cast("list[Kind]", many)
