"""When a task may run on a satellite, as it is sent and as it is answered."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.labels import FoldedLabel
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there

LONGEST = timedelta(days=3_660)
"""Of one opportunity or pass: ten years."""
LAST = datetime(9900, 1, 1, tzinfo=UTC)
"""Before it they end: what is planned adds to times, and a calendar has an end."""


class Span(BaseModel):
    """From a time until another: the last moment is no part of it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)

    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.ends < self.starts:
            raise PydanticCustomError("order", "until is before from")
        return self

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Both."""
        return self.starts, self.ends


class PlannedSpan(Span):
    """One that plans are made of, so it has an end in sight."""

    @model_validator(mode="after")
    def _check_reach(self) -> Self:
        if self.ends >= LAST:
            raise PydanticCustomError("order", "until must be before the year 9900")
        if self.ends - self.starts > LONGEST:
            raise PydanticCustomError("order", "it lasts longer than ten years")
        return self


class NewOpportunity(PlannedSpan):
    """When a task may run on a satellite."""

    satellite: FoldedLabel
    profit: Profit | None = Field(default=None, description="what the task is worth here, if it differs")
    details: Payload = Field(default_factory=dict, description="what else is known, as the off-nadir angle")


class UnsearchedAnswer(BaseModel):
    """A satellite for which no opportunities of a target can be worked out."""

    satellite: str
    reason: str = Field(description="no_elements, stale, decayed or unreadable")
    detail: str


class OpportunityAnswer(BaseModel):
    """When a task may run on a satellite."""

    model_config = ConfigDict(populate_by_name=True)

    satellite: str
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    profit: float | None
    details: dict[str, Any]
    elements: int | None = where_there("of a target: the id of the elements that it was worked out from")
