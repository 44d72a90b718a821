"""Lines and areas on the sphere as points: no meridian and no pole is special here."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np

from satselect.orbits.shapes import Floats

MOST_APART = 0.7071
"""The cosine of how far a corner may be from the middle of its area."""

_RADIUS_KM = 6371.0  # of a sphere: how far apart points are needs no ellipsoid
_NOTHING_KM = 1e-6


def corners_of(corners: Sequence[tuple[float, float]]) -> Floats:
    """Unit vectors of latitudes and longitudes in degrees, (n, 3)."""
    lat, lon = np.radians(np.array(corners, float)).T
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


def great_circle(corners: Sequence[tuple[float, float]], step_km: float) -> tuple[tuple[float, float, float], ...]:
    """Points from corner to corner, at most so far from each other: latitude, longitude, height 0."""
    vectors = corners_of(corners)
    points = [vectors[:1]]
    for first, last in pairwise(vectors):
        angle = np.arctan2(np.linalg.norm(np.cross(first, last)), first @ last)
        count = max(ceil(angle * _RADIUS_KM / step_km), 1)
        share = np.arange(1, count + 1)[:, np.newaxis] / count
        if angle > 0:  # a corner that is there twice
            points.append((np.sin((1 - share) * angle) * first + np.sin(share * angle) * last) / np.sin(angle))
    return _spots(np.concatenate(points))


def strips(
    corners: Sequence[tuple[float, float]], width_km: float, heading: float
) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    """An area as strips along a heading, each as points along its middle; none for an area of nothing.

    The area is laid on a plane that touches its middle, by rays from the Earth's centre: great circles stay straight,
    and what lies away from the middle grows, so no strip is wider on the ground than asked.
    """
    vectors = corners_of(corners)
    middle = vectors.sum(0) / np.linalg.norm(vectors.sum(0))
    across, along = _plane(middle, heading)
    laid = vectors / (vectors @ middle)[:, np.newaxis] * _RADIUS_KM
    x, y = laid @ across, laid @ along
    if abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))) < _NOTHING_KM:
        return ()
    count = max(ceil((x.max() - x.min()) / width_km - 1e-9), 1)  # a width that divides it must not make one strip more
    edges = np.linspace(x.min(), x.max(), count + 1)
    found = []
    for left, right in pairwise(edges):
        low, high = _reach(x, y, left, right)
        steps = max(ceil((high - low) / width_km - 1e-9), 1)
        at = np.linspace(low, high, steps + 1)[:, np.newaxis]
        points = middle * _RADIUS_KM + across * ((left + right) / 2) + along * at
        found.append(_spots(points))
    return tuple(found)


def _plane(middle: Floats, heading: float) -> tuple[Floats, Floats]:
    """To the right of the heading and along it, at a unit vector."""
    east = np.cross((0.0, 0.0, 1.0), middle)
    length = np.linalg.norm(east)
    # At a pole every direction is south or north: any will do for east.
    east = east / length if length > 1e-12 else np.array((0.0, 1.0, 0.0))
    north = np.cross(middle, east)
    cos, sin = np.cos(np.radians(heading)), np.sin(np.radians(heading))
    return cos * east - sin * north, cos * north + sin * east


def _reach(x: Floats, y: Floats, left: float, right: float) -> tuple[float, float]:
    """The lowest and highest y of a polygon between two x."""
    inside = y[(x >= left) & (x <= right)].tolist()
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    for edge in (left, right):
        crossed = (x - edge) * (next_x - edge) < 0
        share = (edge - x[crossed]) / (next_x[crossed] - x[crossed])
        inside.extend((y[crossed] + share * (next_y[crossed] - y[crossed])).tolist())
    return min(inside), max(inside)


def _spots(vectors: Floats) -> tuple[tuple[float, float, float], ...]:
    x, y, z = vectors.T
    latitudes, longitudes = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    return tuple((float(lat), float(lon), 0.0) for lat, lon in zip(latitudes, longitudes, strict=True))
