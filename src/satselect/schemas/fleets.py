"""Fleets and their resources as clients send them and get them back."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.labels import Label
from satselect.schemas.limits import MAX_AMOUNT

Capacity = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class NewResource(BaseModel):
    """A resource that a satellite gets."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label
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


class ResourceAnswer(BaseModel):
    """A resource of a satellite."""

    name: str
    capacity: int


class ResourceList(BaseModel):
    """The resources of a satellite, by name."""

    items: list[ResourceAnswer]
    next: None = None


class FleetAnswer(BaseModel):
    """A fleet."""

    fleet: str = Field(description="how addresses and tasks call it; it never changes")
    name: str
    is_open: bool
    shows_break_even: bool
    satellites: list[str]
    buffered: int | None = Field(description="how many tasks wait; null for who is no operator")


class FleetList(BaseModel):
    """All fleets, by the word that addresses use."""

    items: list[FleetAnswer]
    next: None = None


NEW_RESOURCE: TypeAdapter[NewResource] = TypeAdapter(NewResource)
RESOURCE_PATCH: TypeAdapter[ResourcePatch] = TypeAdapter(ResourcePatch)
FLEET_PATCH: TypeAdapter[FleetPatch] = TypeAdapter(FleetPatch)
