"""Times in the units of a format, rounded inward: nothing is told to begin earlier or to end later than it does."""

from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def inward(start: datetime, end: datetime, unit: timedelta) -> tuple[datetime, datetime]:
    """The first and the last whole unit from start to end, both aware.

    What holds no whole unit is an instant at the one in which it starts: nothing nearer can be written.
    """
    first, last = _floor(start, unit), _floor(end, unit)
    if first < start:
        if last <= first:
            return first, first
        first += unit
    return first, last


def rfc_3339(moment: datetime) -> str:
    """In UTC, with the decimals that it has."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def rfc_3339_milliseconds(moment: datetime) -> str:
    """In UTC, with three decimals: readers of tables take the first cell's form for that of all."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """Since 1970, as an exact whole number; moments between two of them go to the earlier."""
    return (moment - _EPOCH) // MILLISECOND


def _floor(moment: datetime, unit: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % unit
