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


class IterationLine(BaseModel):
    """The recorded outcome of one run of the selection over the buffer of a fleet.

    A customer sees the own tasks; the sums over all, and the prices, are null.
    """

    id: UUID
    fleet: str
    created: Moment
    status: Quality
    profit: float | None
    objective: float | None
    bound: float | None
    gap: float | None
    proof: str | None
    greedy_profit: float | None
    duration_s: float
    buffered: int | None


class IterationAnswer(IterationLine):
    """An iteration, with what it scheduled."""

    capacities: dict[str, int] | None
    prices: dict[str, float] | None
    tasks: list[TaskAnswer]


class IterationPage(BaseModel):
    """Some iterations, newest first, and where the next ones are."""

    items: list[IterationLine]
    next: str | None
