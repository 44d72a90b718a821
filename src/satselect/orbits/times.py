"""Times: aware datetimes outside, seconds from the start of a search inside.

Seconds inside are real ones. UTC skips none and repeats none unless a leap second falls between two times; a search
never spans one, but elements may be older than one, and the margin around a search may reach over one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Self

import numpy as np

from satselect.orbits.errors import LeapSecondError, TimeError
from satselect.orbits.shapes import Floats

_LEAPS = """
1972-07-01 1973-01-01 1974-01-01 1975-01-01 1976-01-01 1977-01-01 1978-01-01 1979-01-01 1980-01-01 1981-07-01
1982-07-01 1983-07-01 1985-07-01 1988-01-01 1990-01-01 1991-01-01 1992-07-01 1993-07-01 1994-07-01 1996-01-01
1997-07-01 1999-01-01 2006-01-01 2009-01-01 2012-07-01 2015-07-01 2017-01-01
"""
LEAPS: Sequence[datetime] = tuple(datetime.fromisoformat(f"{day}T00:00:00+00:00") for day in _LEAPS.split())
"""The midnights before which UTC had a second more (IERS Bulletin C); none has been announced since."""

_LONGEST = timedelta(days=366)
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_DAY_S = 86_400.0


def utc(value: object, field: str) -> datetime:
    """The time in UTC.

    Raises:
        TimeError: it is no time, or has no offset.
    """
    if not isinstance(value, datetime):
        raise TimeError(field=field, value=value, why="is not a datetime")
    if value.utcoffset() is None:
        raise TimeError(field=field, value=value, why="has no offset from UTC")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise TimeError(field=field, value=value, why="is out of range") from None


def leaps_between(earlier: datetime, later: datetime) -> int:
    """Leap seconds from one time to another; negative if the first is the later one."""
    return sum(leap <= later for leap in LEAPS) - sum(leap <= earlier for leap in LEAPS)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Real seconds from one time to another, leap seconds counted."""
    return (later - earlier).total_seconds() + leaps_between(earlier, later)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is searched, in UTC."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: object, end: object) -> Self:
        """The span between two aware times.

        Raises:
            TimeError: one is no aware time, or they are in the wrong order or more than 366 days apart.
            LeapSecondError: a leap second lies between them.
        """
        first, last = utc(start, "start"), utc(end, "end")
        if last <= first:
            raise TimeError(field="end", value=end, why=f"is not after the start, {first.isoformat()}")
        if last - first > _LONGEST:
            raise TimeError(field="end", value=end, why=f"is more than {_LONGEST.days} days after the start")
        for leap in LEAPS:
            if first < leap <= last:
                raise LeapSecondError(leap)
        return cls(first, last)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    def days_from_j2000(self, seconds: Floats) -> Floats:
        """UTC days from 2000-01-01T12:00:00Z of times in seconds from the start, running on over leap seconds."""
        return np.asarray((self.start - _J2000) / timedelta(days=1) + seconds / _DAY_S)

    def first_within(self, seconds: float) -> datetime:
        """The first whole millisecond not before so many seconds from the start."""
        # To microseconds first: a last digit of the float must not take the next millisecond.
        return self._at(ceil(round(seconds * 1000, 3)))

    def last_within(self, seconds: float) -> datetime:
        """The last whole millisecond not after so many seconds from the start."""
        return self._at(floor(round(seconds * 1000, 3)))

    def nearest(self, seconds: float) -> datetime:
        """The whole millisecond nearest to so many seconds from the start."""
        return self._at(round(seconds * 1000))

    def _at(self, milliseconds: int) -> datetime:
        at = self.start + timedelta(milliseconds=milliseconds)
        # A clock that spans a leap second counts one less than the seconds that passed.
        leaps = leaps_between(self.start, at)
        return at - timedelta(seconds=leaps) if leaps else at
