"""What somebody wants of a product, whichever version of a standard says it: when, where, and what else has to hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.moments import moment_of
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.opportunities import LAST
from satselect.schemas.ordering.places import Place

_OPEN = ("", "..")  # the two ways in which ISO 8601-2 writes an end that is not known, or open


@dataclass(frozen=True, slots=True)
class Interval:
    """From a time until another; an open end is None, and not both are.

    Attributes:
        text: as it was sent.
    """

    text: str
    starts: datetime | None
    ends: datetime | None


def _interval(value: object) -> Interval:
    if isinstance(value, Interval):
        return value
    ends = value.split("/") if isinstance(value, str) else []
    if not isinstance(value, str) or len(ends) != 2:
        raise PydanticCustomError("interval", "must be two times with a / between, one of which may be ..")
    starts, until = _end(ends[0]), _end(ends[1])
    if starts is None and until is None:
        raise PydanticCustomError("interval", "is open on both sides")
    if starts is not None and until is not None and starts >= until:
        raise PydanticCustomError("interval", "must end after it starts")
    # It will be closed by a horizon, for which the calendar has to have room.
    if until is None and starts is not None and starts >= LAST:
        raise PydanticCustomError("interval", "must start before the year 9900 if its end is open")
    return Interval(value, starts, until)


def _end(text: str) -> datetime | None:
    if text in _OPEN:
        return None
    try:
        return moment_of(text)
    except ValueError as error:
        raise PydanticCustomError("interval", "{why}", {"why": str(error)}) from None


When = Annotated[
    Interval,
    PlainValidator(_interval),
    WithJsonSchema(
        {"type": "string", "examples": ["2026-12-01T00:00:00Z/2026-12-03T00:00:00Z", "2026-12-01T00:00:00Z/.."]}
    ),
]


class Wish(BaseModel):
    """When, where, and a filter in CQL2 (JSON) on what an opportunity has to be like."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)

    datetime: When
    geometry: Place
    filter: Payload | None = Field(default=None, description="CQL2 in JSON over the queryables of the product")

    def as_sent(self) -> dict[str, Any]:
        """What is kept of it."""
        sent: dict[str, Any] = {"datetime": self.datetime.text, "geometry": self.geometry}
        return sent if self.filter is None else {**sent, "filter": self.filter}
