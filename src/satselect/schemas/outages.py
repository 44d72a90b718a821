"""Outages as clients send them and get them back."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.entity_tags import Tagged
from satselect.schemas.labels import FoldedLabel, Label
from satselect.schemas.moments import Moment

NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands for what was not sent, where null is no value."""


class NewOutage(BaseModel):
    """That something is out of service.

    A satellite, a resource of a satellite, or, without a satellite, a resource that the satellites share.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    satellite: FoldedLabel | None = None
    resource: FoldedLabel | None = None
    starts: Moment | None = Field(default=None, alias="from", description="now if missing")
    until: Moment | None = Field(default=None, description="until further notice if missing")
    words: Label | None = None


class OutagePatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    starts: Moment = Field(default=NEVER, alias="from")
    until: Moment | None = None
    words: Label | None = None


class OutageAnswer(Tagged):
    """That something is out of service."""

    id: int
    fleet: str
    satellite: str | None
    resource: str | None
    starts: Moment = Field(alias="from")
    until: Moment | None = Field(description="null until further notice")
    words: str


class OutagePage(BaseModel):
    """Some outages, newest first, and where the next ones are."""

    items: list[OutageAnswer]
    next: str | None


NEW_OUTAGE: TypeAdapter[NewOutage] = TypeAdapter(NewOutage)
OUTAGE_PATCH: TypeAdapter[OutagePatch] = TypeAdapter(OutagePatch)
