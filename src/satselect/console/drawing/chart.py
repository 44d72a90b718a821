"""Profit over time as lines: what was earned, the bound, and what greedy would have earned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10

from satselect.console.formatting import clock, compact, day
from satselect.store.models import Iteration

WIDTH, HEIGHT = 1000, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 28
APART, MARGIN = 150, 40
"""Of the middles of words below, and of a middle from the edge."""
LEAST = 1e-6
"""The height of a chart in which nothing was earned."""
_STEPS = (1, 2, 2.5, 5, 10)  # times powers of ten: what people count in


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what stands there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines, as paths."""

    earned: str
    area: str
    bound: str
    greedy: str
    heights: Sequence[Tick]
    moments: Sequence[Tick]


def draw_chart(iterations: Sequence[Iteration]) -> Chart:
    """The chart of iterations, oldest first."""
    values = [
        value for one in iterations for value in (one.objective, one.bound, one.greedy_profit) if value is not None
    ]
    ticks = _ticks(max([*values, LEAST]))
    top = ticks[-1]

    x = _by_time(iterations)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    earned = _path([one.objective for one in iterations], x, y)
    area = f"{earned}V{y(0)}H{x(0)}Z" if iterations else ""
    return Chart(
        earned,
        area,
        _path([one.bound for one in iterations], x, y),
        _path([one.greedy_profit for one in iterations], x, y),
        [Tick(y(value), compact(value)) for value in ticks],
        _moments(iterations, x),
    )


def _by_time(iterations: Sequence[Iteration]) -> Callable[[int], float]:
    """Where each iteration is: equal times are equally far apart. Beside each other where all are of one moment."""
    times = [one.as_of.timestamp() for one in iterations]
    first, width = (times[0], times[-1] - times[0]) if times else (0.0, 0.0)
    shares = [(time - first) / width if width > 0 else (n + 0.5) / len(times) for n, time in enumerate(times)]

    def x(number: int) -> float:
        # A clock that was set back leaves times beyond both ends.
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(shares[number], 0.0), 1.0), 1)

    return x


def _path(values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float]) -> str:
    """A line through the values that are known, with gaps where they aren't."""
    path, is_drawing = [], False
    for number, value in enumerate(values):
        if value is not None:
            path.append(f"{'L' if is_drawing else 'M'}{x(number)} {y(value)}")
        is_drawing = value is not None
    return "".join(path)


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 to the first that is not below the most."""
    size = 10.0 ** floor(log10(most / 4))
    step = next(step * size for step in _STEPS if step * size >= most / 4)
    return [step * number for number in range(6) if number == 0 or step * (number - 1) < most]


def _moments(iterations: Sequence[Iteration], x: Callable[[int], float]) -> list[Tick]:
    """Times at iterations that lie far enough apart for their words."""
    is_one_day = len({day(one.as_of) for one in iterations}) == 1
    shown: list[tuple[float, datetime]] = []
    for number, one in enumerate(iterations):
        at = min(max(x(number), LEFT + MARGIN), WIDTH - RIGHT - MARGIN)
        if not shown or at - shown[-1][0] >= APART:
            shown.append((at, one.as_of))
    length = len("12:00:00") if len(shown) > len({clock(at)[:5] for _, at in shown}) else len("12:00")
    return [Tick(x, clock(at)[:length] if is_one_day else f"{day(at)} {clock(at)[:length]}") for x, at in shown]
