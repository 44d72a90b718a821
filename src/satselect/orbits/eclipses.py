"""When satellites are in the shadow of the Earth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.elements.elements import Elements
from satselect.orbits.events.crossings import Samples, Signal, Stretches, holding
from satselect.orbits.events.search import MOST_AGE
from satselect.orbits.events.signals import Ground, View
from satselect.orbits.finding import checked_age, checked_earth, satellites_of
from satselect.orbits.shapes import Floats
from satselect.orbits.times import Span
from satselect.orbits.track import Track, check_age


@dataclass(frozen=True, slots=True, kw_only=True)
class Eclipse:
    """That the Earth hides the Sun from a satellite, all of it or some.

    Attributes:
        elements: of the satellite.
        start: when some of the Sun is hidden first, within the search. Rounded inward to milliseconds, like the others.
        end: when all of the Sun is back.
        umbra_start: from when all of the Sun is hidden; None if some of it always shows.
        umbra_end: until when.
        is_cut: whether it begins before the search, or ends after it.
    """

    elements: Elements
    start: datetime
    end: datetime
    umbra_start: datetime | None
    umbra_end: datetime | None
    is_cut: bool

    @property
    def satellite(self) -> str:
        """Its name."""
        return self.elements.name


def eclipses(
    elements: Elements | Iterable[Elements],
    start: datetime,
    end: datetime,
    *,
    earth: EarthOrientation | None = None,
    max_age: timedelta | None = MOST_AGE,
) -> list[Eclipse]:
    """When satellites are in the shadow of the Earth, by start. The Earth is an ellipsoid without air.

    Args:
        elements: of one satellite, or of several, one set of each.
        start: of the search, aware.
        end: of the search, aware, at most 366 days later.
        earth: how the Earth is turned; what comes with satselect by default.
        max_age: how far the epoch of elements may be from the search; None for any distance.

    Raises:
        InvalidOrbitError: something given is wrong; names the field and its value.
        LeapSecondError: the search spans a leap second.
        StaleElementsError: elements are too far from the search.
        DecayedError: a satellite is not in orbit all of the time.
    """
    span, turned, allowed = Span.of(start, end), checked_earth(earth), checked_age(max_age)
    found: list[Eclipse] = []
    for one in satellites_of(elements):
        check_age(one, span, allowed)
        found.extend(_of_one(one, span, turned))
    return sorted(found, key=lambda eclipse: (eclipse.start, eclipse.satellite))


def _of_one(elements: Elements, span: Span, earth: EarthOrientation) -> Iterable[Eclipse]:
    # What lies outside only says whether an eclipse is cut: a few minutes of it are enough.
    margin = 600.0
    # A view of no point on the ground: only the satellite and the Sun count.
    view = View(Track.of(elements, span, margin, earth), Ground.of(np.zeros((0, 3))), span, earth)
    whole = _shadow(view, view.penumbra)
    dark = _shadow(view, view.umbra)
    for first, last in zip(whole.starts, whole.ends, strict=True):
        low, high = max(float(first), 0.0), min(float(last), span.seconds)
        if high - low < 1e-3:  # times are told in milliseconds
            continue
        inside = np.flatnonzero((dark.starts < high) & (dark.ends > low) & (dark.starts >= first) & (dark.ends <= last))
        umbra = _cut(dark, int(inside[0]), low, high) if len(inside) else None
        yield Eclipse(
            elements=elements,
            start=span.first_within(low),
            end=span.last_within(high),
            umbra_start=None if umbra is None else span.first_within(umbra[0]),
            umbra_end=None if umbra is None else span.last_within(umbra[1]),
            is_cut=bool(first < 0 or last > span.seconds),
        )


def _shadow(view: View, signal: Signal) -> Stretches:
    times: Floats = view.track.times
    none = np.zeros(len(times), np.int64)
    return holding(Samples(none, none, times, signal(none, times)), signal)


def _cut(dark: Stretches, which: int, low: float, high: float) -> tuple[float, float] | None:
    first, last = max(float(dark.starts[which]), low), min(float(dark.ends[which]), high)
    return (first, last) if last - first >= 1e-3 else None
