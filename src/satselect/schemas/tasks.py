"""Tasks as clients send them. The shapes of answers are apart: a command that selects from a file needs none."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Amounts
from satselect.schemas.fields.examples import CAPTURE, EVENING, shown
from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.limits import MAX_ATTEMPTS, Limits
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.satellites import SatelliteNames
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.json_reader import Json, read_json
from satselect.schemas.reading.validation import validate


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
