"""How the pages write numbers, times and names."""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from satselect.exports.facts import words_of
from satselect.schemas.horizons import Kind
from satselect.store.models import Resource, Task

UNKNOWN = "—"

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
LEAST_SHORTENED = 1e4
"""Below, all digits have room."""


def number(value: float | None) -> str:
    """As people read it: at most two decimals, thousands apart; a dash for what is not known."""
    if value is None:
        return UNKNOWN
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) < 0.01:  # two decimals would make 0 of it
        return f"{value:.2g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def change(before: float | None, after: float | None) -> str:
    """From one value to another, with its sign; a dash if one is not known.

    >>> change(9.6, 9.5), change(1, 3), change(None, 1)
    ('-0.1', '+2', '—')
    """
    if before is None or after is None:
        return UNKNOWN
    difference = float(Decimal(repr(after)) - Decimal(repr(before)))  # a difference of floats would end in dust
    return f"{'+' if difference > 0 else ''}{number(difference)}"


def compact(value: float | None) -> str:
    """In at most six characters or so, for a block.

    >>> compact(1_234_567), compact(12_345), compact(9.25), compact(999_600)
    ('1.23M', '12.3k', '9.25', '1M')
    """
    if value is None:
        return UNKNOWN
    rounded = float(f"{value:.3g}")  # before the unit is chosen: what rounds to a million is one
    if abs(value) < LEAST_SHORTENED:
        return number(float(f"{value:.4g}"))
    size, unit = next(one for one in _LARGE if abs(rounded) >= one[0])
    return f"{number(rounded / size)}{unit}"


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


def interval(starts: datetime, ends: datetime) -> str:
    """From one time to another, in UTC; the day once if it is the same, and decimals where there are some.

    >>> interval(datetime(2026, 12, 1, 10, 31, 5, tzinfo=UTC), datetime(2026, 12, 1, 10, 33, 40, tzinfo=UTC))
    '1 Dec 10:31:05-10:33:40'
    """
    first, last = starts.astimezone(UTC), ends.astimezone(UTC)
    if first.date() == last.date():
        return f"{instant(first)}-{_exact_clock(last)}"
    return f"{instant(first)} - {instant(last)}"


def instant(at: datetime) -> str:
    """A time in UTC, as `interval` has its first one.

    >>> instant(datetime(2026, 12, 1, 10, 31, 5, 250_000, tzinfo=UTC))
    '1 Dec 10:31:05.250'
    """
    utc = at.astimezone(UTC)
    return f"{day(utc)} {_exact_clock(utc)}"


def _exact_clock(utc: datetime) -> str:
    decimals = f".{utc.microsecond // 1000:03}" if utc.microsecond else ""
    return f"{utc.hour:02}:{utc.minute:02}:{utc.second:02}{decimals}"


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


def in_time(resource: Resource) -> str:
    """What a resource is to a fleet that plans; nothing where it is held while tasks run, and free at once after."""
    said = [] if resource.kind == Kind.RENEWABLE else [resource.kind]
    if resource.turnaround_s:
        said.append(f"turnaround {resource.turnaround_s:g} s")
    turn = resource.transition or {}
    if "rate" in turn:
        settles = f", settles in {turn['settle_s']:g} s" if turn.get("settle_s") else ""
        said.append(f"turns by {turn['detail']}, {turn['rate']:g}° in a second{settles}")
    if modes := turn.get("seconds"):
        said.append(f"{turn['detail']}: {cropped(', '.join(modes), 80)}")
    return "; ".join(said)


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


def spot(place: tuple[float, float]) -> str:
    """A latitude and a longitude in degrees.

    >>> spot((48.137, 11.575)), spot((-33.9, -70.0))
    ('48.1° N 11.6° E', '33.9° S 70.0° W')
    """
    return _compass(*place, "{:.1f}".format)


def _compass(latitude: float, longitude: float, write: Callable[[float], str]) -> str:
    up, across = ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")
    return f"{write(abs(latitude))}° {up} {write(abs(longitude))}° {across}"


def degrees(angle: float) -> str:
    """With one decimal.

    >>> degrees(9.96)
    '10.0°'
    """
    return f"{angle:.1f}°"


def kilometres(distance: float) -> str:
    """Whole ones."""
    return f"{distance:,.0f} km"


def uses(task: Task) -> str:
    """The resources of a task that was told them (`tell_uses`), in the order sent, with amounts above one."""
    return ", ".join(name if amount == 1 else f"{amount} {name}" for name, amount in task.uses.items())


def place(geometry: Mapping[str, Any]) -> str:
    """A point as latitude and longitude, with all the digits that were sent; else GeoJSON.

    >>> place({"type": "Point", "coordinates": [13.40501, -52.5]})
    '52.5° S 13.40501° E'
    """
    if geometry.get("type") != "Point":
        return json.dumps(geometry)
    longitude, latitude = geometry["coordinates"][:2]
    return _compass(latitude, longitude, str)


def details(said: Mapping[str, Any]) -> str:
    """What an opportunity says besides.

    >>> details({"mode": "spot", "roll": -12.25})
    'mode spot, roll -12.25'
    """
    return words_of({name.replace("_", " "): is_ for name, is_ in said.items()})


def cropped(text: str, length: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
