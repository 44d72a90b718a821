"""Times: aware datetimes outside, whole milliseconds from the start of the horizon inside."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from numbers import Real
from typing import Self

from satselect.engine.problem.errors import InvalidArgumentError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_MOST_SECONDS = 10**10  # some 317 years: a timedelta holds it, and so do int64 milliseconds by far


def aware(field: str, value: object) -> datetime:
    """The time in UTC.

    Raises:
        InvalidArgumentError: it is no time, or has no offset from UTC.
    """
    if not isinstance(value, datetime):
        raise InvalidArgumentError(field=field, value=value, why="must be a datetime")
    if value.utcoffset() is None:
        raise InvalidArgumentError(field=field, value=value, why="must have an offset from UTC")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InvalidArgumentError(field=field, value=value, why="must be within the years 1 to 9999, in UTC") from None


def length(field: str, value: object) -> timedelta:
    """A length of time, given as seconds or as a timedelta.

    Raises:
        InvalidArgumentError: it is none, or below 0.
    """
    if isinstance(value, timedelta) and value >= timedelta(0):
        return value
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 <= float(value) <= _MOST_SECONDS:  # type: ignore[arg-type]
        raise InvalidArgumentError(field=field, value=value, why="must be seconds >= 0, or a timedelta")
    return timedelta(seconds=float(value))  # type: ignore[arg-type]


def milliseconds(span: timedelta) -> int:
    """The least number of whole milliseconds that holds this length."""
    return -(-span // _MS)  # floor division of the negative rounds up, and floats are never asked


def microseconds(time: datetime) -> int:
    """Microseconds since 1970, exactly."""
    since = time - _EPOCH
    return (since.days * 86400 + since.seconds) * 10**6 + since.microseconds


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead is planned: from start to end, both whole milliseconds of UTC."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, given: object) -> Self:
        """The horizon from one aware time to another, rounded inward.

        Raises:
            InvalidArgumentError: it is no pair of aware times, or ends before it starts.
        """
        if isinstance(given, Horizon):
            return cls(given.start, given.end)
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise InvalidArgumentError(field="horizon", value=given, why="must be a start and an end")
        start, end = aware("horizon start", given[0]), aware("horizon end", given[1])
        if end < start:
            raise InvalidArgumentError(field="horizon", value=end, why=f"must not end before it starts, at {start}")
        first = _EPOCH - (_EPOCH - start) // _MS * _MS
        last = _EPOCH + (end - _EPOCH) // _MS * _MS
        return cls(first, max(first, last))  # a horizon within one millisecond has none to plan

    @property
    def length(self) -> int:
        """Milliseconds from start to end."""
        return (self.end - self.start) // _MS

    def first_within(self, time: datetime) -> int:
        """The first whole millisecond at or after the time."""
        return -((self.start - time) // _MS)

    def last_within(self, time: datetime) -> int:
        """The last whole millisecond at or before the time."""
        return (time - self.start) // _MS

    def at(self, at: int) -> datetime:
        """The time so many milliseconds after the start."""
        return self.start + at * _MS
