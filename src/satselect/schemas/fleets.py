"""Fleets, their satellites and resources as clients send them and get them back."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticCustomError

from satselect.schemas.entity_tags import Tagged
from satselect.schemas.labels import FoldedLabel, Label
from satselect.schemas.limits import MAX_AMOUNT

MAX_SLUG_CHARACTERS = 64
AGEING_DECIMALS = 4
AGEING_WORDS = "what an hour of waiting adds to a task's profit, for the selection only"
RELEASE_WORDS = "when scheduled tasks give back what they use: each iteration, or when their execution is reported"

SETTLE_WORDS = (
    "seconds between two iterations that the fleet makes by itself, at least, when something lets waiting tasks in; "
    "null for none of these"
)
TIMER_WORDS = "seconds after an iteration until the next one, if tasks wait; null for no such timer"
USUAL_SETTLE_S = 5.0
LONGEST_S = 31 * 86400

Capacity = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=MAX_SLUG_CHARACTERS)]
"""What addresses and tasks call a fleet or a satellite. It never changes."""


def _check_decimals(rate: float) -> float:
    if round(rate, AGEING_DECIMALS) != rate:
        raise PydanticCustomError("decimals", "must have at most {most} decimals", {"most": AGEING_DECIMALS})
    return rate


Ageing = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False), AfterValidator(_check_decimals)]
"""What an hour of waiting adds to a profit, with so few decimals that sums stay exact."""


class Release(StrEnum):
    """When a scheduled task gives back what it uses: at the next iteration, or when its execution is reported."""

    ITERATION = "iteration"
    COMPLETION = "completion"


Released = Annotated[Release, Field(strict=False)]
Settle = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
Timer = Annotated[float, Field(ge=1, le=LONGEST_S, allow_inf_nan=False)]


class NewFleet(BaseModel):
    """A fleet as it is wished for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label
    fleet: Slug | None = Field(default=None, description="how addresses call it; made from the name if missing")
    is_open: bool = Field(default=False, description="whether resources that nobody named before are made")
    shows_break_even: bool = Field(default=False, description="whether customers see break-even profits")
    ageing_per_hour: Ageing = Field(default=0.0, description=AGEING_WORDS)
    release: Released = Field(default=Release.ITERATION, description=RELEASE_WORDS)
    settle_s: Settle | None = Field(default=USUAL_SETTLE_S, description=SETTLE_WORDS)
    iterate_every_s: Timer | None = Field(default=None, description=TIMER_WORDS)


class NewSatellite(BaseModel):
    """A satellite as it is wished for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label
    satellite: Slug | None = Field(default=None, description="how addresses call it; made from the name if missing")


class SatellitePatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label = ""


class NewResource(BaseModel):
    """A resource that a satellite gets, or the fleet for its satellites to share."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: FoldedLabel
    capacity: Capacity = 1


class ResourcePatch(BaseModel):
    """How much there is from now on."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    capacity: Capacity


class FleetPatch(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label = ""
    is_open: bool = Field(default=False, description="whether resources that nobody named before are made")
    shows_break_even: bool = Field(default=False, description="whether customers see break-even profits")
    ageing_per_hour: Ageing = Field(default=0.0, description=AGEING_WORDS)
    release: Released = Field(default=Release.ITERATION, description=RELEASE_WORDS)
    settle_s: Settle | None = Field(default=USUAL_SETTLE_S, description=SETTLE_WORDS)
    iterate_every_s: Timer | None = Field(default=None, description=TIMER_WORDS)


class ResourceAnswer(Tagged):
    """A resource of a satellite, or one that the satellites share."""

    name: str
    capacity: int


class ResourceList(BaseModel):
    """Resources, by name."""

    items: list[ResourceAnswer]
    next: None = None


class SatelliteAnswer(Tagged):
    """A satellite."""

    satellite: str = Field(description="how addresses and tasks call it; it never changes")
    name: str
    fleet: str


class SatelliteList(BaseModel):
    """The satellites of a fleet, by the word that addresses use."""

    items: list[SatelliteAnswer]
    next: None = None


class FleetAnswer(Tagged):
    """A fleet."""

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


class FleetList(BaseModel):
    """All fleets, by the word that addresses use."""

    items: list[FleetAnswer]
    next: None = None


NEW_FLEET: TypeAdapter[NewFleet] = TypeAdapter(NewFleet)
NEW_SATELLITE: TypeAdapter[NewSatellite] = TypeAdapter(NewSatellite)
SATELLITE_PATCH: TypeAdapter[SatellitePatch] = TypeAdapter(SatellitePatch)
NEW_RESOURCE: TypeAdapter[NewResource] = TypeAdapter(NewResource)
RESOURCE_PATCH: TypeAdapter[ResourcePatch] = TypeAdapter(ResourcePatch)
FLEET_PATCH: TypeAdapter[FleetPatch] = TypeAdapter(FleetPatch)
