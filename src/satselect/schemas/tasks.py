"""Tasks as clients send them and as they get them back."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Amounts
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, CAPTURE, EVENING, ITERATION, TASK, page_of, shown
from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.limits import MAX_ATTEMPTS, Limits
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.opportunities import OpportunityAnswer, Span, UnsearchedAnswer
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.json_reader import Json, read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.satellites import SatelliteNames


class Status(StrEnum):
    """Where a task is in its life."""

    BUFFERED = "buffered"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class NewTask(BaseModel):
    """A task as it is sent."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({**CAPTURE, "deadline": EVENING, "reference": "order 1098"}),
    )

    name: Label
    resources: Amounts
    profit: Profit
    satellites: SatelliteNames | None = Field(default=None, description="it may run on; any of the fleet if missing")
    not_before: Moment | None = None
    deadline: Moment | None = None
    max_attempts: Annotated[int, Field(ge=1, le=MAX_ATTEMPTS)] = 1
    reference: Label | None = None
    payload: Payload | None = None

    @model_validator(mode="after")
    def _check_eligibility(self) -> Self:
        if self.not_before and self.deadline and self.deadline < self.not_before:
            raise PydanticCustomError("window", "the deadline is before not_before")
        return self


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


BATCH: TypeAdapter[list[NewTask]] = TypeAdapter(Annotated[list[NewTask], Field(strict=True)])


def read_tasks(body: bytes, limits: Limits) -> list[NewTask]:
    """The tasks that a request holds.

    Raises:
        TooLargeError: it is longer than the limit.
        MalformedError: it is not JSON.
        InvalidError: it is something else than tasks, with every fault.
    """
    document = read_json(body, limits)
    if not isinstance(document, list):
        raise InvalidError([Fault("must be a list of tasks")])
    check_size(document, limits)
    return validate(BATCH, document)


def check_size(tasks: Sequence[Json], limits: Limits, pointer: str = "") -> None:
    """Looks how much is asked for before more is done with it.

    Args:
        tasks: what may be tasks.
        limits: how many of them, and of what they use, fit in one request.
        pointer: where they are in the request.

    Raises:
        InvalidError: there are too many, or they use too much.
    """
    if len(tasks) > limits.tasks:
        raise InvalidError([Fault(f"{len(tasks)} tasks; at most {limits.tasks} fit in one request", pointer)])
    used = (task.get("resources") for task in tasks if isinstance(task, dict))
    uses = sum(len(resources) for resources in used if isinstance(resources, list | dict))
    if uses > limits.uses:
        detail = f"the tasks name {uses} resources in all; at most {limits.uses} fit in one request"
        raise InvalidError([Fault(detail, pointer)])
