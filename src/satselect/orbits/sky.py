"""The way of a satellite over the sky of a station, and over the Earth; and a picture of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from math import cos, radians, sin

import numpy as np

from satselect.orbits.earth.earth import EarthOrientation, geodetic
from satselect.orbits.elements.elements import Elements
from satselect.orbits.events.search import MOST_AGE
from satselect.orbits.events.signals import Ground, View, degrees_of
from satselect.orbits.finding import checked_age, checked_earth
from satselect.orbits.places.places import Point
from satselect.orbits.shapes import Columns
from satselect.orbits.times import Span
from satselect.orbits.track import Track, check_age
from satselect.orbits.views import Pass

_MARGIN_S = 60.0
_SIZE, _RADIUS = 240, 96  # units of the picture, whose letters stand around the horizon
_STEPS = 48


@dataclass(frozen=True, slots=True)
class Look:
    """Where a satellite stands in the sky: degrees, degrees from north to east, km."""

    at: datetime
    elevation: float
    azimuth: float
    range_km: float


@dataclass(frozen=True, slots=True)
class Below:
    """Over which place a satellite is: degrees, degrees, km above the ellipsoid."""

    at: datetime
    latitude: float
    longitude: float
    height_km: float


def sky_track(
    elements: Elements,
    place: Point,
    start: datetime,
    end: datetime,
    *,
    steps: int = _STEPS,
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> list[Look]:
    """Where the satellite stands at start, end, and between them in so many equal steps, above the horizon or below.

    Raises:
        OrbitError: as `passes` does.
    """
    span, track, turned = _track(elements, (start, end), earth, max_age)
    view = View(track, Ground.of(np.array(place.parts()[0], float)), span, turned)
    times = np.linspace(0.0, span.seconds, steps + 1)
    points = np.zeros(len(times), np.int64)
    elevations = degrees_of(view.elevation(points, times))
    facts = zip(times, elevations, view.azimuth(points, times), view.range_km(points, times), strict=True)
    return [Look(span.nearest(float(at)), float(up), float(around), float(far)) for at, up, around, far in facts]


def ground_track(
    elements: Elements,
    start: datetime,
    end: datetime,
    *,
    step: timedelta = timedelta(minutes=1),
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> list[Below]:
    """Over which places the satellite is from start to end, at most so far apart in time.

    Raises:
        OrbitError: as `passes` does.
    """
    span = Span.of(start, end)
    columns = ground_columns(elements, start, end, step=step, earth=earth, max_age=max_age)
    return [Below(span.nearest(float(at)), *map(float, facts)) for at, *facts in zip(*columns.values(), strict=True)]


def ground_columns(
    elements: Elements,
    start: datetime,
    end: datetime,
    *,
    step: timedelta = timedelta(minutes=1),
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> Columns:
    """What `ground_track` says, as arrays: `seconds` from the start, `latitude`, `longitude`, `height_km`.

    Raises:
        OrbitError: as `passes` does.
    """
    span, track, _ = _track(elements, (start, end), earth, max_age)
    times = np.linspace(0.0, span.seconds, int(np.ceil(span.seconds / step.total_seconds())) + 1)
    latitude, longitude, height = geodetic(track.at(times))
    return {"seconds": times, "latitude": latitude, "longitude": longitude, "height_km": height}


def sky_svg(one: Pass, looks: list[Look]) -> str:
    """A picture of a pass: the zenith in the middle, the horizon around it, north up and east to the right.

    Args:
        one: what is shown.
        looks: its way over the sky, from `sky_track`.
    """
    return sky_picture(
        f"{one.satellite} over {one.station}, {one.start:%Y-%m-%d %H:%M:%S} to {one.end:%H:%M:%S} UTC", looks
    )


def sky_picture(title: str, looks: Sequence[Look]) -> str:
    """The same of any way over the sky: a full dot where it begins, an empty one where it ends.

    Args:
        title: what it shows, in words.
        looks: two or more; one below the horizon is drawn on it.
    """
    middle = _SIZE / 2
    dots = [_spot(look) for look in looks]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    (x0, y0), (x1, y1) = dots[0], dots[-1]
    circles = "".join(f'<circle cx="{middle}" cy="{middle}" r="{_RADIUS * (90 - up) / 90:.1f}"/>' for up in (0, 30, 60))
    letters = "".join(
        f'<text x="{middle + 108 * sin(radians(a)):.1f}" y="{middle - 108 * cos(radians(a)) + 4:.1f}">{name}</text>'
        for name, a in (("N", 0), ("E", 90), ("S", 180), ("W", 270))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" role="img">'
        f'<title>{escape(title)}</title><g fill="none" stroke="#888" stroke-width="0.7">{circles}'
        f'<path d="M{middle} {middle - _RADIUS}v{2 * _RADIUS}M{middle - _RADIUS} {middle}h{2 * _RADIUS}"/></g>'
        f'<g font-family="sans-serif" font-size="11" text-anchor="middle" fill="#555">{letters}</g>'
        f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="2"/>'
        f'<circle cx="{x0:.1f}" cy="{y0:.1f}" r="4" fill="#06c"/>'
        f'<circle cx="{x1:.1f}" cy="{y1:.1f}" r="3.5" fill="#fff" stroke="#06c"/></svg>\n'
    )


def _spot(look: Look) -> tuple[float, float]:
    out = _RADIUS * (90 - max(look.elevation, 0.0)) / 90
    return _SIZE / 2 + out * sin(radians(look.azimuth)), _SIZE / 2 - out * cos(radians(look.azimuth))


def _track(
    elements: Elements, times: tuple[datetime, datetime], earth: EarthOrientation | None, max_age: timedelta | None
) -> tuple[Span, Track, EarthOrientation]:
    span, turned = Span.of(*times), checked_earth(earth)
    check_age(elements, span, checked_age(max_age))
    return span, Track.of(elements, span, _MARGIN_S, turned), turned
