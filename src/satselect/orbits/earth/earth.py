"""The Earth: its figure (WGS 84), how it turns, and places on it.

From TEME, the frame of SGP4, to the Earth it is one turn about the axis by Greenwich mean sidereal time (IAU 1982, at
UT1) and the motion of the pole; see Vallado and others, "Revisiting Spacetrack Report 3", AIAA 2006-6753, appendix C.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from satselect.orbits.earth import iers
from satselect.orbits.errors import EarthFileError
from satselect.orbits.shapes import Floats
from satselect.orbits.times import Span

EQUATOR_KM = 6378.137
FLATTENING = 1 / 298.257223563
TURN_RATE = 7.292115e-5
"""Radians per second."""

_ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
_ARCSECOND = np.pi / 648_000
_MJD_OF_J2000 = 51_544.5  # noon of 2000-01-01


@dataclass(frozen=True, slots=True, eq=False)
class EarthOrientation:
    """UT1 - UTC and the motion of the pole over time.

    Attributes:
        days: modified Julian dates (UTC), rising.
        ut1_utc: seconds on each day.
        x: of the pole, arcseconds.
        y: of the pole, arcseconds.
        is_held: whether the first and last value stand for all days before and after.
    """

    days: Floats
    ut1_utc: Floats
    x: Floats
    y: Floats
    is_held: bool = False

    @classmethod
    def built_in(cls) -> Self:
        """What comes with satselect: from 2020 to September 2027, to some 2 m on the ground where it was measured.

        Before and after, the nearest value is held, which may be wrong by hundreds of metres after some years.
        """
        entries = np.array([entry.split(",") for entry in iers.ENTRIES.split()], float)
        days = iers.FIRST_DAY + iers.STEP_DAYS * np.arange(len(entries), dtype=float)
        return cls(days, entries[:, 0] * 1e-4, entries[:, 1] * 1e-3, entries[:, 2] * 1e-3, is_held=True)

    @classmethod
    def none(cls) -> Self:
        """UT1 = UTC and a pole that stays: wrong by up to 0.9 s, 400 m at the equator."""
        zero = np.zeros(1)
        return cls(zero, zero, zero, zero, is_held=True)

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[float, float, float, float]]) -> Self:
        """The values of days in any order: modified Julian date, x and y in arcseconds, UT1 - UTC in seconds.

        Raises:
            EarthFileError: there are none, one is no number, or a day is there twice.
        """
        table = np.array(sorted(rows), float).reshape(-1, 4)
        if not len(table):
            raise EarthFileError(field="rows", value=None, why="holds no day")
        days, x, y, ut1_utc = table.T
        # UTC is kept within 0.9 s of UT1, and the pole stays within an arcsecond: what is farther off is another
        # column.
        if not np.isfinite(table).all() or (np.abs(ut1_utc) > 1).any() or (np.abs(table[:, 1:3]) > 2).any():
            wrong = table[~np.isfinite(table).all(1) | (np.abs(ut1_utc) > 1) | (np.abs(table[:, 1:3]) > 2).any(1)][0]
            raise EarthFileError(field="rows", value=wrong.tolist(), why="is no orientation of the Earth")
        if (np.diff(days) <= 0).any():
            raise EarthFileError(field="MJD", value=float(days[1:][np.diff(days) <= 0][0]), why="is there twice")
        return cls(days, ut1_utc, x, y)

    def at(self, span: Span, seconds: Floats) -> tuple[Floats, Floats, Floats]:
        """UT1 days from J2000, and x and y of the pole in radians, at times in seconds from the start of the span.

        Raises:
            EarthFileError: the search leaves the days that are known.
        """
        utc_days = span.days_from_j2000(seconds)
        days = utc_days + _MJD_OF_J2000
        first, last = span.days_from_j2000(np.array((0.0, span.seconds))) + _MJD_OF_J2000
        if not self.is_held and not (self.days[0] <= first and last <= self.days[-1]):
            why = f"is outside of the Earth orientation given, MJD {self.days[0]:g} to {self.days[-1]:g}"
            raise EarthFileError(field="search", value=span.start.isoformat(), why=why)
        ut1_utc = np.interp(days, self.days, self._without_leaps(span))
        x, y = (np.asarray(np.interp(days, self.days, of) * _ARCSECOND) for of in (self.x, self.y))
        return utc_days + ut1_utc / 86_400, x, y

    def _without_leaps(self, span: Span) -> Floats:
        """UT1 - UTC as if UTC had no leap second on the way from the start of the span."""
        # UT1 itself moves by milliseconds a day, so such a jump is a leap second.
        jumps = np.flatnonzero(np.abs(np.diff(self.ut1_utc)) > 0.5)
        whole = np.zeros(len(self.days))
        for jump in jumps:
            whole[jump + 1 :] += round(float(self.ut1_utc[jump + 1] - self.ut1_utc[jump]))
        at_start = np.interp(float(span.days_from_j2000(np.zeros(1))[0]) + _MJD_OF_J2000, self.days, whole, left=0.0)
        # Between the two days around a leap second the start may be on either side: the leap is before the second.
        return np.asarray(self.ut1_utc - (whole - np.floor(at_start)))


def sidereal_angle(ut1_days: Floats) -> Floats:
    """Greenwich mean sidereal time (IAU 1982), radians, of UT1 days from J2000."""
    centuries = ut1_days / 36_525
    drift = (8_640_184.812866 + (0.093104 - 6.2e-6 * centuries) * centuries) * centuries
    # Whole days are whole turns: taking them off keeps the digits of the rest.
    turns = (ut1_days % 1.0) + (67_310.54841 + drift) / 86_400
    return np.asarray(2 * np.pi * (turns % 1.0))


def to_earth(positions: Floats, span: Span, seconds: Floats, earth: EarthOrientation) -> Floats:
    """Positions in TEME, (times, 3), as seen from the turning Earth."""
    ut1_days, x, y = earth.at(span, seconds)
    angle = sidereal_angle(ut1_days)
    cos, sin = np.cos(angle), np.sin(angle)
    along = cos * positions[:, 0] + sin * positions[:, 1]
    across = cos * positions[:, 1] - sin * positions[:, 0]
    up = positions[:, 2]
    # The pole is off by a few millionths of a radian: its sine is the angle, and its cosine one.
    return np.stack((along + x * up, across - y * up, up - x * along + y * across), axis=1)


def surface(latitude: Floats, longitude: Floats, height_km: Floats) -> Floats:
    """Geodetic places, degrees and km above the ellipsoid, as positions (places, 3) in km."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    radius = EQUATOR_KM / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(lat) ** 2)
    flat = (radius + height_km) * np.cos(lat)
    up = (radius * (1 - _ECCENTRICITY_2) + height_km) * np.sin(lat)
    return np.stack((flat * np.cos(lon), flat * np.sin(lon), up), axis=-1)


def axes(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats, Floats]:
    """East, north and up at geodetic places, each (places, 3)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    zero = np.zeros_like(lat)
    east = np.stack((-np.sin(lon), np.cos(lon), zero), axis=-1)
    north = np.stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)), axis=-1)
    up = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=-1)
    return east, north, up


def geodetic(positions: Floats) -> tuple[Floats, Floats, Floats]:
    """Latitude and longitude in degrees, and height in km, of positions (n, 3) outside of the Earth's core."""
    x, y, z = positions.T
    flat = np.hypot(x, y)
    lat = np.arctan2(z, flat * (1 - _ECCENTRICITY_2))
    # Each round leaves a hundred and fiftieth of the error, the square of the eccentricity, and it begins at 0 on the
    # ground: after five it is below what a float holds.
    for _ in range(5):
        radius = EQUATOR_KM / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(lat) ** 2)
        lat = np.arctan2(z + _ECCENTRICITY_2 * radius * np.sin(lat), flat)
    radius = EQUATOR_KM / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(lat) ** 2)
    height = flat * np.cos(lat) + z * np.sin(lat) - EQUATOR_KM**2 / radius
    return np.degrees(lat), np.degrees(np.arctan2(y, x)), height
