"""Outages as clients send them and get them back."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, EVENING, page_of, shown
from satselect.schemas.fields.labels import FoldedLabel, Label
from satselect.schemas.fields.moments import Moment

NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands for what was not sent, where null is no value."""


class NewOutage(BaseModel):
    """That something is out of service.

    A satellite, a resource of a satellite, or, without a satellite, a resource that the satellites share.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown(
            {"satellite": "default", "resource": "camera", "until": EVENING, "words": "cover closed"}
        ),
    )

    satellite: FoldedLabel | None = None
    resource: FoldedLabel | None = None
    starts: Moment | None = Field(default=None, alias="from", description="now if missing")
    until: Moment | None = Field(default=None, description="until further notice if missing")
    words: Label | None = None


class OutagePatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"until": "2026-11-23T15:00:00Z"})
    )

    starts: Moment = Field(default=NEVER, alias="from")
    until: Moment | None = None
    words: Label | None = None


class OutageAnswer(Tagged):
    """That something is out of service."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": 7,
                "fleet": "default",
                "satellite": "default",
                "resource": "camera",
                "from": AT,
                "until": EVENING,
                "words": "cover closed",
            }
        )
    )

    id: int
    fleet: str
    satellite: str | None
    resource: str | None
    starts: Moment = Field(alias="from")
    until: Moment | None = Field(description="null until further notice")
    words: str


class OutagePage(BaseModel):
    """Some outages, newest first, and where the next ones are."""

    model_config = ConfigDict(json_schema_extra=page_of(OutageAnswer))

    items: list[OutageAnswer]
    next: str | None


NEW_OUTAGE: TypeAdapter[NewOutage] = TypeAdapter(NewOutage)
OUTAGE_PATCH: TypeAdapter[OutagePatch] = TypeAdapter(OutagePatch)
