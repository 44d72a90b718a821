"""Times as RFC 3339 writes them."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_MICROSECONDS = 6
"""So many decimals are kept: what is finer is cut off, as clocks do it, so that no moment lies after the one sent."""
_MOST_CHARACTERS = 100  # before a pattern is tried on it


def moment_of(text: str) -> datetime:
    """The moment in UTC, cut to microseconds.

    Raises:
        ValueError: it is none; its words say why.
    """
    parts = _RFC_3339.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    if parts is None:
        raise ValueError("must be a time like 2026-01-31T12:00:00Z (RFC 3339)")
    day, time, decimals, zone, _ = parts.groups()
    if time.endswith(":60"):
        raise ValueError("leap seconds are not known here: take second 59 or the next minute")
    if time.startswith("24"):
        raise ValueError("there is no hour 24: take 00:00:00 of the next day")
    written = f"{day}T{time}.{(decimals or '')[:_MICROSECONDS]:0<{_MICROSECONDS}}{zone.upper()}"
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"is no time that there is: {error}") from None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside of the years 1 to 9999, in UTC") from None


def _utc(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return moment_of(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("moment", "{why}", {"why": str(error)}) from None


def written(moment: datetime) -> str:
    """The moment as it is answered: in UTC, with the decimals that it has."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    BeforeValidator(_utc),
    PlainSerializer(written, when_used="always"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment in UTC."""
