"""Profit over time as lines: what was earned, the bound, and what greedy would have earned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from satselect.console.words import clock, compact, day
from satselect.store.models import Iteration

WIDTH, HEIGHT = 1000, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 10, 24
LEAST = 1e-6
"""The height of a chart in which nothing was earned."""
_STEPS = (1, 2, 2.5, 5, 10)


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

    def x(number: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / max(len(iterations), 1), 1)

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
    """Times below about six places."""
    every = max(len(iterations) // 6, 1)
    shown = [(number, one.as_of) for number, one in enumerate(iterations) if number % every == every // 2]
    is_one_day = len({day(one.as_of) for one in iterations}) == 1
    is_short = len(shown) > len({clock(at)[:5] for _, at in shown})
    length = len("12:00:00") if is_short else len("12:00")
    return [
        Tick(x(number), clock(at)[:length] if is_one_day else f"{day(at)} {clock(at)[:length]}") for number, at in shown
    ]
