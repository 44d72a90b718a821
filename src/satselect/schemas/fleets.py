"""Fleets, their satellites and resources as clients send them and get them back."""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Capacity
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import page_of, shown
from satselect.schemas.fields.labels import FoldedLabel, Label
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.horizons import (
    ABOVE_CAPACITY,
    FROZEN_WORDS,
    HORIZON_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    REPLAN_WORDS,
    STAY_WORDS,
    STEP_WORDS,
    TURNAROUND_WORDS,
    USUAL_STAY,
    USUAL_STEP_S,
    Frozen,
    Horizon,
    Kind,
    KindOf,
    Replan,
    Replanned,
    Stay,
    Step,
    Turnaround,
)
from satselect.schemas.transitions import TRANSITION_WORDS, NewTransition, Transition

MAX_SLUG_CHARACTERS = 64
AGEING_DECIMALS = 4  # few, so that aged profits are decimals that the engine sums exactly
MAX_AGEING = 1e5
"""In 10,000 hours that is 1e9, and floats of that size still tell profits apart that differ by a millionth."""
AGEING_WORDS = "what an hour of waiting adds to a task's profit, for the selection only"
RELEASE_WORDS = "when scheduled tasks give back what they use: each iteration, or when their execution is reported"

SETTLE_WORDS = (
    "seconds between two iterations that the fleet makes by itself, at least, when something lets waiting tasks in; "
    "null for none of these"
)
TIMER_WORDS = "seconds after an iteration until the next one, if tasks wait; null for no such timer"
USUAL_SETTLE_S = 5.0
LONGEST_S = 31 * 86400

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=MAX_SLUG_CHARACTERS)]
"""What addresses and tasks call a fleet or a satellite. It never changes."""


def _check_decimals(rate: float) -> float:
    if round(rate, AGEING_DECIMALS) != rate:
        raise PydanticCustomError("decimals", "must have at most {most} decimals", {"most": AGEING_DECIMALS})
    return rate


Ageing = Annotated[float, Field(ge=0, le=MAX_AGEING, allow_inf_nan=False), AfterValidator(_check_decimals)]
"""What an hour of waiting adds to a profit, with so few decimals that sums stay exact."""


class Release(StrEnum):
    """When a scheduled task gives back what it uses: at the next iteration, or when its execution is reported."""

    ITERATION = "iteration"
    COMPLETION = "completion"


# Not strictly: in JSON it is a text, and of texts a strict field takes none for an enum.
Released = Annotated[Release, Field(strict=False)]
Settle = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
Timer = Annotated[float, Field(ge=1, le=LONGEST_S, allow_inf_nan=False)]


class NewFleet(BaseModel):
    """A fleet as it is wished for."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"name": "Morning orbit", "fleet": "morning", "is_open": True}),
    )

    name: Label
    fleet: Slug | None = Field(default=None, description="how addresses call it; made from the name if missing")
    is_open: bool = Field(default=False, description="whether resources that nobody named before are made")
    shows_break_even: bool = Field(default=False, description="whether customers see break-even profits")
    ageing_per_hour: Ageing = Field(default=0.0, description=AGEING_WORDS)
    release: Released = Field(default=Release.ITERATION, description=RELEASE_WORDS)
    settle_s: Settle | None = Field(default=USUAL_SETTLE_S, description=SETTLE_WORDS)
    iterate_every_s: Timer | None = Field(default=None, description=TIMER_WORDS)
    horizon_s: Horizon | None = Field(default=None, description=HORIZON_WORDS)
    frozen_s: Frozen = Field(default=0.0, description=FROZEN_WORDS)
    step_s: Step = Field(default=USUAL_STEP_S, description=STEP_WORDS)
    stay: Stay = Field(default=USUAL_STAY, description=STAY_WORDS)
    replan: Replanned = Field(default=Replan.ALWAYS, description=REPLAN_WORDS)


class NewSatellite(BaseModel):
    """A satellite as it is wished for."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"name": "Aurora", "satellite": "aurora"})
    )

    name: Label
    satellite: Slug | None = Field(default=None, description="how addresses call it; made from the name if missing")


class SatellitePatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"name": "Aurora II"}))

    name: Label = ""


class NewResource(BaseModel):
    """A resource that a satellite gets, or the fleet for its satellites to share."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"name": "camera", "capacity": 1})
    )

    name: FoldedLabel
    capacity: Capacity = 1
    kind: KindOf = Field(default=Kind.RENEWABLE, description=KIND_WORDS)
    turnaround_s: Turnaround = Field(default=0.0, description=TURNAROUND_WORDS)
    level: Capacity = Field(default=0, description=LEVEL_WORDS)
    transition: NewTransition | None = Field(default=None, description=TRANSITION_WORDS)

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.turnaround_s and self.kind is not Kind.RENEWABLE:
            raise PydanticCustomError("kind", "turnaround_s is for a renewable resource")
        if self.level and self.kind is not Kind.RESERVOIR:
            raise PydanticCustomError("kind", "level is for a reservoir")
        if self.level > self.capacity:
            raise PydanticCustomError("level", ABOVE_CAPACITY, {"units": self.capacity})
        if self.transition and (self.kind is not Kind.RENEWABLE or self.capacity > 1):
            raise PydanticCustomError("kind", "transition is for a renewable resource of one unit")
        return self


class ResourcePatch(BaseModel):
    """How much there is from now on."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"capacity": 2}))

    capacity: Capacity = 1
    turnaround_s: Turnaround = Field(default=0.0, description=TURNAROUND_WORDS)
    level: Capacity = Field(default=0, description=LEVEL_WORDS)
    transition: NewTransition | None = Field(default=None, description=TRANSITION_WORDS)

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "says nothing: capacity, turnaround_s, level or transition")
        return self


class FleetPatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"name": "Morning orbit", "is_open": False})
    )

    # As in every patch: defaults stand for what was not sent, and are never read.
    name: Label = ""
    is_open: bool = Field(default=False, description="whether resources that nobody named before are made")
    shows_break_even: bool = Field(default=False, description="whether customers see break-even profits")
    ageing_per_hour: Ageing = Field(default=0.0, description=AGEING_WORDS)
    release: Released = Field(default=Release.ITERATION, description=RELEASE_WORDS)
    settle_s: Settle | None = Field(default=USUAL_SETTLE_S, description=SETTLE_WORDS)
    iterate_every_s: Timer | None = Field(default=None, description=TIMER_WORDS)
    horizon_s: Horizon | None = Field(default=None, description=HORIZON_WORDS)
    frozen_s: Frozen = Field(default=0.0, description=FROZEN_WORDS)
    step_s: Step = Field(default=USUAL_STEP_S, description=STEP_WORDS)
    stay: Stay = Field(default=USUAL_STAY, description=STAY_WORDS)
    replan: Replanned = Field(default=Replan.ALWAYS, description=REPLAN_WORDS)


class ResourceAnswer(Tagged):
    """A resource of a satellite, or one that the satellites share."""

    model_config = ConfigDict(json_schema_extra=shown({"name": "camera", "capacity": 1}))

    name: str
    capacity: int
    kind: Kind | None = where_there(KIND_WORDS)
    turnaround_s: float | None = where_there(TURNAROUND_WORDS)
    level: int | None = where_there(LEVEL_WORDS)
    transition: Transition | None = where_there(TRANSITION_WORDS)


class ResourceList(BaseModel):
    """Resources, by name."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {"items": [{"name": "camera", "capacity": 1}, {"name": "disk", "capacity": 4}], "next": None}
        )
    )

    items: list[ResourceAnswer]
    next: None = None


class SatelliteAnswer(Tagged):
    """A satellite."""

    model_config = ConfigDict(json_schema_extra=shown({"satellite": "default", "name": "Default", "fleet": "default"}))

    satellite: str = Field(description="how addresses and tasks call it; it never changes")
    name: str
    fleet: str


class SatelliteList(BaseModel):
    """The satellites of a fleet, by the word that addresses use."""

    model_config = ConfigDict(json_schema_extra=page_of(SatelliteAnswer))

    items: list[SatelliteAnswer]
    next: None = None


class FleetAnswer(Tagged):
    """A fleet."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "fleet": "default",
                "name": "Default",
                "is_open": True,
                "shows_break_even": True,
                "ageing_per_hour": 0.0,
                "release": "iteration",
                "settle_s": 5.0,
                "iterate_every_s": None,
                "satellites": ["default"],
                "buffered": 2,
            }
        )
    )

    moving: ClassVar[frozenset[str]] = frozenset({"buffered"})

    fleet: str = Field(description="how addresses and tasks call it; it never changes")
    name: str
    is_open: bool
    shows_break_even: bool
    ageing_per_hour: float = Field(description=AGEING_WORDS)
    release: Release = Field(description=RELEASE_WORDS)
    settle_s: float | None = Field(description=SETTLE_WORDS)
    iterate_every_s: float | None = Field(description=TIMER_WORDS)
    satellites: list[str]
    buffered: int | None = Field(description="how many tasks wait; null for who is no operator")
    horizon_s: float | None = where_there(HORIZON_WORDS)
    frozen_s: float | None = where_there(FROZEN_WORDS)
    step_s: float | None = where_there(STEP_WORDS)
    stay: float | None = where_there(STAY_WORDS)
    replan: Replan | None = where_there(REPLAN_WORDS)


class FleetList(BaseModel):
    """All fleets, by the word that addresses use."""

    model_config = ConfigDict(json_schema_extra=page_of(FleetAnswer))

    items: list[FleetAnswer]
    next: None = None


NEW_FLEET: TypeAdapter[NewFleet] = TypeAdapter(NewFleet)
NEW_SATELLITE: TypeAdapter[NewSatellite] = TypeAdapter(NewSatellite)
SATELLITE_PATCH: TypeAdapter[SatellitePatch] = TypeAdapter(SatellitePatch)
NEW_RESOURCE: TypeAdapter[NewResource] = TypeAdapter(NewResource)
RESOURCE_PATCH: TypeAdapter[ResourcePatch] = TypeAdapter(ResourcePatch)
FLEET_PATCH: TypeAdapter[FleetPatch] = TypeAdapter(FleetPatch)
