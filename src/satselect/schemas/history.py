"""What happened to a task, as clients see it."""

from uuid import UUID

from pydantic import BaseModel, Field

from satselect.schemas.moments import Moment
from satselect.schemas.tasks import Status


class HistoryLine(BaseModel):
    """A change of a task's status, or an edit of a buffered task."""

    at: Moment
    before: Status | None
    after: Status
    reason: str
    words: str
    by: str | None = Field(description="a user of the own account; null for the service itself and for others")
    iteration: UUID | None


class HistoryAnswer(BaseModel):
    """All that happened to a task, oldest first."""

    items: list[HistoryLine]
    next: None = None
