"""How the pages write numbers, times and names."""

import math
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from satselect.store.models import Task

UNKNOWN = "—"

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k"))
_SHORTEN = {"k": 1e3}


def number(value: float | None) -> str:
    """As people read it: at most two decimals, thousands apart; a dash for what is not known."""
    if value is None:
        return UNKNOWN
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def compact(value: float | None) -> str:
    """In at most six characters or so, for a block.

    >>> compact(1_234_567), compact(12_345), compact(9.25)
    ('1.23M', '12.3k', '9.25')
    """
    if value is None:
        return UNKNOWN
    for size, unit in _LARGE:
        if abs(value) >= size:
            return f"{value / _SHORTEN.get(unit, size):.3g}{unit}"
    return number(float(f"{value:.4g}"))


def share(value: float | None) -> str:
    """A part of one, in percent. Only all of it is 100 %."""
    if value is None:
        return UNKNOWN
    percent = 100 * value
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %" if percent != round(percent) else f"{percent:.0f} %"


def duration(seconds: float | None) -> str:
    """Of something that a machine did."""
    if seconds is None:
        return UNKNOWN
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def clock(at: datetime) -> str:
    """Hours, minutes and seconds, in UTC."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


def day(at: datetime) -> str:
    """The date, without its year."""
    return at.astimezone(UTC).strftime("%-d %b")


def moment(at: datetime | None) -> SafeString | str:
    """A time in UTC, which machines can read too."""
    if at is None:
        return UNKNOWN
    utc = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}">{}</time>', utc.isoformat(timespec="seconds"), utc.strftime("%-d %b %Y %H:%M:%S")
    )


def away(at: datetime | None) -> SafeString | str:
    """How long ago, or how soon, with the time itself on hover."""
    if at is None:
        return UNKNOWN
    seconds = (timezone.now() - at).total_seconds()
    words = f"{span(seconds)} ago" if seconds >= 0 else f"in {span(-seconds)}"
    utc = at.astimezone(UTC)
    title = utc.strftime("%-d %b %Y %H:%M:%S UTC")
    return format_html('<time datetime="{}" title="{}">{}</time>', utc.isoformat(timespec="seconds"), title, words)


def age(at: datetime | None) -> str:
    """How long ago, without saying ago."""
    return UNKNOWN if at is None else span((timezone.now() - at).total_seconds())


def span(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> span(93_784)
    '1 d 2 h'
    """
    whole = max(math.floor(seconds), 0)
    parts = []
    for size, unit in _UNITS:
        if count := whole // size:
            parts.append(f"{count} {unit}")
            whole %= size
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def uses(task: Task) -> str:
    """The resources of a task in the order sent, with amounts above one. Their rows should have been fetched."""
    rows = sorted(task.uses.all(), key=lambda use: use.position)
    return ", ".join(use.resource.name if use.amount == 1 else f"{use.amount} {use.resource.name}" for use in rows)


def cropped(text: str, length: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
