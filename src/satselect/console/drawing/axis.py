"""A true time axis: where moments lie, in percent of its width, and the lines that divide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from satselect.console.formatting import day
from satselect.console.reading.plan.window import DAY_S, HOUR_S, Window

STEPS_S = (
    *(300, 600, 900, 1_800, HOUR_S, 2 * HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S),
    *(DAY_S, 2 * DAY_S, 4 * DAY_S, 8 * DAY_S),
)
MOST_TICKS = 13  # whose words don't run into each other on a wide screen
MOST_ON_A_PHONE = 5
LEAST_WIDTH = 0.15
"""What is shorter is drawn so wide: it has to be seen, and hit."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with its words; `is_coarse` if it is one of those that a narrow screen has room for."""

    x: float
    words: str
    is_day: bool
    is_coarse: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of a window."""

    window: Window

    def x(self, at: datetime) -> float:
        """Where a moment lies; those outside lie at the edges."""
        share = (at - self.window.starts).total_seconds() / self.window.span_s
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def stretch(self, starts: datetime, ends: datetime) -> tuple[float, float]:
        """Where it begins, and how wide it is, never less than can be seen."""
        begin = self.x(starts)
        width = max(round(self.x(ends) - begin, 3), LEAST_WIDTH)
        return min(begin, round(100 - width, 3)), width  # none is drawn beyond the right edge

    def shows(self, at: datetime) -> bool:
        """Whether the moment is in the window."""
        return self.window.starts <= at < self.window.ends

    def ticks(self) -> Sequence[Tick]:
        """Lines at round times, dates where a day begins."""
        step = _step(self.window.span_s, MOST_TICKS)
        coarse = _step(self.window.span_s, MOST_ON_A_PHONE, of=step)
        since = (self.window.starts - _EPOCH).total_seconds()
        at = _EPOCH + timedelta(seconds=-(-since // step) * step)  # the first round time in the window
        ticks = []
        while at < self.window.ends:
            ticks.append(self._tick(at, coarse, is_dated=step >= DAY_S))
            at += timedelta(seconds=step)
        return ticks

    def _tick(self, at: datetime, coarse: int, *, is_dated: bool) -> Tick:
        utc = at.astimezone(UTC)
        is_day = (utc.hour, utc.minute) == (0, 0)
        words = day(at) if is_dated or is_day else utc.strftime("%H:%M")
        seconds = round((at - _EPOCH).total_seconds())
        return Tick(self.x(at), words, is_day, seconds % coarse == 0)


def _step(span_s: float, most: int, *, of: int = 1) -> int:
    return next((step for step in STEPS_S if span_s / step <= most and step % of == 0), STEPS_S[-1])
