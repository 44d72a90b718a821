"""The types of options: each turns the text of an option into a value.

All raise `argparse.ArgumentTypeError`, in words that a user can act on. Nothing but the standard library is loaded,
because `--help` loads this, too.
"""

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from uuid import UUID

_MOST_DAYS = 100_000  # 270 years: far from where Python's dates end
_MOST_HOURS = 24 * 365
_MOST_PORT = 65_535
_MOST_DIGITS = 15  # a float holds every whole number of so many
_MOST_UNITS = 10**12  # `MAX_AMOUNT` of the engine, which `--help` must not load


def seconds(text: str) -> float:
    """A length of time: finite, 0 or more."""
    try:
        given = float(text)
    except ValueError:
        given = -1.0
    if not 0 <= given < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a length of time")
    return given


def hours(text: str) -> float:
    """At most a year."""
    given = seconds(text)
    if given > _MOST_HOURS:
        raise ArgumentTypeError(f"{text!r} hours are more than a year")
    return given


def days(text: str) -> float:
    """A number of days, 0 or more."""
    try:
        given = float(text)
    except ValueError:
        given = -1.0
    if not 0 <= given <= _MOST_DAYS:
        raise ArgumentTypeError(f"{text!r} is not a number of days")
    return given


def factor(text: str) -> float:
    """How many times faster than the clock: above 0."""
    given = seconds(text)
    if given == 0:
        raise ArgumentTypeError("the clock has to go on")
    return given


def time(text: str) -> datetime:
    """A time in UTC, which is assumed where no offset is given."""
    return _moment(text, "a time like 2026-12-01T08:00Z")


def date(text: str) -> datetime:
    """The first moment of a date, in UTC; a time of day is taken, too."""
    return _moment(text, "a date like 2026-01-31")


def port(text: str) -> int:
    """A port, or 0 for a free one."""
    return _whole(text, _MOST_PORT, "a port", least=0)


def lifetime(text: str) -> int:
    """A whole number of days, 1 or more."""
    return _whole(text, _MOST_DAYS, "a number of days")


def count(text: str) -> int:
    """A whole number from 1 to 999."""
    # To Python superscripts are digits, too, and no number.
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1_000:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 999")
    return int(text)


def task_limit(text: str) -> int | None:
    """A number of tasks; None for the usual one."""
    if text == "usual":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ArgumentTypeError(f"{text!r} is neither a number of tasks nor 'usual'")
    return int(text)


def identifier(text: str) -> UUID:
    """The id of a row."""
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an id") from None


def capacity(text: str) -> tuple[str, int]:
    """The name of a resource and its units."""
    name, _, units = text.rpartition("=")
    is_whole = units.isascii() and units.isdigit() and len(units) <= _MOST_DIGITS
    if not name.strip() or not is_whole or int(units) > _MOST_UNITS:
        raise ArgumentTypeError(f"{text!r} is not NAME=UNITS, with a whole number of units up to 10^12")
    return name, int(units)


def _whole(text: str, most: int, what: str, *, least: int = 1) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS or not least <= int(text) <= most:
        raise ArgumentTypeError(f"{text!r} is not {what} from {least} to {most}")
    return int(text)


def _moment(text: str, what: str) -> datetime:
    try:
        # Python cuts what is finer than microseconds, too, and reads a date as its first moment.
        moment = datetime.fromisoformat(text.upper())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not {what}") from None
