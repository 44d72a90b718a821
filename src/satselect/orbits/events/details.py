"""What is said of each pass and opportunity besides its time."""

import numpy as np

from satselect.orbits.events.crossings import Signal, Stretches, along, peaks
from satselect.orbits.events.signals import View, degrees_of
from satselect.orbits.shapes import Columns, Floats

_APART_RADIANS = 0.5


def details(view: View, seen: Stretches) -> Columns:
    """Of each stretch, a column for each fact: angles in degrees, times in seconds from the start of the search."""
    points = seen.rows
    step = _APART_RADIANS / 0.1 * view.track.step  # a step of the track is a tenth of a radian
    highest = highest_in(view.elevation, seen, step, (seen.starts + seen.ends) / 2)
    # This signal is the cosine of the angle, so it is largest where the angle is least; and that is near where the
    # satellite is highest.
    nearest = highest_in(view.off_nadir, seen, step, highest)
    ray = view.ray(points, highest)
    return {
        "highest_at": highest,
        "maximum_elevation": degrees_of(view.elevation_of(points, ray)),
        "nearest_at": nearest,
        "least_off_nadir": 90.0 - degrees_of(view.off_nadir(points, nearest)),
        "range_km": np.linalg.norm(ray, axis=1),
        "azimuth_at_start": view.azimuth(points, seen.starts),
        "azimuth_at_highest": view.azimuth_of(points, ray),
        "azimuth_at_end": view.azimuth(points, seen.ends),
        "sun_elevation": degrees_of(view.sun_elevation(points, highest)),
        "is_left": view.left(points, nearest) >= 0,
    }


def highest_in(signal: Signal, seen: Stretches, step: float, guess: Floats | None = None) -> Floats:
    """When in each stretch the signal is largest, with at most one extremum from step to step; near a guess, or not."""
    is_short = seen.ends - seen.starts <= step
    found = np.zeros(len(seen))
    short = seen.only(is_short)
    guesses = (None, None) if guess is None else (guess[is_short], guess[~is_short])
    found[is_short] = peaks(signal, short.rows, (short.starts, short.ends), guess=guesses[0])
    if not is_short.all():
        found[~is_short] = _highest_of_many(signal, seen.only(~is_short), step, guesses[1])
    return found


def _highest_of_many(signal: Signal, seen: Stretches, step: float, guess: Floats | None) -> Floats:
    owners, times = along(seen, step)
    values = signal(seen.rows[owners], times)
    first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    top = np.maximum.reduceat(values, first)[owners]
    best = np.full(len(seen), len(owners))
    is_top = np.flatnonzero(values == top)
    np.minimum.at(best, owners[is_top], is_top)  # of equal ones the first
    before = np.maximum(best - 1, first)
    after = np.minimum(best + 1, np.append(first[1:], len(owners)) - 1)
    return peaks(signal, seen.rows, (times[before], times[after]), guess=guess)
