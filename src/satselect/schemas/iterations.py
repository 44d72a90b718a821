"""Iterations as clients see them."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import AT, ITERATION, example_of, page_of, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.task_answers import TaskAnswer


class Quality(StrEnum):
    """What is known about a selection: proven to be the best one, or at least one that fits."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


class Cause(StrEnum):
    """What an iteration was made for: a request, or what let waiting tasks in by itself."""

    REQUEST = "request"
    COMPLETION = "completion"
    FAILURE = "failure"
    CANCELLATION = "cancellation"
    RETRY = "retry"
    EDIT = "edit"
    NOT_BEFORE = "not_before"
    OUTAGE = "outage"
    CAPACITY = "capacity"
    SETTINGS = "settings"
    TIMER = "timer"
    HORIZON = "horizon"


class IterationLine(BaseModel):
    """The recorded outcome of one run of the selection over the buffer of a fleet.

    A customer sees the own tasks; the sums over all, and the prices, are null.
    """

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": ITERATION,
                "fleet": "default",
                "created": AT,
                "status": "optimal",
                "profit": 9.2,
                "objective": 9.2,
                "bound": 9.2,
                "gap": 0.0,
                "proof": "duality",
                "greedy_profit": 9.2,
                "duration_s": 0.0004,
                "buffered": 2,
                "cause": "request",
            }
        )
    )

    id: UUID
    fleet: str
    created: Moment
    status: Quality
    profit: float | None
    objective: float | None = Field(description="what was maximised: the profit, aged if the fleet does that")
    bound: float | None = Field(description="no selection has a larger objective")
    gap: float | None
    proof: str | None
    greedy_profit: float | None
    duration_s: float
    buffered: int | None
    cause: Cause | None = Field(
        description="what it was made for: a request, or what let waiting tasks in, as the completion of another"
    )


class IterationAnswer(IterationLine):
    """An iteration, with what it scheduled."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                **example_of(IterationLine),
                "capacities": {"camera": 1, "disk": 1, "proc": 2},
                "prices": {"camera": 5.9, "disk": 0.4, "proc": 2.9},
                "tasks": [example_of(TaskAnswer)],
            }
        )
    )

    capacities: dict[str, int] | None = Field(
        description="by resource; where there are several satellites, a satellite's own as satellite/resource"
    )
    prices: dict[str, float] | None = Field(description="with the same names")
    tasks: list[TaskAnswer]


class IterationPage(BaseModel):
    """Some iterations, newest first, and where the next ones are."""

    model_config = ConfigDict(
        json_schema_extra=page_of(IterationLine, "http://localhost:8000/api/v1/fleets/default/iterations?cursor=7")
    )

    items: list[IterationLine]
    next: str | None


def supply_key(satellite: str | None, resource: str) -> str:
    """What a resource is called where several satellites may have one of that name: the satellite first.

    >>> supply_key("sat-1", "camera"), supply_key(None, "antenna"), supply_key(None, "north/antenna")
    ('sat-1/camera', 'antenna', '/north/antenna')
    """
    # No satellite has an empty slug: the leading slash keeps a shared name apart from those of satellites.
    return resource if satellite is None and "/" not in resource else f"{satellite or ''}/{resource}"
