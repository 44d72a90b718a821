"""Where the Sun stands, and the shadow of the Earth.

The Sun is seen from the Earth's centre: a Kepler ellipse (Meeus, Astronomical Algorithms, chapter 25) with the largest
terms by which Moon and planets move the Earth, fitted to the IAU SOFA routine epv00 over 1995 to 2050: within 3.5
arcseconds of it there. That is 0.02 s of an eclipse in a low orbit.
"""

import numpy as np

from satselect.orbits.earth.earth import EQUATOR_KM, FLATTENING, EarthOrientation, to_earth
from satselect.orbits.shapes import Floats
from satselect.orbits.times import Span

AU_KM = 149_597_870.7  # exactly (IAU 2012)
RADIUS_KM = 695_700.0  # nominal (IAU 2015)

_TT_DAYS = 69.184 / 86_400  # TT - UTC since 2017; a few seconds less before, a tenth of an arcsecond of the Sun
_ABERRATION = 20.49552  # arcseconds: the constant of aberration (IAU 1976)
_TERMS = np.array(
    [  # arcseconds, phase in degrees, degrees per century, degrees at J2000
        (7.230, 269.8, 3034.90567 - 35999.37245, 34.35148 - 100.46646),  # Jupiter
        (2.726, 89.7, 2 * (3034.90567 - 35999.37245), 2 * (34.35148 - 100.46646)),
        (2.634, 279.9, -3034.90567, -34.35148),
        (1.632, 324.8, 2 * 3034.90567 - 35999.37245, 2 * 34.35148 - 100.46646),
        (6.468, 270.0, 445267.1114, 297.85019),  # Moon
        (4.879, 270.0, 58517.81568 - 35999.37245, 181.97980 - 100.46646),  # Venus
        (5.504, 90.1, 2 * (58517.81568 - 35999.37245), 2 * (181.97980 - 100.46646)),
        (2.491, 0.9, 2 * 58517.81568 - 3 * 35999.37245, 2 * 181.97980 - 3 * 100.46646),
        (1.331, 358.5, 3 * 58517.81568 - 4 * 35999.37245, 3 * 181.97980 - 4 * 100.46646),
        (1.015, 259.5, 5 * 35999.37245 - 3 * 58517.81568, 5 * 100.46646 - 3 * 181.97980),
        (2.068, 267.7, 2 * (19140.30268 - 35999.37245), 2 * (355.43327 - 100.46646)),  # Mars
        (1.639, 310.8, 2 * 19140.30268 - 35999.37245, 2 * 355.43327 - 100.46646),
    ]
)


def sun_from(span: Span, seconds: Floats, earth: EarthOrientation) -> Floats:
    """Where the Sun is seen at seconds from the start of the span, km as seen from the turning Earth, (times, 3)."""
    centuries = (span.days_from_j2000(seconds) + _TT_DAYS) / 36_525
    longitude, distance = _mean_equinox(centuries)
    wobble, tilt = _nutation(centuries)
    obliquity = np.radians(23.4392911 - 0.0130042 * centuries) + tilt
    along = longitude + wobble
    x = np.cos(along)
    y = np.sin(along) * np.cos(obliquity)
    z = np.sin(along) * np.sin(obliquity)
    # TEME counts from the mean equinox, along the true equator.
    back = wobble * np.cos(obliquity)
    positions = np.stack((x + back * y, y - back * x, z), axis=1) * (distance * AU_KM)[:, np.newaxis]
    return to_earth(positions, span, seconds, earth)


def shadows(positions: Floats, suns: Floats) -> tuple[Floats, Floats]:
    """How deep satellites are in the penumbra and in the umbra, radians, negative outside; both (n,).

    The Earth is an ellipsoid without air: stretched along its axis to a sphere, and space with it.

    Args:
        positions: of the satellites, (n, 3), km in the frame of the turning Earth.
        suns: of the Sun, (n, 3), likewise.
    """
    stretch = np.array((1.0, 1.0, 1 / (1 - FLATTENING)))
    ray = (suns - positions) * stretch
    down = -positions * stretch
    ray_km, down_km = np.linalg.norm(ray, axis=1), np.linalg.norm(down, axis=1)
    across = np.linalg.norm(np.cross(ray, down), axis=1)
    # Not by a cosine, which hardly changes at small angles: half of the digits would be gone where they count.
    apart = np.arctan2(across, np.einsum("ij,ij->i", ray, down))
    of_earth = np.arcsin(np.minimum(EQUATOR_KM / down_km, 1.0))
    of_sun = np.arcsin(RADIUS_KM / ray_km)
    return of_earth + of_sun - apart, of_earth - of_sun - apart


def _mean_equinox(centuries: Floats) -> tuple[Floats, Floats]:
    """Apparent longitude from the mean equinox of date, radians, and distance, au; both (times,)."""
    anomaly = np.radians((357.52911 + (35_999.05029 - 0.0001537 * centuries) * centuries) % 360)
    mean = 280.46646 + (36_000.76983 + 0.0003032 * centuries) * centuries
    centre = (
        (1.914602 - (0.004817 + 0.000014 * centuries) * centuries) * np.sin(anomaly)
        + (0.019993 - 0.000101 * centuries) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    eccentricity = 0.016708634 - 0.000042037 * centuries
    distance = 1.000001018 * (1 - eccentricity**2) / (1 + eccentricity * np.cos(anomaly + np.radians(centre)))
    pulled = -8.147 - 3.817 * centuries - _ABERRATION / distance
    for size, phase, rate, start in _TERMS:
        pulled = pulled + size * np.cos(np.radians((phase + start + rate * centuries) % 360))
    return np.radians((mean + centre + pulled / 3600) % 360), distance


def _nutation(centuries: Floats) -> tuple[Floats, Floats]:
    """In longitude and obliquity, radians: the terms above 0.1 arcseconds."""
    node = np.radians((125.04452 - 1934.136261 * centuries) % 360)
    sun = np.radians(2 * (280.4665 + 36_000.7698 * centuries) % 360)
    moon = np.radians(2 * (218.3165 + 481_267.8813 * centuries) % 360)
    longitude = -17.20 * np.sin(node) - 1.32 * np.sin(sun) - 0.23 * np.sin(moon) + 0.21 * np.sin(2 * node)
    obliquity = 9.20 * np.cos(node) + 0.57 * np.cos(sun) + 0.10 * np.cos(moon) - 0.09 * np.cos(2 * node)
    return np.radians(longitude / 3600), np.radians(obliquity / 3600)
