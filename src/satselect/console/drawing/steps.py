"""A level over time as a line of steps, in a box of its own that is stretched to the width of the axis."""

from bisect import bisect, bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from satselect.console.drawing.axis import Axis
from satselect.console.reading.plan.levels import Level

WIDTH = 1_000
HEIGHT = 100
"""Of the box, for all of the capacity."""
COLUMN = 2
"""In one of these, more steps than two can't be told apart."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A path from the bottom at the left to the bottom at the right, and the highest value on its way."""

    path: str
    most: int


def curve(level: Level, axis: Axis) -> Curve | None:
    """The line; None if there is nothing in the window. The highest value of each column stays, and the last."""
    starts, scale = axis.window.starts_ms, WIDTH / (1_000 * axis.window.span_s)
    begin = max((level.known_from - starts) * scale, 0.0) if level.known_from else 0.0
    # What happens at the very start counts as before it, what happens at the very end not at all.
    before = bisect(level.steps, (starts, inf))
    value = level.steps[before - 1][1] if before else level.first
    columns, most = _columns(level.steps[before : bisect_left(level.steps, (axis.window.ends_ms, -1))], starts, scale)
    most = max(most, value)
    if most == 0 or begin >= WIDTH:
        return None
    return Curve(_path(begin, value, columns, level.capacity), most)


class _Column(NamedTuple):
    """What happens in a column: where the first step is, the highest value, and where the last one is, with it."""

    first: float
    highest: int
    x: float
    last: int


def _columns(steps: Sequence[tuple[int, int]], starts: int, scale: float) -> tuple[list[_Column], int]:
    """Those in which something happens, and the highest value of all."""
    found: list[_Column] = []
    number, first, highest, x, last, most = -1, 0.0, 0, 0.0, 0, 0
    for at, after in steps:
        here = (at - starts) * scale
        if int(here) // COLUMN != number:
            if number >= 0:
                found.append(_Column(first, highest, x, last))
            number, first, highest = int(here) // COLUMN, here, after
        elif after > highest:
            highest = after
        if after > most:
            most = after
        x, last = here, after
    if number >= 0:
        found.append(_Column(first, highest, x, last))
    return found, most


def _path(begin: float, value: int, columns: Sequence[_Column], capacity: int) -> str:
    """Up at the first step of a column, down at the last one."""
    path = [f"M{_short(begin)} {HEIGHT}V{_y(value, capacity)}"]
    for first, highest, x, last in columns:
        path.append(f"H{_short(max(first, begin))}V{_y(highest, capacity)}")
        # A peak within a column has some width at least, or nobody would see it.
        if last != highest:
            path.append(f"H{_short(max(x, begin, first + 0.5))}V{_y(last, capacity)}")
    return f"{''.join(path)}H{WIDTH}V{HEIGHT}"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _y(value: int, capacity: int) -> str:
    return _short(HEIGHT * (1 - min(value / capacity, 1.0))) if capacity else "0"
