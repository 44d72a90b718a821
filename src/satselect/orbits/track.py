"""Where a satellite is: SGP4 at knots, polynomials between them.

SGP4 is asked once for each knot, however many places look at the satellite. Between knots eight of them make a
polynomial of degree 7. They are a tenth of a radian apart at the perigee, so it stays within 6 mm of SGP4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import numpy as np
from sgp4.api import SGP4_ERRORS, WGS72, Satrec

from satselect.orbits.earth.earth import EQUATOR_KM, TURN_RATE, EarthOrientation, to_earth
from satselect.orbits.elements.elements import Elements
from satselect.orbits.errors import DecayedError, StaleElementsError
from satselect.orbits.shapes import Floats, Ints
from satselect.orbits.times import Span, seconds_between

LOWEST_KM = 80.0
"""Below this height nothing stays in orbit."""

# The piece between a knot and the next lies in the middle of its eight: towards their ends polynomials swing.
_BEFORE, _POINTS = 3, 8
_KNOT_RADIANS = 0.1
_LONGEST_STEP_S = 600.0  # of what hardly moves over the ground
_EPOCH_0 = datetime.fromisoformat("1949-12-31T00:00:00+00:00")  # from which SGP4 counts days
_LOOKS = 1_000  # at the way from the epoch to the search

_NODES = np.arange(-_BEFORE, _POINTS - _BEFORE, dtype=float)
_COEFFICIENTS = np.linalg.inv(np.vander(_NODES, increasing=True))


@dataclass(frozen=True, slots=True)
class Track:
    """The way of one satellite, as seen from the turning Earth.

    Attributes:
        elements: whose way it is.
        start: of the first knot, seconds from the start of the search.
        step: from knot to knot, seconds.
        knots: positions there, (knots, 3), km.
        polynomials: between a knot and the next one, (8, knots - 1, 3), rising powers of the share of the step.
    """

    elements: Elements
    start: float
    step: float
    knots: Floats
    polynomials: Floats

    @classmethod
    def of(cls, elements: Elements, span: Span, margin: float, earth: EarthOrientation) -> Self:
        """The way from a margin in seconds before the span to a margin after it.

        Raises:
            DecayedError: it is not in orbit all of the time.
            EarthFileError: the search leaves the days that are known.
        """
        # Seen from the Earth a satellite that flies against its turning is faster by that much.
        step = min(_KNOT_RADIANS / (elements.perigee_rate + TURN_RATE), _LONGEST_STEP_S)
        count = int(np.ceil((span.seconds + 2 * margin) / step)) + 1
        times = -margin + step * np.arange(-_BEFORE, count + _POINTS - _BEFORE - 1, dtype=np.float64)
        knots = to_earth(_propagated(elements, span, times), span, times, earth)
        windows = np.lib.stride_tricks.sliding_window_view(knots, _POINTS, axis=0)
        powers = np.ascontiguousarray(np.moveaxis(windows[: count - 1] @ _COEFFICIENTS.T, 2, 0))
        return cls(elements, -margin, step, knots[_BEFORE : _BEFORE + count], powers)

    @property
    def times(self) -> Floats:
        """Of the knots, seconds from the start of the search."""
        return np.asarray(self.start + self.step * np.arange(len(self.knots)))

    def at(self, times: Floats) -> Floats:
        """Positions, (times, 3), km."""
        pieces, share = self._pieces(times)
        value = self.polynomials[-1].take(pieces, axis=0)
        for power in range(_POINTS - 2, -1, -1):
            value *= share
            value += self.polynomials[power].take(pieces, axis=0)
        return np.asarray(value)

    def velocity_at(self, times: Floats) -> Floats:
        """Velocities over the turning Earth, (times, 3), km/s."""
        pieces, share = self._pieces(times)
        value = self.polynomials[-1].take(pieces, axis=0) * (_POINTS - 1)
        for power in range(_POINTS - 2, 0, -1):
            value *= share
            value += power * self.polynomials[power].take(pieces, axis=0)
        return np.asarray(value / self.step)

    def _pieces(self, times: Floats) -> tuple[Ints, Floats]:
        """Which piece each time is in, and which share of the step from its beginning, (times, 1)."""
        places = (times - self.start) / self.step
        # The last knot ends the last piece, and begins none.
        pieces: Ints = np.clip(places.astype(np.int64), 0, self.polynomials.shape[1] - 1)
        return pieces, (places - pieces)[:, np.newaxis]


def check_age(elements: Elements, span: Span, allowed: timedelta | None) -> None:
    """Lets elements pass whose epoch is near enough to all of the search.

    Raises:
        StaleElementsError: it isn't.
    """
    if allowed is not None:
        age = max(abs(span.start - elements.epoch), abs(span.end - elements.epoch))
        if age > allowed:
            raise StaleElementsError(elements.name, elements.epoch, age, allowed)


def _propagated(elements: Elements, span: Span, times: Floats) -> Floats:
    """Positions in TEME, (times, 3), km, once nothing on the way from the epoch to them is wrong.

    SGP4 says that a satellite has decayed only at some times, and gives positions without an error after.
    """
    satellite = _satellite(elements)
    age = seconds_between(elements.epoch, span.start)
    nearest = float(np.clip(0.0, age + times[0], age + times[-1]))
    on_the_way = np.linspace(0.0, nearest, _LOOKS) - age if nearest else np.zeros(0)
    for some in (on_the_way, times):
        errors, positions = _positions(satellite, age + some)
        heights = np.linalg.norm(positions, axis=1)
        # No apogee is at twice the axis: beyond is what SGP4 makes of elements that are none.
        farthest = 2.1 * elements.axis_km
        # Asked so that NaN, which compares with nothing, is wrong as well.
        wrong = np.flatnonzero((errors != 0) | ~((heights > EQUATOR_KM + LOWEST_KM) & (heights < farthest)))
        if len(wrong):
            why = SGP4_ERRORS.get(int(errors[wrong[0]]), f"{heights[wrong[0]] - EQUATOR_KM:.0f} km above the equator's")
            raise DecayedError(elements.name, span.nearest(float(some[wrong[0]])), why)
    return positions


def _satellite(elements: Elements) -> Satrec:
    satellite = Satrec()
    radians = np.radians
    satellite.sgp4init(
        # Catalogues fit their elements with these constants, whatever is more exact (decision 0112).
        WGS72,
        "i",
        0,  # numbers above 339,999 don't fit, and nothing depends on them
        (elements.epoch - _EPOCH_0) / timedelta(days=1),
        elements.bstar,
        # Derivatives of the mean motion, of which SGP4 makes no use.
        0.0,
        0.0,
        elements.eccentricity,
        radians(elements.argument_of_perigee),
        radians(elements.inclination),
        radians(elements.mean_anomaly),
        elements.mean_motion * 2 * np.pi / 1440,
        radians(elements.raan),
    )
    return satellite


def _positions(satellite: Satrec, seconds: Floats) -> tuple[Ints, Floats]:
    """Error codes and positions so many real seconds after the epoch."""
    # A day and its fraction apart: one float of both would be right to 40 microseconds only.
    days = np.full(len(seconds), satellite.jdsatepoch)
    errors, positions, _ = satellite.sgp4_array(days, satellite.jdsatepochF + seconds / 86_400)
    return errors.astype(np.int64), positions
