"""What the conditions are about, each as a quantity that is at least 0 where the condition holds."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from satselect.orbits.earth.earth import TURN_RATE, EarthOrientation, axes, surface
from satselect.orbits.earth.sun import shadows, sun_from
from satselect.orbits.events.conditions import Conditions
from satselect.orbits.events.crossings import Signal
from satselect.orbits.shapes import Floats, Ints
from satselect.orbits.times import Span
from satselect.orbits.track import Track

SUN_STEP_S = 600.0  # in which the Sun moves by 2.5 degrees at most
_STEP_RADIANS = 0.2  # of its way over the sky of a point below it


@dataclass(frozen=True, slots=True)
class Ground:
    """Points on the ground, each array (points, 3): where they are, and their east, north and up."""

    positions: Floats
    east: Floats
    north: Floats
    up: Floats

    @classmethod
    def of(cls, spots: Floats) -> "Ground":
        """The points at latitudes, longitudes and heights, (points, 3), degrees and km."""
        return cls(surface(*spots.T), *axes(spots[:, 0], spots[:, 1]))


@dataclass(frozen=True, slots=True)
class View:
    """A satellite seen from points on the ground, at times in seconds from the start of the span."""

    track: Track
    ground: Ground
    span: Span
    earth: EarthOrientation

    def elevation(self, points: Ints, times: Floats) -> Floats:
        """Of the satellite, as a sine."""
        return self.elevation_of(points, self.ray(points, times))

    def elevation_of(self, points: Ints, ray: Floats) -> Floats:
        """Of what lies in the direction of rays from points, (n, 3), as a sine."""
        return np.asarray(_dot(ray, self.ground.up[points]) / np.sqrt(_dot(ray, ray)))

    def above(self, sines: Floats) -> Signal:
        """How far the satellite is above a cone around the zenith, km: as smooth as its way, even overhead."""

        def signal(points: Ints, times: Floats) -> Floats:
            ray = self.ray(points, times)
            return np.asarray(_dot(ray, self.ground.up[points]) - sines[points] * np.sqrt(_dot(ray, ray)))

        return signal

    def off_nadir(self, points: Ints, times: Floats) -> Floats:
        """The cosine of the angle at the satellite between the Earth's centre and the point."""
        places = self.track.at(times)
        ray = places - self.ground.positions[points]
        return np.asarray(_dot(ray, places) / np.sqrt(_dot(ray, ray) * _dot(places, places)))

    def range_km(self, points: Ints, times: Floats) -> Floats:
        """From point to satellite."""
        ray = self.ray(points, times)
        return np.asarray(np.sqrt(_dot(ray, ray)))

    def azimuth(self, points: Ints, times: Floats) -> Floats:
        """Where to turn to see the satellite, degrees from north to east."""
        return self.azimuth_of(points, self.ray(points, times))

    def left(self, points: Ints, times: Floats) -> Floats:
        """How far the point lies to the left of the plane in which the satellite flies, as a sine."""
        places = self.track.at(times)
        turning = np.array((0.0, 0.0, TURN_RATE))
        # The plane of the orbit stands among the stars, and velocities are over the turning Earth.
        speed = self.track.velocity_at(times) + np.cross(turning, places)
        left = np.cross(places, speed)
        ray = self.ground.positions[points] - places
        return np.asarray(_dot(ray, left) / np.sqrt(_dot(ray, ray) * _dot(left, left)))

    def sun_elevation(self, points: Ints, times: Floats) -> Floats:
        """Of the Sun's centre, as a sine."""
        return self.elevation_of(points, self._sun_ray(points, times))

    def sun_azimuth(self, points: Ints, times: Floats) -> Floats:
        """Where to turn to see the Sun, degrees from north to east."""
        return self.azimuth_of(points, self._sun_ray(points, times))

    def penumbra(self, _: Ints, times: Floats) -> Floats:
        """How deep the satellite is in it, radians."""
        return shadows(self.track.at(times), sun_from(self.span, times, self.earth))[0]

    def umbra(self, _: Ints, times: Floats) -> Floats:
        """How deep the satellite is in it, radians."""
        return shadows(self.track.at(times), sun_from(self.span, times, self.earth))[1]

    def asked(self, conditions: Conditions) -> Iterator[tuple[float, Signal]]:
        """The conditions besides the least elevation, with the step in seconds at which to look at each."""
        fine = self._fine_step()
        c = conditions
        for least, most, of, step in (
            (None, _sine(c.maximum_elevation), self.elevation, fine),
            # The larger the angle the smaller its cosine, so the two limits change places.
            (_cosine(c.maximum_off_nadir), _cosine(c.minimum_off_nadir), self.off_nadir, fine),
            (c.minimum_range_km, c.maximum_range_km, self.range_km, fine),
            (_sine(c.minimum_sun_elevation), _sine(c.maximum_sun_elevation), self.sun_elevation, SUN_STEP_S),
        ):
            if least is not None:
                yield step, _at_least(of, least)
            if most is not None:
                yield step, _at_most(of, most)
        if c.side is not None:
            yield fine, _at_least(self.left, 0.0) if c.side == "left" else _at_most(self.left, 0.0)
        if c.sunlight is not None:
            yield (
                self.track.step,
                {
                    "full": _at_most(self.penumbra, 0.0),
                    "some": _at_most(self.umbra, 0.0),
                    "none": _at_least(self.umbra, 0.0),
                }[c.sunlight],
            )

    def _fine_step(self) -> float:
        """Seconds in which the satellite, at its lowest, moves by little as seen from a point below it."""
        heights = np.linalg.norm(self.track.knots, axis=1)
        lowest = heights.min()
        above = max(float(lowest - np.linalg.norm(self.ground.positions, axis=1).max()), 50.0)
        speed = lowest * (self.track.elements.perigee_rate + TURN_RATE)
        return float(min(_STEP_RADIANS * above / speed, self.track.step))

    def ray(self, points: Ints, times: Floats) -> Floats:
        """From points to the satellite, (n, 3), km."""
        return self.track.at(times) - self.ground.positions[points]

    def _sun_ray(self, points: Ints, times: Floats) -> Floats:
        return np.asarray(sun_from(self.span, times, self.earth) - self.ground.positions[points])

    def azimuth_of(self, points: Ints, ray: Floats) -> Floats:
        """Where rays from points, (n, 3), go, degrees from north to east."""
        angle = np.arctan2(_dot(ray, self.ground.east[points]), _dot(ray, self.ground.north[points]))
        return np.asarray(np.degrees(angle) % 360)


def degrees_of(sines: Floats) -> Floats:
    """The angles of these sines."""
    # One that rounding lifts above 1, as in the zenith, has no angle.
    return np.asarray(np.degrees(np.arcsin(np.clip(sines, -1.0, 1.0))))


def _at_least(of: Signal, least: float) -> Signal:
    return lambda points, times: of(points, times) - least


def _at_most(of: Signal, most: float) -> Signal:
    return lambda points, times: most - of(points, times)


def _sine(degrees: float | None) -> float | None:
    return None if degrees is None else float(np.sin(np.radians(degrees)))


def _cosine(degrees: float | None) -> float | None:
    return None if degrees is None else float(np.cos(np.radians(degrees)))


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))
