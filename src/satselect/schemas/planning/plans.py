"""Tasks in time, resources that come back, and passes, as they are sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Capacity
from satselect.schemas.fields.examples import TIMED, shown
from satselect.schemas.fields.labels import EACH_ONCE, FoldedLabel, Label
from satselect.schemas.fields.limits import Limits
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.seconds import Seconds
from satselect.schemas.horizons import ABOVE_CAPACITY
from satselect.schemas.opportunities import NewOpportunity, PlannedSpan, Span
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.json_reader import Json, read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import BATCH, NewTask, check_size
from satselect.schemas.transitions import NewTransition


class NewTimedTask(NewTask):
    """A task that may ask for an interval: without opportunities and target it takes the whole horizon."""

    model_config = ConfigDict(json_schema_extra=shown(TIMED))

    duration: Seconds | None = Field(default=None, description="seconds; the whole opportunity if missing")
    opportunities: list[NewOpportunity] | None = None
    window: Span | None = None
    deliver_by: Moment | None = None
    target: NewTarget | None = Field(
        default=None, description="instead of opportunities: they are worked out from the elements of satellites"
    )

    @property
    def is_timed(self) -> bool:
        """Whether it asks for an interval."""
        return self.opportunities is not None or self.target is not None

    @model_validator(mode="after")
    def _check_time(self) -> Self:
        if words := self.contradiction:
            raise PydanticCustomError("time", "{words}", {"words": words})
        return self

    @property
    def contradiction(self) -> str | None:
        """What it asks for in time that doesn't go together; None if nothing."""
        for name in ("duration", "window", "deliver_by"):
            if not self.is_timed and getattr(self, name) is not None:
                return f"{name} is for a task with opportunities"
        if self.opportunities is not None and self.target is not None:
            return "opportunities are worked out for a target, so they can't be given"
        if self.opportunities is not None and self.satellites is not None:
            return "opportunities say which satellites, so satellites can't"
        for spot in self.opportunities or ():
            if self.duration is not None and (spot.ends - spot.starts).total_seconds() < self.duration:
                return "the duration is longer than an opportunity"
        if self.opportunities and self.deliver_by and all(end > self.deliver_by for end in self._first_ends()):
            return "deliver_by is before it could be over"
        return None

    def _first_ends(self) -> Iterator[datetime]:
        """When it would be over at the earliest, in each opportunity."""
        for spot in self.opportunities or ():
            yield spot.ends if self.duration is None else spot.starts + timedelta(seconds=self.duration)


class NewPass(PlannedSpan):
    """A contact of a satellite."""

    satellite: FoldedLabel
    station: Label | None = None
    drains: Annotated[dict[FoldedLabel, Annotated[Capacity, Field(strict=True)]], EACH_ONCE] = Field(
        default_factory=dict
    )


class NewResource(BaseModel):
    """How much there is of a resource, and how it comes back; a number is so many renewable units."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    units: Capacity = 1
    kind: Literal["renewable", "budget", "reservoir"] = "renewable"
    turnaround: Seconds = 0.0
    level: Capacity = 0

    @model_validator(mode="after")
    def _check_level(self) -> Self:
        if self.level > self.units:
            raise PydanticCustomError("level", ABOVE_CAPACITY, {"units": self.units})
        return self


def _units(value: object, read: Any) -> NewResource:  # noqa: ANN401
    resource: NewResource = read(value if isinstance(value, dict) else {"units": value})
    return resource


Resources = Annotated[dict[FoldedLabel, Annotated[NewResource, WrapValidator(_units)]], EACH_ONCE]
OF_TIME = ("opportunities", "duration", "window", "deliver_by", "target")
"""What a task says of time."""
_TASKS: TypeAdapter[list[NewTimedTask]] = TypeAdapter(Annotated[list[NewTimedTask], Field(strict=True)])
PASSES: TypeAdapter[list[NewPass]] = TypeAdapter(Annotated[list[NewPass], Field(strict=True)])
OWNED: TypeAdapter[dict[str, Resources]] = TypeAdapter(Annotated[dict[FoldedLabel, Resources], EACH_ONCE])
TRANSITIONS: TypeAdapter[dict[str, NewTransition]] = TypeAdapter(Annotated[dict[FoldedLabel, NewTransition], EACH_ONCE])


def read_timed_tasks(body: bytes, limits: Limits) -> list[NewTimedTask]:
    """The tasks that a document holds.

    Raises:
        InputError: it holds something else, with every fault.
    """
    return validate(_TASKS, _listed(body, limits))


def read_any_tasks(body: bytes, limits: Limits) -> Sequence[NewTask]:
    """The same, as tasks without time where none of them says anything of it."""
    document = _listed(body, limits)
    if say_time(document):
        return validate(_TASKS, document)
    return validate(BATCH, document)


def _listed(body: bytes, limits: Limits) -> list[Json]:
    document = read_json(body, limits)
    if not isinstance(document, list):
        raise InvalidError([Fault("must be a list of tasks")])
    check_size(document, limits)
    check_opportunities(document, limits)
    return document


def say_time(tasks: Sequence[Json]) -> bool:
    """Whether one of what may be tasks says anything of time."""
    return any(isinstance(task, dict) and any(name in task for name in OF_TIME) for task in tasks)


def check_opportunities(tasks: Sequence[Json], limits: Limits, pointer: str = "") -> None:
    """Looks how many opportunities there are in what may be tasks, at that place of the request.

    Raises:
        InvalidError: there are too many.
    """
    given = (task.get("opportunities") for task in tasks if isinstance(task, dict))
    count = sum(len(some) for some in given if isinstance(some, list))
    if count > limits.candidates:
        detail = f"the tasks have {count} opportunities in all; at most {limits.candidates} fit in one request"
        raise InvalidError([Fault(detail, pointer)])
