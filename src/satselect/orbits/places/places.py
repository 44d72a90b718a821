"""Places on Earth: targets (a point, a line, a polygon) and stations.

Latitudes and longitudes are geodetic (WGS 84), in degrees, north and east positive; heights are metres above the
ellipsoid. A target has parts, each of which is taken in one go, and a part has points, all of which have to be seen.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Protocol

import numpy as np

from satselect.orbits.errors import PlaceError
from satselect.orbits.places.strips import MOST_APART, corners_of, great_circle, strips
from satselect.orbits.shapes import Floats, Ints

Corner = tuple[float, float]
"""Latitude and longitude, degrees."""

Spot = tuple[float, float, float]
"""Latitude and longitude, degrees, and height, km."""

_LOWEST_M, _HIGHEST_M = -12_000.0, 100_000.0


class Target(Protocol):
    """What is looked at."""

    @property
    def name(self) -> str:
        """What people call it."""

    def parts(self) -> Sequence[Sequence[Spot]]:
        """The points of each of its parts."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point.

    Raises:
        PlaceError: names the field that is wrong.
    """

    latitude: float
    longitude: float
    height_m: float = 0.0
    name: str = ""

    def __post_init__(self) -> None:
        where = _name(self, f"{self.latitude},{self.longitude}")
        latitude, longitude = _corner((self.latitude, self.longitude), where)
        object.__setattr__(self, "latitude", latitude)
        object.__setattr__(self, "longitude", longitude)
        height = _within(self.height_m, "height_m", _LOWEST_M, _HIGHEST_M, where)
        object.__setattr__(self, "height_m", height)

    def parts(self) -> Sequence[Sequence[Spot]]:
        """One part of one point."""
        return (((self.latitude, self.longitude, self.height_m / 1000),),)


@dataclass(frozen=True, slots=True)
class Station(Point):
    """A point with an antenna, which sees what is high enough above its horizon.

    Args:
        latitude: degrees.
        longitude: degrees.
        height_m: metres.
        name: what people call it.
        minimum_elevation: degrees, from -90 to below 90.

    Raises:
        PlaceError: names the field that is wrong.
    """

    minimum_elevation: float = 0.0

    def __post_init__(self) -> None:
        # A dataclass with slots is made anew, which an argumentless super() doesn't find.
        Point.__post_init__(self)
        # At 90 nothing but the zenith would be left, which a satellite crosses in no time.
        least = _within(self.minimum_elevation, "minimum_elevation", -90.0, 89.999, self.name)
        object.__setattr__(self, "minimum_elevation", least)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of great circles, taken in one go: from when its first point is seen until its last one is.

    Args:
        corners: latitude and longitude of two points or more.
        step_km: at most so far from each other are the points at which it is looked at.
        name: what people call it.

    Raises:
        PlaceError: names the field that is wrong.
    """

    corners: Sequence[Corner]
    step_km: float = 25.0
    name: str = ""

    def __post_init__(self) -> None:
        where = _name(self, "line")
        corners = _corners(self.corners, 2, where)
        object.__setattr__(self, "corners", corners)
        object.__setattr__(self, "step_km", _within(self.step_km, "step_km", 0.1, 5_000, where))
        vectors = corners_of(corners)
        # Between opposite points there is no one great circle.
        if (np.einsum("ij,ij->i", vectors[1:], vectors[:-1]) < -0.99).any():
            raise PlaceError(field="corners", value=corners, why="has ends on opposite sides of Earth", where=where)

    def parts(self) -> Sequence[Sequence[Spot]]:
        """One part of points along it."""
        return (great_circle(self.corners, self.step_km),)


@dataclass(frozen=True, slots=True)
class Polygon:
    """An area, cut into strips as wide as the swath; it is covered when all of them are.

    The sides are great circles, so neither the antimeridian nor a pole inside is special. A strip reaches from end to
    end of the area in it, over holes and bays too.

    Args:
        corners: latitude and longitude of three points or more; the last may repeat the first.
        swath_km: how wide a strip is at most, and how far its points are from each other.
        heading: of the strips, degrees from north to east.
        name: what people call it.

    Raises:
        PlaceError: names the field that is wrong.
    """

    corners: Sequence[Corner]
    swath_km: float = 25.0
    heading: float = 0.0
    name: str = ""

    def __post_init__(self) -> None:
        where = _name(self, "polygon")
        corners = _corners(self.corners, 3, where)
        corners = corners[:-1] if len(corners) > 3 and corners[0] == corners[-1] else corners
        object.__setattr__(self, "corners", corners)
        object.__setattr__(self, "swath_km", _within(self.swath_km, "swath_km", 0.1, 5_000, where))
        object.__setattr__(self, "heading", _within(self.heading, "heading", -360, 360, where))
        vectors = corners_of(corners)
        middle = vectors.sum(0)
        if np.linalg.norm(middle) < 1e-9 or (vectors @ (middle / np.linalg.norm(middle))).min() < MOST_APART:
            raise PlaceError(field="corners", value=corners, why="reaches farther than 45 degrees", where=where)
        if not strips(corners, self.swath_km, self.heading):
            raise PlaceError(field="corners", value=corners, why="encloses nothing", where=where)

    def parts(self) -> Sequence[Sequence[Spot]]:
        """A part for each strip."""
        return strips(self.corners, self.swath_km, self.heading)


def flat(targets: Sequence[Target]) -> tuple[Floats, Ints]:
    """All points of all targets: latitude, longitude, height, (points, 3), and target and part of each, (points, 2)."""
    spots: list[Spot] = []
    owners: list[tuple[int, int]] = []
    for number, target in enumerate(targets):
        for part, points in enumerate(target.parts()):
            spots.extend(points)
            owners.extend([(number, part)] * len(points))
    return np.array(spots, np.float64).reshape(-1, 3), np.array(owners, np.int64).reshape(-1, 2)


def _name(place: Point | Line | Polygon, usual: str) -> str:
    if not isinstance(place.name, str):
        raise PlaceError(field="name", value=place.name, why="is not text")
    name = place.name.strip() or usual
    object.__setattr__(place, "name", name)
    return name


def _corners(given: Iterable[object], least: int, where: str) -> tuple[Corner, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise PlaceError(field="corners", value=given, why="is not a list of latitudes and longitudes", where=where)
    corners = tuple(_corner(one, where) for one in given)
    if len(set(corners)) < least:
        raise PlaceError(field="corners", value=corners, why=f"has fewer than {least} different points", where=where)
    return corners


def _corner(given: object, where: str) -> Corner:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise PlaceError(field="corners", value=given, why="is not a latitude and a longitude", where=where)
    latitude = _within(given[0], "latitude", -90.0, 90.0, where)
    longitude = _within(given[1], "longitude", -180.0, 360.0, where)
    return latitude, longitude - 360.0 if longitude > 180.0 else longitude


def _within(value: object, field: str, least: float, most: float, where: str) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise PlaceError(field=field, value=value, why="is not a number", where=where)
    number = float(value)
    if not math.isfinite(number) or not least <= number <= most:
        raise PlaceError(field=field, value=value, why=f"must be from {least:g} to {most:g}", where=where)
    return number
