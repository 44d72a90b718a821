"""When a quantity crosses zero: whole arrays of roots and extrema at a time.

A `Signal` gives values for rows (which pair, which place) at times. Where it is at least 0 a condition holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from satselect.orbits.shapes import Flags, Floats, Ints

Signal = Callable[[Ints, Floats], Floats]
"""Rows and as many times in seconds to as many values."""

TOLERANCE_S = 1e-4  # a tenth of the millisecond in which times are told
_PEAK_TOLERANCE_S = 2e-3  # at the top a signal is flat
_MOST_STEPS = 60  # halving alone takes 30 from a day to the tolerance
_NEAR_S = 10.0  # around a guess
_SLOPE_S = 0.05  # apart: near enough for the shape, far enough for the digits


@dataclass(frozen=True, slots=True)
class Stretches:
    """Rows and their intervals, sorted by row and then by time; each array (n,)."""

    rows: Ints
    starts: Floats
    ends: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, kept: Flags | Ints) -> Self:
        """Some of them."""
        return type(self)(self.rows[kept], self.starts[kept], self.ends[kept])


@dataclass(frozen=True, slots=True)
class Samples:
    """Values at times, row after row; each array (n,).

    Attributes:
        rows: which row each sample belongs to.
        owners: which stretch, counted from 0, without gaps.
        times: seconds, rising within a stretch.
        values: of the signal.
    """

    rows: Ints
    owners: Ints
    times: Floats
    values: Floats

    @classmethod
    def along(cls, stretches: Stretches, step: float, signal: Signal) -> Self:
        """Each stretch from its start to its end, in equal steps of at most so many seconds, at least two."""
        owners, times = along(stretches, step)
        rows = stretches.rows[owners]
        return cls(rows, owners, times, signal(rows, times))


def along(stretches: Stretches, step: float) -> tuple[Ints, Floats]:
    """Times in each stretch, its start and end among them, and the stretch that each belongs to."""
    lengths = stretches.ends - stretches.starts
    counts = np.maximum(np.ceil(lengths / step).astype(np.int64), 2) + 1
    owners = np.repeat(np.arange(len(stretches)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = places / (counts[owners] - 1)
    # Not start + length * share: the last one has to be the end to the bit.
    return owners, stretches.starts[owners] * (1 - share) + stretches.ends[owners] * share


def holding(samples: Samples, signal: Signal, reach: float | Floats = np.inf) -> Stretches:
    """Where the signal is at least 0, also where no sample shows it.

    Args:
        samples: near enough to each other for the signal to have at most one extremum between a sample's neighbours.
        signal: what was sampled.
        reach: the most by which the signal can exceed a sample before the next one; one number or one per row.
    """
    rows, times, values = samples.rows, samples.times, samples.values
    if not len(rows):
        return Stretches(rows, times, times)
    inside = values >= 0
    joined = samples.owners[1:] == samples.owners[:-1]
    # Samples of different stretches have nothing between them.
    turns = np.flatnonzero(joined & (inside[1:] != inside[:-1]))
    edges = roots(signal, rows[turns], (times[turns], times[turns + 1]), (values[turns], values[turns + 1]))
    hidden, peaks = _hidden(samples, signal, joined, reach)
    before, after = _neighbours(samples.owners, hidden)
    top = signal(rows[hidden], peaks)
    first = roots(signal, rows[hidden], (times[before], peaks), (values[before], top))
    last = roots(signal, rows[hidden], (peaks, times[after]), (top, values[after]))
    begins = np.flatnonzero(inside & np.append(True, ~joined))
    stops = np.flatnonzero(inside & np.append(~joined, True))
    rises, is_peak = ~inside[turns], ~inside[hidden]
    owners, is_start, at = _sorted(
        (samples.owners[begins], np.ones(len(begins), bool), times[begins]),
        (samples.owners[turns], rises, edges),
        (samples.owners[hidden], is_peak, first),
        (samples.owners[hidden], ~is_peak, last),
        (samples.owners[stops], np.zeros(len(stops), bool), times[stops]),
    )
    row_of = np.zeros(samples.owners[-1] + 1, np.int64)
    row_of[samples.owners] = rows
    return Stretches(row_of[owners[is_start]], at[is_start], at[~is_start])


def _sorted(*events: tuple[Ints, Flags, Floats]) -> tuple[Ints, Flags, Floats]:
    """By stretch, then time; what begins comes before what ends where both are at once."""
    owners, is_start, at = (np.concatenate(parts) for parts in zip(*events, strict=True))
    order = np.lexsort((~is_start, at, owners))
    return owners[order], is_start[order], at[order]


def _hidden(samples: Samples, signal: Signal, joined: Flags, reach: float | Floats) -> tuple[Ints, Floats]:
    """Samples next to which the signal goes over to the other side of 0 and comes back, and when it is farthest."""
    values, rows = samples.values, samples.rows
    size, inside = np.abs(values), values >= 0
    alike = joined & (inside[1:] == inside[:-1])
    # Nearer to 0 than its neighbours, where those are on its side; the end of a stretch has one neighbour.
    # Less than the one before, no more than the one after: of two that are equal just one counts.
    is_least = np.append(True, (alike & (size[1:] < size[:-1])) | ~joined)
    is_least &= np.append((alike & (size[:-1] <= size[1:])) | ~joined, True)
    is_least &= size <= (reach[rows] if isinstance(reach, np.ndarray) else reach)
    found = np.flatnonzero(is_least)
    before, after = _neighbours(samples.owners, found)
    sign = np.where(inside[found], -1.0, 1.0)
    at = peaks(signal, rows[found], (samples.times[before], samples.times[after]), sign)
    crosses = (signal(rows[found], at) >= 0) != inside[found]
    return found[crosses], at[crosses]


def _neighbours(owners: Ints, of: Ints) -> tuple[Ints, Ints]:
    """The samples before and after in the same stretch, or themselves at its ends."""
    before, after = np.maximum(of - 1, 0), np.minimum(of + 1, len(owners) - 1)
    return np.where(owners[before] == owners[of], before, of), np.where(owners[after] == owners[of], after, of)


def peaks(
    signal: Signal,
    rows: Ints,
    between: tuple[Floats, Floats],
    sign: Floats | float = 1.0,
    guess: Floats | None = None,
) -> Floats:
    """When the signal, times the sign, is largest between two times, with at most one extremum there.

    A guess, (n,), makes it sooner where that is within seconds.
    """
    low, high = between

    def slope(which: Ints, at: Floats) -> Floats:
        signs = sign[which] if isinstance(sign, np.ndarray) else sign
        return signs * (signal(rows[which], at + _SLOPE_S) - signal(rows[which], at - _SLOPE_S))

    every = np.arange(len(rows))
    if guess is None:
        at_low, at_high = slope(every, low), slope(every, high)
    else:
        near = np.clip(guess - _NEAR_S, low, high), np.clip(guess + _NEAR_S, low, high)
        at_low, at_high = slope(every, near[0]), slope(every, near[1])
        far = np.flatnonzero((at_low <= 0) | (at_high >= 0))
        at_low[far], at_high[far] = slope(far, low[far]), slope(far, high[far])
        low, high = near[0], near[1]
        low[far], high[far] = between[0][far], between[1][far]
    turning = np.flatnonzero((at_low > 0) & (at_high < 0))
    # Where it only rises or falls, the largest value is at an end.
    at = np.where(at_low <= 0, low, high)
    bounds, slopes = (low[turning], high[turning]), (at_low[turning], at_high[turning])
    at[turning] = roots(slope, turning, bounds, slopes, _PEAK_TOLERANCE_S)
    return at


def roots(
    signal: Signal,
    rows: Ints,
    between: tuple[Floats, Floats],
    values: tuple[Floats, Floats],
    tolerance: float = TOLERANCE_S,
) -> Floats:
    """Where the signal crosses 0 between two times at which its signs differ (T. R. Chandrupatla, 1997).

    Args:
        signal: what crosses.
        rows: of the signal, (n,).
        between: two times each, (n,).
        values: of the signal there.
        tolerance: seconds.
    """
    (a, b), (at_a, at_b) = (np.array(of, float) for of in between), (np.array(of, float) for of in values)
    c, at_c = a.copy(), at_a.copy()
    # Where a straight line crosses first, not the middle: between samples signals are nearly straight.
    # Kept off both ends: from a bracket of no width nothing follows.
    share = np.clip(at_a / np.where(at_a == at_b, 1.0, at_a - at_b), 0.02, 0.98)
    found = np.where(np.abs(at_a) < np.abs(at_b), a, b)
    active = np.flatnonzero((at_a != 0) & (at_b != 0) & (np.abs(b - a) > tolerance))
    a, b, c, at_a, at_b, at_c, share = (of[active] for of in (a, b, c, at_a, at_b, at_c, share))
    for _ in range(_MOST_STEPS):
        if not len(active):
            break
        t = a + share * (b - a)
        at_t = signal(rows[active], t)
        # Invariant: the signal has different signs at a and b, so it crosses in between; a is the newest of the three
        # times, and c the one that was given up, which the parabola needs.
        same = np.sign(at_t) == np.sign(at_a)
        c, at_c = np.where(same, a, b), np.where(same, at_a, at_b)
        b, at_b = np.where(same, b, a), np.where(same, at_b, at_a)
        a, at_a = t, at_t
        best = np.abs(at_a) < np.abs(at_b)
        found[active] = np.where(best, a, b)
        width = np.abs(b - a)
        share = _share((a, b, c), (at_a, at_b, at_c), tolerance / 2 / np.maximum(width, tolerance))
        going = (width > tolerance) & (at_a != 0)
        active, a, b, c, at_a, at_b, at_c, share = (of[going] for of in (active, a, b, c, at_a, at_b, at_c, share))
    return found


def _share(at: tuple[Floats, Floats, Floats], values: tuple[Floats, Floats, Floats], least: Floats) -> Floats:
    """How far to go from the first time to the second: by inverse quadratic interpolation where that is safe."""
    (a, b, c), (at_a, at_b, at_c) = at, values
    with np.errstate(divide="ignore", invalid="ignore"):
        xi = (a - b) / (c - b)
        phi = (at_a - at_b) / (at_c - at_b)
        # Only where the parabola through the three points is sure to be monotone; else the middle.
        is_safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        by_a = at_a / (at_b - at_a) * at_c / (at_b - at_c)
        by_b = (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
    # Half the tolerance off both ends: else the side that lies on the root would be tried again and again, and the
    # other never come nearer.
    return np.clip(np.where(is_safe, by_a + by_b, 0.5), least, 1 - least)
