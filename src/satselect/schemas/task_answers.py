"""Tasks as clients get them back."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from satselect.schemas.fields.amounts import Amounts
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, CAPTURE, EVENING, ITERATION, TASK, page_of, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.opportunities import OpportunityAnswer, Span, UnsearchedAnswer
from satselect.schemas.tasks import Status


class QuickTask(BaseModel):
    """A scheduled task as the quick endpoint answers it."""

    name: str
    resources: Amounts
    profit: Profit


class QuickAnswer(BaseModel):
    """What the quick endpoint answers: the tasks scheduled, the most profitable first."""

    model_config = ConfigDict(json_schema_extra=shown({"tasks": [CAPTURE]}))

    tasks: list[QuickTask]


class TaskAnswer(Tagged):
    """A task as it is."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": TASK,
                **CAPTURE,
                "satellites": None,
                "not_before": None,
                "deadline": EVENING,
                "max_attempts": 2,
                "reference": "order 1098",
                "payload": {"target": [52.52, 13.4]},
                "fleet": "default",
                "satellite": "default",
                "status": "scheduled",
                "created": AT,
                "updated": AT,
                "attempts": 0,
                "iteration": ITERATION,
            }
        )
    )

    id: UUID
    name: str
    resources: Amounts
    profit: Profit
    satellites: list[str] | None
    not_before: Moment | None
    deadline: Moment | None
    max_attempts: int
    reference: str | None
    payload: dict[str, Any] | None
    fleet: str
    satellite: str | None
    status: Status
    created: Moment
    updated: Moment
    attempts: int
    iteration: UUID | None
    starts: Moment | None = where_there("of a plan: when it is planned to begin")
    ends: Moment | None = where_there("of a plan: when it is planned to end")
    is_frozen: bool | None = where_there("of a plan: whether that does not change any more")
    duration: float | None = where_there("of a plan: seconds; the whole of an opportunity if missing")
    window: Span | None = where_there("of a plan: the times between which it may run")
    deliver_by: Moment | None = where_there("of a plan: when what it puts into reservoirs has to be on the ground")
    opportunities: list[OpportunityAnswer] | None = where_there("of a plan: when it may run, and where")
    target: dict[str, Any] | None = where_there("what satellites look at, as it was sent")
    searched_until: Moment | None = where_there(
        "of a target: up to when its opportunities are known; missing until they are worked out"
    )
    unsearched: list[UnsearchedAnswer] | None = where_there(
        "of a target: satellites for which nothing, or not all of it, can be worked out"
    )


class TaskPage(BaseModel):
    """Some tasks, newest first, and where the next ones are."""

    model_config = ConfigDict(json_schema_extra=page_of(TaskAnswer))

    items: list[TaskAnswer]
    next: str | None
