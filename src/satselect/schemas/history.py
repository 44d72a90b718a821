"""What happened to a task, as clients see it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import AT, ITERATION, page_of, shown
from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.moments import Moment
from satselect.schemas.tasks import Status

# Of these two schemes only: pages show it as a link, and `javascript:` would be one, too.
_ADDRESS = r"^[hH][tT][tT][pP][sS]?://[^\s\x00/?#\\@]+[^\s\x00\\]*$"


class ReportLink(BaseModel):
    """Where something is that a task brought: a picture, or a STAC item that says where its parts are."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown(
            {"href": "https://example.org/items/1098", "rel": "item", "type": "application/geo+json"}
        ),
    )

    href: str = Field(max_length=2_000, pattern=_ADDRESS)
    rel: Label = "item"
    type: Label | None = None
    title: Label | None = None


class HistoryLine(BaseModel):
    """A change of a task's status, or an edit of a buffered task."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "at": AT,
                "before": "buffered",
                "after": "scheduled",
                "reason": "selected",
                "words": "",
                "links": [],
                "by": None,
                "iteration": ITERATION,
            }
        )
    )

    at: Moment
    before: Status | None
    after: Status
    reason: str
    words: str
    links: list[ReportLink] = Field(description="what the task brought, as its executor reported")
    by: str | None = Field(description="a user of the own account; null for the service itself and for others")
    iteration: UUID | None


class HistoryAnswer(BaseModel):
    """All that happened to a task, oldest first."""

    model_config = ConfigDict(json_schema_extra=page_of(HistoryLine))

    items: list[HistoryLine]
    next: None = None
