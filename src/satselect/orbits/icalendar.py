"""Passes as a calendar (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from satselect._version import __version__
from satselect.orbits.views import Pass

_MOST_OCTETS = 75


def calendar(passes: Iterable[Pass], made_at: datetime) -> str:
    """The passes as events, which keep their ids as long as satellite, station and the minute of the maximum do.

    Args:
        passes: in any order.
        made_at: when, aware.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//satselect//satselect {__version__}//EN"]
    for one in passes:
        lines += _event(one, made_at)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Pass, made_at: datetime) -> Iterator[str]:
    known = f"{one.elements.key}|{one.station}|{one.highest_at:%Y-%m-%dT%H:%M}"
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(known.encode()).hexdigest()[:32]}@satselect"
    yield f"DTSTAMP:{_time(made_at)}"
    start = one.start + timedelta(microseconds=999_999)  # the first whole second within
    yield f"DTSTART:{_time(start)}"
    yield f"DTEND:{_time(max(start, one.end))}"
    yield f"SUMMARY:{_text(f'{one.satellite} over {one.station}, {one.maximum_elevation:.0f}°')}"
    facts = (
        f"from {one.azimuth_at_start:.0f}° to {one.azimuth_at_end:.0f}°, highest at {one.highest_at:%H:%M:%S} UTC in "
        f"{one.azimuth_at_highest:.0f}°, {one.range_km:.0f} km away{'; cut by the search' if one.is_cut else ''}"
    )
    yield f"DESCRIPTION:{_text(facts)}"
    yield f"LOCATION:{_text(one.station)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _time(moment: datetime) -> str:
    """Whole seconds, rounded down: all that the format has."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    plain = "".join(letter for letter in text if letter >= " " or letter == "\n")
    for letter in "\\;,":
        plain = plain.replace(letter, f"\\{letter}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, no character torn apart."""
    folded, room = "", _MOST_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            folded, room = f"{folded}\r\n ", _MOST_OCTETS - 1
        folded, room = folded + letter, room - size
    return folded
