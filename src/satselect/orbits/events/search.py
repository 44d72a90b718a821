"""When satellites see places: the search behind passes and opportunities.

Each satellite by itself: its track with a margin around the search; where it is high enough over any point, on the
knots of the track and, between them, by root finding; there, where the other conditions hold. Then what belongs to
one part of a target is joined, and all is cut to the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.elements.elements import Elements
from satselect.orbits.events.conditions import Conditions
from satselect.orbits.events.crossings import Samples, Stretches, holding
from satselect.orbits.events.details import details
from satselect.orbits.events.signals import Ground, View
from satselect.orbits.places.places import Target, flat
from satselect.orbits.shapes import Columns, Floats, Ints
from satselect.orbits.times import Span
from satselect.orbits.track import Track, check_age

MOST_AGE = timedelta(days=30)
"""Elements farther from a search say too little about it; in low orbits half of that is a lot."""

_LEAST_MARGIN_S, _MOST_MARGIN_S = 600.0, 86_400.0
# Points of a line that are seen with a longer pause between them are seen in different passes.
_SAME_PASS_S = 120.0
_SHORTEST_S = 1e-3  # times are told in milliseconds
_AT_ONCE = 1 << 16  # points times knots: as much as stays near the processor


@dataclass(frozen=True, slots=True)
class Search:
    """Satellites, places, and the time and conditions under which one sees the other.

    Attributes:
        masks: the least elevation of each target, degrees.
        spots: all points of all targets, (points, 3): degrees, degrees, km.
        owners: target and part of each, (points, 2).
    """

    elements: Sequence[Elements]
    targets: Sequence[Target]
    masks: Sequence[float]
    span: Span
    conditions: Conditions
    earth: EarthOrientation
    max_age: timedelta | None
    spots: Floats = field(init=False)
    owners: Ints = field(init=False)

    def __post_init__(self) -> None:
        spots, owners = flat(self.targets)
        object.__setattr__(self, "spots", spots)
        object.__setattr__(self, "owners", owners)

    def found(self) -> Columns:
        """All that is found, a column for each fact, by start, then satellite, then target.

        Raises:
            StaleElementsError: elements are too far from the search.
            DecayedError: a satellite is not in orbit all of the time.
            EarthFileError: the Earth orientation given doesn't reach.
        """
        for one in self.elements:
            check_age(one, self.span, self.max_age)
        ground = Ground.of(self.spots)
        tables = [self._of_one(number, one, ground) for number, one in enumerate(self.elements) if len(self.spots)]
        if not tables:
            return {}
        whole = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
        order = np.lexsort((whole["part"], whole["target"], whole["satellite"], whole["start"]))
        return {name: column[order] for name, column in whole.items()}

    def _of_one(self, number: int, elements: Elements, ground: Ground) -> Columns:
        # Far enough to know whole what is in progress at an end; never days for what hardly moves (decision 0113).
        margin = float(np.clip(elements.period.total_seconds(), _LEAST_MARGIN_S, _MOST_MARGIN_S))
        track = Track.of(elements, self.span, margin, self.earth)
        view = View(track, ground, self.span, self.earth)
        seen = self._high_enough(view)
        for step, signal in view.asked(self.conditions):
            if len(seen):
                seen = holding(Samples.along(seen, step, signal), signal)
        first, last = track.start, float(track.times[-1])
        points, seen = self._joined(seen)
        starts, ends = np.maximum(seen.starts, 0.0), np.minimum(seen.ends, self.span.seconds)
        least = max(self.conditions.minimum_length.total_seconds(), _SHORTEST_S)
        long_enough = ends - starts >= least
        starts, ends, seen, points = starts[long_enough], ends[long_enough], seen.only(long_enough), points[long_enough]
        return {
            "satellite": np.full(len(seen), number),
            "target": self.owners[points, 0],
            "part": self.owners[points, 1],
            "start": starts,
            "end": ends,
            # What began before the margin began nobody knows when.
            "begins": np.where(seen.starts <= first, np.nan, seen.starts),
            "ends": np.where(seen.ends >= last, np.nan, seen.ends),
            **details(view, Stretches(points, starts, ends)),
        }

    def _high_enough(self, view: View) -> Stretches:
        """Where each point has the satellite above its least elevation, if that reaches into the search."""
        masks = np.array([max(mask, self.conditions.minimum_elevation) for mask in self.masks], float)
        sines = np.sin(np.radians(masks))[self.owners[:, 0]]
        signal = view.above(sines)
        reach = _reach(view, sines)
        seen = holding(_on_knots(view, sines, reach), signal, reach)
        # The margin only tells where things begin and end.
        return seen.only((seen.ends > 0) & (seen.starts < self.span.seconds))

    def _joined(self, seen: Stretches) -> tuple[Ints, Stretches]:
        """What belongs together: each part's points in one go, and the point in its middle."""
        parts, first, counts = _parts(self.owners)
        if (counts == 1).all():
            return seen.rows, seen
        part_of = parts[seen.rows]
        order = np.lexsort((seen.starts, part_of))
        part_of, seen = part_of[order], seen.only(order)
        if not len(seen):
            return seen.rows, seen
        so_far = _running_end(part_of, seen.ends)
        is_later = (seen.starts[1:] > so_far[:-1] + _SAME_PASS_S) | (counts[part_of[1:]] == 1)
        is_new = np.append(True, (part_of[1:] != part_of[:-1]) | is_later)
        begin = np.flatnonzero(is_new)
        group = np.cumsum(is_new) - 1
        pairs = np.unique(np.stack((group, seen.rows)), axis=1)[0]
        is_whole = np.bincount(pairs, minlength=len(begin)) == counts[part_of[begin]]
        ends = np.maximum.reduceat(seen.ends, begin)
        whole = Stretches(part_of[begin], seen.starts[begin], ends).only(is_whole)
        # What is said besides the times is of the middle point (decision 0114).
        return first[whole.rows] + counts[whole.rows] // 2, whole


