"""Stations of a fleet as clients send them and get them back."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, page_of, shown
from satselect.schemas.fields.labels import EACH_ONCE, FoldedLabel, Label
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.satellites import SatelliteNames
from satselect.schemas.fields.seconds import Seconds
from satselect.schemas.planning.searches import UnsearchedSatellite

MOST_STATIONS = 100
"""Of a fleet."""

MOST_PER_SECOND = 1e9
"""Units."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Height = Annotated[float, Field(ge=-12_000, le=100_000, allow_inf_nan=False)]
Mask = Annotated[float, Field(ge=-90, le=89.999, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=MOST_PER_SECOND, allow_inf_nan=False)]

_EXAMPLE = {
    "name": "North",
    "latitude": 67.9,
    "longitude": 21.1,
    "height_m": 400.0,
    "minimum_elevation": 5.0,
    "minimum_length": 60.0,
    "drains_per_s": {"disk": 0.5},
    "satellites": None,
}
_LATITUDE = "degrees, north positive"
_LONGITUDE = "degrees, east positive"
_HEIGHT = "metres above the ellipsoid (WGS 84)"
_MASK = "degrees above the horizon from which a satellite is heard, without refraction"
_LENGTH = "seconds; shorter passes are left out"
_RATE = "units that a pass drains in a second, by reservoir; a pass drains the whole units of its length"
_SATELLITES = "it serves; all of the fleet if null"


class NewStation(BaseModel):
    """A station: where it is, what it hears, and how fast reservoirs drain over it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown(_EXAMPLE))

    name: Label | None = Field(default=None, description="the same as in the address if missing")
    latitude: Latitude = Field(description=_LATITUDE)
    longitude: Longitude = Field(description=_LONGITUDE)
    height_m: Height = Field(default=0.0, description=_HEIGHT)
    minimum_elevation: Mask = Field(default=0.0, description=_MASK)
    minimum_length: Seconds = Field(default=0.0, description=_LENGTH)
    drains_per_s: Annotated[dict[FoldedLabel, Rate], EACH_ONCE] = Field(default_factory=dict, description=_RATE)
    satellites: SatelliteNames | None = Field(default=None, description=_SATELLITES)


class StationAnswer(Tagged):
    """A station, and how far its passes are worked out."""

    moving: ClassVar[frozenset[str]] = frozenset({"searched_until", "unsearched"})

    model_config = ConfigDict(
        json_schema_extra=shown(
            {"station": "north", "fleet": "default", **_EXAMPLE, "searched_until": AT, "unsearched": []}
        )
    )

    station: str
    fleet: str
    name: str
    latitude: float = Field(description=_LATITUDE)
    longitude: float = Field(description=_LONGITUDE)
    height_m: float = Field(description=_HEIGHT)
    minimum_elevation: float = Field(description=_MASK)
    minimum_length: float = Field(description=_LENGTH)
    drains_per_s: dict[str, float] = Field(description=_RATE)
    satellites: list[str] | None = Field(description=_SATELLITES)
    searched_until: Moment | None = Field(description="up to when its passes are known; null until that is worked out")
    unsearched: list[UnsearchedSatellite] = Field(
        description="satellites whose passes, or not all of them, can't be worked out, and why"
    )


class StationList(BaseModel):
    """The stations of a fleet."""

    model_config = ConfigDict(json_schema_extra=page_of(StationAnswer))

    items: list[StationAnswer]
    next: None = None


NEW_STATION: TypeAdapter[NewStation] = TypeAdapter(NewStation)
