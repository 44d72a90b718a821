"""Iterations as clients see them."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from satselect.schemas.moments import Moment
from satselect.schemas.tasks import TaskAnswer


class Quality(StrEnum):
    """What is known about a selection: proven to be the best one, or at least one that fits."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


class IterationAnswer(BaseModel):
    """The recorded outcome of one run of the selection over the buffer of a fleet."""

    id: UUID
    fleet: str
    created: Moment
    status: Quality
    profit: float
    objective: float
    bound: float | None
    gap: float | None
    proof: str
    greedy_profit: float | None
    duration_s: float
    capacities: dict[str, int]
    prices: dict[str, float]
    tasks: list[TaskAnswer]
    buffered: int