def _on_knots(view: View, sines: Floats, reach: Floats) -> Samples:
    """The elevation signal of each point at the knots, as products of whole matrices.

    What lies below by more than twice its reach is left out: it comes up at no neighbour, either.
    """
    knots, ground, count = view.track.knots, view.ground, len(view.track.knots)
    squares = np.einsum("ij,ij->i", knots, knots)
    found, kept_values = [], []
    at_once = max(_AT_ONCE // count, 1)
    for some in (slice(first, first + at_once) for first in range(0, len(sines), at_once)):
        up, places = ground.up[some], ground.positions[some]
        values = up @ knots.T
        values -= np.einsum("ij,ij->i", up, places)[:, np.newaxis]
        if sines[some].any():
            far = places @ knots.T
            far *= -2
            far += squares
            far += np.einsum("ij,ij->i", places, places)[:, np.newaxis]
            values -= sines[some, np.newaxis] * np.sqrt(far, out=far)
        kept = np.flatnonzero(values > -2 * reach[some, np.newaxis])
        found.append(kept + some.start * count)
        kept_values.append(values.ravel()[kept])
    kept = np.concatenate(found)
    rows, places_of = np.divmod(kept, count)
    is_new = np.append(True, (kept[1:] != kept[:-1] + 1) | (rows[1:] != rows[:-1]))[: len(kept)]
    return Samples(rows, np.cumsum(is_new) - 1, view.track.times[places_of], np.concatenate(kept_values))


def _reach(view: View, sines: Floats) -> Floats:
    """The most by which the elevation signal of each point, km, can change from one knot to the next."""
    steps = np.linalg.norm(np.diff(view.track.knots, axis=0), axis=1)
    # The height above the point changes by no more than the way flown, and so does the distance, of which the sine
    # counts. Knots are joined by chords, which are a little shorter than the way.
    return np.asarray((1 + np.abs(sines)) * 1.05 * steps.max())


def _parts(owners: Ints) -> tuple[Ints, Ints, Ints]:
    """The part of each point, counted over all targets, and the first point and number of points of each part."""
    is_new = np.append(True, (np.diff(owners, axis=0) != 0).any(axis=1))
    first = np.flatnonzero(is_new)
    return np.cumsum(is_new) - 1, first, np.diff(np.append(first, len(owners)))


def _running_end(groups: Ints, ends: Floats) -> Floats:
    """The latest end so far in each group, which follow each other."""
    latest = ends.copy()
    for place in range(1, len(ends)):
        if groups[place] == groups[place - 1]:
            latest[place] = max(latest[place], latest[place - 1])
    return latest
