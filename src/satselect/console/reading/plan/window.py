"""From when to when a plan is looked at."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
LEVELS_S = (HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 14 * DAY_S, 31 * DAY_S)
"""What zooming stops at."""
LEAST_S, MOST_S = LEVELS_S[0], LEVELS_S[-1]
USUAL_MOST_S = DAY_S
"""More of a plan than this is shown only on request."""
BEFORE = 0.08
"""Which part of what follows the clock lies before now."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)  # far from where times end: a window that is moved or widened stays within them


@dataclass(frozen=True, slots=True)
class Window:
    """The time between two moments; one that follows the clock begins a little before now."""

    starts: datetime
    span_s: int
    follows: bool

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.starts + timedelta(seconds=self.span_s)

    @property
    def starts_ms(self) -> int:
        """Whole milliseconds since 1970, as what is read in large numbers has its times."""
        return milliseconds(self.starts)

    @property
    def ends_ms(self) -> int:
        """The same of its end."""
        return self.starts_ms + 1_000 * self.span_s

    @property
    def address(self) -> str:
        """The parameters that show it."""
        asked = {"span": str(self.span_s)}
        if not self.follows:
            asked["from"] = self.starts.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"?{urlencode(asked, safe=':')}"

    def moved(self, parts: float) -> "Window":
        """Later by so many of its spans, or earlier if they are negative."""
        return Window(within(self.starts + parts * timedelta(seconds=self.span_s)), self.span_s, follows=False)

    def zoomed(self, span_s: int) -> "Window":
        """Around the same middle, with another span; following the clock if it does."""
        if self.follows:
            return Window(self.starts, span_s, follows=True)
        middle = self.starts + timedelta(seconds=self.span_s / 2)
        return Window(within(middle - timedelta(seconds=span_s / 2)), span_s, follows=False)

    @property
    def closer(self) -> "Window | None":
        """One step nearer; None if there is none."""
        spans = [span for span in LEVELS_S if span < self.span_s]
        return self.zoomed(spans[-1]) if spans else None

    @property
    def wider(self) -> "Window | None":
        """One step farther away; None if there is none."""
        spans = [span for span in LEVELS_S if span > self.span_s]
        return self.zoomed(spans[0]) if spans else None


def milliseconds(moment: datetime) -> int:
    """Since 1970, whole."""
    return round((moment - FIRST) / timedelta(milliseconds=1))


def following(at: datetime, span_s: int) -> Window:
    """The window that follows the clock."""
    return Window(at - timedelta(seconds=BEFORE * span_s), span_s, follows=True)


def usual_span_s(horizon_s: float) -> int:
    """So much that the horizon can be seen as a whole, as long as that is no more than a day."""
    return min(max(round(horizon_s / (1 - 1.6 * BEFORE)), LEAST_S), USUAL_MOST_S)


def within(moment: datetime) -> datetime:
    """The moment, not so far away that no window of times could begin there."""
    return min(max(moment, FIRST), LAST)
