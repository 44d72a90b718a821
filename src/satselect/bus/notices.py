"""What the bus carries: that a batch is pending. The batch itself is in the database."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate

_LIMITS = Limits(body_bytes=4_096, depth=4)


class Notice(BaseModel):
    """That a batch is pending.

    Attributes:
        batch: its id.
        fleet: the slug of its fleet, for people who look at the bus.
        fleet_id: the row of its fleet.
        partition: which of the parts of all fleets that one is in.
        seq: the number of the batch in its fleet.
        traceparent: the span in which it was submitted; None if nobody traced.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: UUID
    fleet: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
    fleet_id: Annotated[int, Field(strict=True, ge=0)]
    partition: Annotated[int, Field(strict=True, ge=0)]
    seq: Annotated[int, Field(strict=True, ge=0)]
    traceparent: Annotated[str, Field(max_length=64)] | None = None


_NOTICE = TypeAdapter(Notice)


def read_notice(body: bytes) -> Notice:
    """The notice in a message.

    Raises:
        InputError: it is none.
    """
    return validate(_NOTICE, read_json(body, _LIMITS))
