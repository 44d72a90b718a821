"""Calendars as RFC 5545 writes them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from satselect._version import __version__
from satselect.exports.facts import visible
from satselect.exports.times import SECOND, inward

_MOST_OCTETS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something in a calendar, which blocks no time of its reader.

    Attributes:
        uid: what it keeps when it changes.
        start: aware.
        end: aware; the first moment that is no part of it.
        summary: its title.
        description: more, in lines.
        location: where; left out if empty.
        categories: what kind it is.
        status: how sure it is, if that is known.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    location: str = ""
    categories: Sequence[str] = ()
    status: Literal["CONFIRMED", "TENTATIVE"] | None = None


def calendar_of(events: Iterable[Event], made_at: datetime) -> str:
    """The calendar, with times in UTC: the format has no words for an hour that a time zone repeats.

    It has whole seconds only, so times are rounded inward to them. An event of no length has no end, as the RFC asks.

    Args:
        events: in the order in which they are written.
        made_at: when, aware.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//satselect//satselect {__version__}//EN"]
    for event in events:
        lines += _lines(event, made_at)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _lines(event: Event, made_at: datetime) -> Iterator[str]:
    start, end = inward(event.start, event.end, SECOND)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_time(made_at)}"
    yield f"DTSTART:{_time(start)}"
    if start < end:
        yield f"DTEND:{_time(end)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(_text, event.categories))}"
    if event.status:
        yield f"STATUS:{event.status}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _time(moment: datetime) -> str:
    in_utc = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return in_utc.isoformat().replace("-", "").replace(":", "") + "Z"


def _text(text: str) -> str:
    """One line of text: the only line end that the format has is a written one, and tabs are blanks."""
    plain = visible(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    # The backslash first: those that the other two get must stay single.
    for letter in "\\;,":
        plain = plain.replace(letter, f"\\{letter}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, no character torn apart."""
    folded: list[str] = []
    room = _MOST_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            folded.append("\r\n ")
            room = _MOST_OCTETS - 1  # the blank counts
        folded.append(letter)
        room -= size
    return "".join(folded)
