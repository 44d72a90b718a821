"""Explanations as clients see them."""

from uuid import UUID

from pydantic import BaseModel, Field

from satselect.schemas.profits import Profit
from satselect.schemas.tasks import Status


class Holder(BaseModel):
    """A selected task that holds what another one needs."""

    id: UUID | None
    name: str
    profit: Profit | None


class ExplanationAnswer(BaseModel):
    """What decided about a task."""

    task: UUID
    status: Status
    iteration: UUID | None = Field(description="the last one that considered it")
    displaced_by: dict[str, list[Holder]] = Field(description="by resource, who holds what it would need")
    price: float | None = Field(description="what the resources that it uses were worth, an estimate from above")
    break_even_profit: float | None = Field(
        description="exact: the smallest profit with which it could have been selected; null if that is not proven"
    )
