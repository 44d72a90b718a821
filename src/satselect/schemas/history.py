"""What happened to a task, as clients see it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import AT, ITERATION, page_of, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.tasks import Status


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
    by: str | None = Field(description="a user of the own account; null for the service itself and for others")
    iteration: UUID | None


class HistoryAnswer(BaseModel):
    """All that happened to a task, oldest first."""

    model_config = ConfigDict(json_schema_extra=page_of(HistoryLine))

    items: list[HistoryLine]
    next: None = None
