"""Lines and circles on a sphere, in degrees: what an ellipsoid would change, a map of the world doesn't show."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import acos, asin, atan2, cos, degrees, hypot, radians, sin
from typing import TypeAlias

Spot: TypeAlias = tuple[float, float]
"""Latitude and longitude, degrees."""

RADIUS_KM = 6371.0  # of a sphere as large: a map needs no ellipsoid
_AROUND = 72  # corners of a circle, every five degrees


def wrapped(longitude: float) -> float:
    """The same longitude from -180 to below 180."""
    return (longitude + 180) % 360 - 180


def distance(a: Spot, b: Spot) -> float:
    """Between two spots, in degrees."""
    # Rounded, it may be a little beyond 1, where there is no angle.
    product = sum(x * y for x, y in zip(_vector(a), _vector(b), strict=True))
    return degrees(acos(min(max(product, -1.0), 1.0)))


def mean(spots: Sequence[Spot]) -> Spot:
    """The spot in the middle of some."""
    return _spot(*(sum(parts) for parts in zip(*map(_vector, spots), strict=True)))


def between(a: Spot, b: Spot, part: float) -> Spot:
    """So far along the great circle from one spot to another; the first one, if they are one or opposite."""
    angle = radians(distance(a, b))
    if sin(angle) < 1e-9:
        return a
    first, second = sin((1 - part) * angle) / sin(angle), sin(part * angle) / sin(angle)
    return _spot(*(first * u + second * v for u, v in zip(_vector(a), _vector(b), strict=True)))


def great_circles(corners: Sequence[Spot], *, step: float) -> Iterator[Spot]:
    """The corners, and spots on the great circles between them, at most so many degrees apart."""
    yield from corners[:1]
    for a, b in pairwise(corners):
        count = int(distance(a, b) // step) + 1
        for number in range(1, count):
            yield between(a, b, number / count)
        yield b


def circle(middle: Spot, radius: float) -> list[Spot]:
    """Spots around a middle, so many degrees away from it; the last is not the first again."""
    latitude, longitude, far = radians(middle[0]), radians(middle[1]), radians(radius)
    found = []
    for number in range(_AROUND):
        # Half a step on, so that none of them is a pole.
        towards = radians(360 * (number + 0.5) / _AROUND)
        up = asin(sin(latitude) * cos(far) + cos(latitude) * sin(far) * cos(towards))
        # Without the cosine of the latitude in both, which is nothing at a pole.
        across = atan2(sin(towards) * sin(far), cos(latitude) * cos(far) - sin(latitude) * sin(far) * cos(towards))
        found.append((degrees(up), wrapped(degrees(longitude + across))))
    return found


def sight_radius(height_km: float, elevation: float) -> float:
    """How far from a station the place under a satellite is, in degrees, when it stands at that elevation.

    Args:
        height_km: of the satellite, above the ground.
        elevation: above the horizon of the station, degrees.
    """
    low = radians(elevation)
    # The angle at the Earth's centre, in the triangle of centre, station and satellite.
    return degrees(acos(RADIUS_KM / (RADIUS_KM + height_km) * cos(low)) - low)


def _vector(spot: Spot) -> tuple[float, float, float]:
    latitude, longitude = radians(spot[0]), radians(spot[1])
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def _spot(x: float, y: float, z: float) -> Spot:
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))
