"""Passes as a calendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from satselect.exports.calendars import Event, calendar_of
from satselect.orbits.views import Pass


def calendar(passes: Iterable[Pass], made_at: datetime) -> str:
    """The passes as events, which keep their ids as long as satellite, station and the minute of the maximum do.

    Args:
        passes: in any order.
        made_at: when, aware.
    """
    return calendar_of(map(_event, passes), made_at)


def _event(one: Pass) -> Event:
    # To the minute, for newer elements move it by seconds, and it is the same pass.
    known = f"{one.elements.key}|{one.station}|{one.highest_at:%Y-%m-%dT%H:%M}"
    return Event(
        uid=f"{sha256(known.encode()).hexdigest()[:32]}@satselect",
        start=one.start,
        end=one.end,
        summary=f"{one.satellite} over {one.station}, {one.maximum_elevation:.0f}°",
        description=(
            f"from {one.azimuth_at_start:.0f}° to {one.azimuth_at_end:.0f}°, highest at {one.highest_at:%H:%M:%S} UTC "
            f"in {one.azimuth_at_highest:.0f}°, {one.range_km:.0f} km away{'; cut by the search' if one.is_cut else ''}"
        ),
        location=one.station,
    )
