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


class LackAnswer(BaseModel):
    """How much a task needs of a resource, and how much there was of it before anybody used it."""

    needs: int
    has: int
    out_of_service: bool


class ExplanationAnswer(BaseModel):
    """What decided about a task."""

    task: UUID
    status: Status
    iteration: UUID | None = Field(description="the last one that considered it")
    displaced_by: dict[str, list[Holder]] = Field(
        description="by resource, or by satellite/resource where there are several, who holds what it would need"
    )
    lacking: dict[str, LackAnswer] = Field(description="by resource, what there was too little of for it alone")
    satellites_out: list[str] = Field(description="those that were out of service, of those on which it may run")
    price: float | None = Field(
        description="what the resources that it uses were worth on the cheapest satellite, an estimate from above"
    )
    break_even_profit: float | None = Field(
        description="exact: the smallest profit with which it could have been selected; null if that is not proven"
    )
