"""From targets as they are sent to what `satselect.orbits` looks at, bounded before anything is worked out."""

from datetime import timedelta
from itertools import pairwise
from math import acos, cos, hypot, radians, sin, tan
from typing import TYPE_CHECKING, TypeAlias

from satselect.application.opportunities.library import needing_orbits
from satselect.schemas.planning.targets import LineGeometry, NewTarget, PointGeometry, PolygonGeometry, ViewConditions
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of

if TYPE_CHECKING:
    from satselect.orbits import Conditions, Line, Point, Polygon

    Place: TypeAlias = Point | Line | Polygon

MOST_POINTS = 2_000
"""Of one target, at which it is looked at."""

_MOST_ACROSS = 200
"""Strips of an area, and points of each: so many are worked out before they are counted."""

# Of a sphere: this only refuses what is far too large, and is no place to be exact.
_RADIUS_KM = 6371.0
_FARTHEST = 0.7071  # cos 45°: so far areas may reach from their middle (decision 0114)
_USUAL_KM = 25.0  # as `satselect.orbits` has it where nothing is said

_Vector: TypeAlias = tuple[float, float, float]


def place_of(target: NewTarget, *parts: str | int, name: str = "target") -> "Place":
    """The place, with at most `MOST_POINTS` points.

    Args:
        target: as it was sent.
        *parts: where it stands in what was sent.
        name: what it is called.

    Raises:
        InvalidError: there is no such place on Earth, or it is too large for its swath or step.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    with needing_orbits():
        from satselect.orbits import PlaceError
    _check_across(target, parts)
    try:
        place = _place(target, name)
    except PlaceError as error:
        raise _invalid(error.why, *parts, "geometry") from None
    if (count := points_of(place)) > MOST_POINTS:
        raise _invalid(f"is looked at in {count} points; at most {MOST_POINTS} are possible", *parts, "geometry")
    return place


def points_of(place: "Place") -> int:
    """At how many points it is looked at."""
    return sum(map(len, place.parts()))


def conditions_of(sent: ViewConditions) -> "Conditions":
    """The conditions as the search takes them."""
    with needing_orbits():
        from satselect.orbits import Conditions
    given = {name: getattr(sent, name) for name in type(sent).model_fields if name != "minimum_length"}
    return Conditions(**given, minimum_length=timedelta(seconds=sent.minimum_length))


def _place(target: NewTarget, name: str) -> "Place":
    from satselect.orbits import Line, Point, Polygon

    geometry = target.geometry
    if isinstance(geometry, PointGeometry):
        longitude, latitude, *height = geometry.coordinates
        return Point(latitude, longitude, height[0] if height else 0.0, name=name)
    if isinstance(geometry, LineGeometry):
        return Line(_corners(geometry.coordinates), step_km=target.step_km or _USUAL_KM, name=name)
    return Polygon(
        _corners(geometry.coordinates[0]),
        swath_km=target.swath_km or _USUAL_KM,
        heading=target.heading or 0.0,
        name=name,
    )


def _corners(positions: list[list[float]]) -> list[tuple[float, float]]:
    # GeoJSON has the longitude first, orbits the latitude.
    return [(latitude, longitude) for longitude, latitude, *_ in positions]


def _check_across(target: NewTarget, parts: tuple[str | int, ...]) -> None:
    """Refuses what would be cut into so much that even to count it takes long."""
    geometry = target.geometry
    if isinstance(geometry, LineGeometry):
        length = sum(acos(_product(a, b)) for a, b in pairwise(map(_vector, geometry.coordinates))) * _RADIUS_KM
        if length / (target.step_km or _USUAL_KM) > MOST_POINTS:
            raise _invalid(f"is {length:.0f} km long: more than {MOST_POINTS} steps", *parts, "geometry")
    elif isinstance(geometry, PolygonGeometry):
        across, swath = _across_km(geometry), target.swath_km or _USUAL_KM
        if across / swath > _MOST_ACROSS:
            why = f"is up to {across:.0f} km wide: more than {_MOST_ACROSS} swaths of {swath:g} km"
            raise _invalid(why, *parts, "geometry")


def _across_km(area: PolygonGeometry) -> float:
    """As far as it can reach on the plane on which it is cut; 0 for what reaches so far that it is refused anyway."""
    vectors = [_vector(corner) for corner in area.coordinates[0][:-1]]
    x, y, z = (sum(parts) for parts in zip(*vectors, strict=True))
    length = hypot(x, y, z)
    # The corners cancel out: they lie all around the Earth.
    if length < 1e-9:
        return 0.0
    # As `orbits.places.strips` lays it on a plane: what is far from the middle grows.
    least = min(_product(vector, (x / length, y / length, z / length)) for vector in vectors)
    return 0.0 if least < _FARTHEST else 2 * _RADIUS_KM * tan(acos(least))


def _vector(position: list[float]) -> _Vector:
    longitude, latitude = radians(position[0]), radians(position[1])
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def _product(a: _Vector, b: _Vector) -> float:
    return min(max(sum(x * y for x, y in zip(a, b, strict=True)), -1.0), 1.0)  # rounding may leave what acos takes


def _invalid(why: str, *parts: str | int) -> InvalidError:
    return InvalidError([Fault(why, pointer_of(*parts))])
