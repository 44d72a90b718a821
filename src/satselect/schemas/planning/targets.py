"""Places on Earth that satellites look at, and under which conditions, as they are sent."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from satselect.schemas.fields.examples import TARGET, shown
from satselect.schemas.fields.seconds import Seconds

MOST_CORNERS = 1_000
"""Of a line or an outline."""

_RANGES = (("longitude", 180.0), ("latitude", 90.0))
_LOWEST_M, _HIGHEST_M = -12_000.0, 100_000.0  # below the deepest sea, and where space begins
_RING = 4

Coordinate = Annotated[float, Field(allow_inf_nan=False)]


def _check_position(position: list[float]) -> list[float]:
    faults = [
        (place, PydanticCustomError("position", "the {what} must be from {least} to {most}", limits))
        for place, limits in _outside(position)
    ]
    if faults:
        lines = [InitErrorDetails(type=fault, loc=(place,), input=position[place]) for place, fault in faults]
        raise ValidationError.from_exception_data("position", lines)
    return position


def _outside(position: list[float]) -> Iterator[tuple[int, dict[str, object]]]:
    ranges = [*((what, -most, most) for what, most in _RANGES), ("height in metres", _LOWEST_M, _HIGHEST_M)]
    for place, (value, (what, least, most)) in enumerate(zip(position, ranges, strict=False)):
        if not least <= value <= most:
            yield place, {"what": what, "least": f"{least:g}", "most": f"{most:g}"}


def _check_ring(ring: list[list[float]]) -> list[list[float]]:
    if ring[0] != ring[-1]:
        raise PydanticCustomError("ring", "must end where it begins")
    return ring


Position = Annotated[list[Coordinate], Field(min_length=2, max_length=3), AfterValidator(_check_position)]
"""Longitude, latitude, degrees, and perhaps the height in metres above the ellipsoid."""

Ring = Annotated[list[Position], Field(min_length=_RING, max_length=MOST_CORNERS), AfterValidator(_check_ring)]


class _Geometry(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PointGeometry(_Geometry):
    """One point."""

    type: Literal["Point"]
    coordinates: Position


class LineGeometry(_Geometry):
    """A line of great circles, taken in one go. Heights are not looked at."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, max_length=MOST_CORNERS)]


class PolygonGeometry(_Geometry):
    """An area by its outline, without holes; its sides are great circles. Heights are not looked at."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=1)]


_KINDS: dict[object, type[_Geometry]] = {
    "Point": PointGeometry,
    "LineString": LineGeometry,
    "Polygon": PolygonGeometry,
}


def _read_geometry(value: object) -> object:
    """The geometry of the kind that it says it is: so faults have the place that they have in what was sent."""
    if not isinstance(value, dict):
        return value
    # Before the union reads it: that would put the name of the kind into the place of each fault.
    named = value.get("type")
    kind = _KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        fault = PydanticCustomError("kind", "must be one of: {kinds}", {"kinds": ", ".join(map(str, _KINDS))})
        lines = [InitErrorDetails(type=fault, loc=("type",), input=named)]
        raise ValidationError.from_exception_data("geometry", lines)
    return kind.model_validate(value)


AnyGeometry = Annotated[
    PointGeometry | LineGeometry | PolygonGeometry, Field(discriminator="type"), BeforeValidator(_read_geometry)
]
"""GeoJSON (RFC 7946)."""

Elevation = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
OffNadir = Annotated[float, Field(ge=0, le=180, allow_inf_nan=False)]
Range = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class ViewConditions(BaseModel):
    """What has to hold, all at once. Angles are degrees, without refraction."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    minimum_elevation: Elevation = Field(default=0.0, description="of the satellite above the horizon of the place")
    maximum_elevation: Elevation | None = None
    minimum_off_nadir: OffNadir | None = None
    maximum_off_nadir: OffNadir | None = Field(
        default=None, description="at the satellite, between the Earth's centre and the place"
    )
    minimum_sun_elevation: Elevation | None = Field(default=None, description="of the Sun above the horizon there")
    maximum_sun_elevation: Elevation | None = None
    minimum_range_km: Range | None = None
    maximum_range_km: Range | None = None
    side: Literal["left", "right"] | None = Field(default=None, description="of the satellite's way")
    sunlight: Literal["full", "some", "none"] | None = Field(default=None, description="on the satellite")
    minimum_length: Seconds = Field(default=0.0, description="seconds for which all of it holds")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        lines = []
        for what in ("elevation", "off_nadir", "sun_elevation", "range_km"):
            least, most = getattr(self, f"minimum_{what}"), getattr(self, f"maximum_{what}")
            if least is not None and most is not None and least > most:
                fault = PydanticCustomError("order", "is less than the minimum")
                lines.append(InitErrorDetails(type=fault, loc=(f"maximum_{what}",), input=most))
        if lines:
            raise ValidationError.from_exception_data("conditions", lines)
        return self


class NewTarget(BaseModel):
    """A place that satellites look at, and what has to hold for that."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown(TARGET))

    geometry: AnyGeometry
    swath_km: Annotated[float, Field(ge=0.1, le=5_000, allow_inf_nan=False)] | None = Field(
        default=None, description="of an area: how wide a strip of it is at most; 25 if missing"
    )
    heading: Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)] | None = Field(
        default=None, description="of an area: where its strips run, degrees from north to east; 0 if missing"
    )
    step_km: Annotated[float, Field(ge=0.1, le=5_000, allow_inf_nan=False)] | None = Field(
        default=None, description="of a line: how far apart the points are at which it is looked at; 25 if missing"
    )
    conditions: ViewConditions = ViewConditions()

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        of = {"swath_km": "Polygon", "heading": "Polygon", "step_km": "LineString"}
        lines = [
            InitErrorDetails(type=PydanticCustomError("kind", f"is for a {kind}"), loc=(name,), input=value)
            for name, kind in of.items()
            if (value := getattr(self, name)) is not None and self.geometry.type != kind
        ]
        if lines:
            raise ValidationError.from_exception_data("target", lines)
        return self


class OrderedTarget(NewTarget):
    """The target of an order, which nobody sends: what its opportunities say besides, and a filter that takes them."""

    details: dict[str, Any] = Field(default_factory=dict, exclude=True)
    filter: dict[str, Any] | None = Field(default=None, exclude=True)
