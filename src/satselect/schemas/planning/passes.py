"""Passes of satellites, and plans, as clients send them and get them back."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, EVENING, TASK, example_of, page_of, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.planning.plans import NewPass
from satselect.schemas.tasks import Status

_EXAMPLE = {"satellite": "default", "from": AT, "until": EVENING, "station": "north", "drains": {"disk": 4}}


class PassAnswer(Tagged):
    """A contact of a satellite: it drains reservoirs, and delivers to a station if it names one."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra=shown({"id": 3, "fleet": "default", **_EXAMPLE}))

    id: int
    fleet: str
    satellite: str
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    station: str | None
    drains: dict[str, int]
    elements: int | None = where_there(
        "of a pass that was worked out: the id of the elements of the satellite that it comes from"
    )


class PassPage(BaseModel):
    """Some passes, by start, and where the next ones are."""

    model_config = ConfigDict(json_schema_extra=page_of(PassAnswer))

    items: list[PassAnswer]
    next: str | None


class PassList(BaseModel):
    """Passes that were made."""

    model_config = ConfigDict(json_schema_extra=page_of(PassAnswer))

    items: list[PassAnswer]
    next: None = None


class NewPasses(BaseModel):
    """Passes that a fleet gets; one that is there already is there once."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"passes": [_EXAMPLE]}))

    passes: Annotated[list[NewPass], Field(max_length=10_000)]


class PlannedTask(BaseModel):
    """A task with its time; without times if it takes what it uses all the time."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "task": TASK,
                "name": "capture",
                "reference": "order 1098",
                "profit": 9.2,
                "status": "scheduled",
                "satellite": "default",
                "starts": AT,
                "ends": EVENING,
                "is_frozen": True,
                "details": {"mode": "spot", "roll": -12.3},
            }
        )
    )

    task: UUID
    name: str
    reference: str | None
    profit: Profit
    status: Status
    satellite: str
    starts: Moment | None
    ends: Moment | None
    is_frozen: bool
    details: dict[str, Any] | None = where_there(
        "what its opportunity says besides, as the angle by which the satellite is turned, or its mode"
    )


class TurnAnswer(BaseModel):
    """The time that a resource takes from one use to the next, where that depends on both."""

    model_config = ConfigDict(populate_by_name=True)

    satellite: str | None = Field(description="null for a resource that satellites share")
    resource: str
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")


class PlanAnswer(BaseModel):
    """What a fleet has planned between two times, by start."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra=shown(
            {
                "fleet": "default",
                "from": AT,
                "until": EVENING,
                "frozen_until": AT,
                "items": [example_of(PlannedTask)],
                "next": None,
            }
        ),
    )

    fleet: str
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    frozen_until: Moment
    items: list[PlannedTask]
    transitions: list[TurnAnswer] | None = where_there("turns and changes of modes between them, for operators")
    next: str | None


NEW_PASSES: TypeAdapter[NewPasses] = TypeAdapter(NewPasses)
