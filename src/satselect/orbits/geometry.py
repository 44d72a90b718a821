"""From where a satellite sees a spot at a time: the geometry of one look, for many at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.elements.elements import Elements
from satselect.orbits.events.conditions import Side
from satselect.orbits.events.search import MOST_AGE
from satselect.orbits.events.signals import Ground, View, degrees_of
from satselect.orbits.finding import checked_age, checked_earth
from satselect.orbits.places.places import Spot
from satselect.orbits.shapes import Floats
from satselect.orbits.times import Span, utc
from satselect.orbits.track import Track, check_age

_MARGIN_S = 60.0
# A span can't be empty, and one look has but one time.
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """How a satellite and a spot lie to each other. Angles are degrees, without refraction.

    Attributes:
        at: the time.
        elevation: of the satellite above the horizon of the spot.
        azimuth: where the satellite stands, from north to east.
        range_km: between the two.
        off_nadir: at the satellite, between the Earth's centre and the spot.
        sun_elevation: of the Sun's centre above the horizon of the spot.
        sun_azimuth: where the Sun stands, from north to east.
        side: on which the spot lies of the satellite's way.
    """

    at: datetime
    elevation: float
    azimuth: float
    range_km: float
    off_nadir: float
    sun_elevation: float
    sun_azimuth: float
    side: Side


def geometries(
    elements: Elements,
    looks: Sequence[tuple[Spot, datetime]],
    *,
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> list[Geometry]:
    """The geometry of each spot at its time, in the order given.

    Args:
        elements: of the satellite.
        looks: spots (latitude and longitude in degrees, height in km) and aware times.
        earth: how the Earth is turned; what comes with satselect by default.
        max_age: how far the epoch of elements may be from the times; None for any distance.

    Raises:
        OrbitError: as `opportunities` does.
    """
    if not looks:
        return []
    times = [utc(at, "at") for _, at in looks]
    span, turned = Span.of(min(times), max(times) + _MOMENT), checked_earth(earth)
    check_age(elements, span, checked_age(max_age))
    track = Track.of(elements, span, _MARGIN_S, turned)
    view = View(track, Ground.of(np.array([spot for spot, _ in looks], float)), span, turned)
    # Real seconds: a span holds no leap second, so its clock runs as they do.
    seconds = np.array([(at - span.start).total_seconds() for at in times])
    return list(_told(view, times, seconds))


def _told(view: View, times: Sequence[datetime], seconds: Floats) -> Iterator[Geometry]:
    rows = np.arange(len(times))
    facts = zip(
        times,
        degrees_of(view.elevation(rows, seconds)),
        view.azimuth(rows, seconds),
        view.range_km(rows, seconds),
        # The signal is the cosine of the angle, and `degrees_of` takes sines.
        90.0 - degrees_of(view.off_nadir(rows, seconds)),
        degrees_of(view.sun_elevation(rows, seconds)),
        view.sun_azimuth(rows, seconds),
        view.left(rows, seconds),
        strict=True,
    )
    for at, elevation, azimuth, far, off_nadir, sun, sun_azimuth, left in facts:
        yield Geometry(
            at=at,
            elevation=float(elevation),
            azimuth=float(azimuth),
            range_km=float(far),
            off_nadir=float(off_nadir),
            sun_elevation=float(sun),
            sun_azimuth=float(sun_azimuth),
            side="left" if left >= 0 else "right",
        )
