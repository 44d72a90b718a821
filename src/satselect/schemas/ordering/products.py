"""What a fleet offers to those who don't know its satellites."""

from enum import StrEnum
from typing import Annotated, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Amounts
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import page_of, shown
from satselect.schemas.fields.labels import Label, refuse_twice
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.satellites import SatelliteNames
from satselect.schemas.fields.seconds import Seconds
from satselect.schemas.fleets import Slug
from satselect.schemas.planning.targets import ViewConditions

OWN_PARAMETERS = ("profit", "reference")
"""What every order may say, whatever its product."""
_OF_PARAMETERS = frozenset({"type", "properties", "required"})
MOST_CHARACTERS, MOST_NUMBER = 64, 1e9
"""Of a detail of opportunities."""
NO_NUL = r"^[^\x00]*$"  # PostgreSQL stores none in a text
_REFERS = frozenset({"$ref", "$dynamicRef", "$id", "$schema"})  # and what changes how they are read


class Geometry(StrEnum):
    """Kinds of places (RFC 7946) for which something can be ordered."""

    POINT = "Point"
    LINE = "LineString"
    POLYGON = "Polygon"
    POINTS = "MultiPoint"
    LINES = "MultiLineString"
    POLYGONS = "MultiPolygon"


SEEN = frozenset({Geometry.POINT, Geometry.LINE, Geometry.POLYGON})
"""Kinds that a satellite can take in one go."""


class Sight(ViewConditions):
    """Under which conditions a satellite takes the place, all at once, and how wide an area."""

    swath_km: Annotated[float, Field(ge=0.1, le=5_000, allow_inf_nan=False)] = Field(
        default=25.0, description="how wide an area may be that is taken in one go"
    )


def _checked_kinds(kinds: list[Geometry]) -> list[Geometry]:
    refuse_twice([kind.value for kind in kinds], "the same kind twice")
    return kinds


def _checked_parameters(schema: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(schema.keys() - _OF_PARAMETERS):
        why = "{name} is not for parameters: type, properties and required are"
        raise PydanticCustomError("parameters", why, {"name": unknown[0]})
    if schema.get("type", "object") != "object":
        raise PydanticCustomError("parameters", "parameters are an object")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "/".join(str(step) for step in error.absolute_path) or "its top"
        raise PydanticCustomError("parameters", "is no JSON Schema, at {where}", {"where": where[:200]}) from None
    properties = schema.get("properties", {})
    if taken := [name for name in OWN_PARAMETERS if name in properties]:
        raise PydanticCustomError("parameters", "every product has a parameter {name}", {"name": taken[0]})
    if unknown := [name for name in schema.get("required", ()) if name not in properties]:
        raise PydanticCustomError("parameters", "requires {name}, which it doesn't have", {"name": unknown[0]})
    _refuse_references(properties)
    return schema


def _refuse_references(part: object) -> None:
    """Nothing is looked up anywhere."""
    if isinstance(part, dict):
        if found := sorted(_REFERS & part.keys()):
            raise PydanticCustomError("parameters", "{name} is not followed", {"name": found[0]})
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            _refuse_references(one)


def _checked_detail(value: object) -> object:
    """A word, or a number; no number of tens of digits, which the databases keep in different ways."""
    is_text = isinstance(value, str) and len(value) <= MOST_CHARACTERS and "\x00" not in value
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_NUMBER
    if not is_text and not is_number:
        raise PydanticCustomError("detail", "must be a text of at most 64 characters, or a number up to 1e9")
    return value


Kinds = Annotated[
    list[Annotated[Geometry, Field(strict=False)]], Field(min_length=1, max_length=6), AfterValidator(_checked_kinds)
]
Detail = Annotated[
    Any,
    AfterValidator(_checked_detail),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": MOST_CHARACTERS, "pattern": NO_NUL},
                {"type": "number", "minimum": -MOST_NUMBER, "maximum": MOST_NUMBER},
            ]
        }
    ),
]
DetailName = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=NO_NUL)]
Details = Annotated[dict[DetailName, Detail], Field(max_length=16)]
Parameters = Annotated[Payload, AfterValidator(_checked_parameters)]
Text = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
Keywords = Annotated[list[Label], Field(max_length=50)]

_EXAMPLE: dict[str, Any] = {
    "product": "sharp",
    "title": "Sharp pictures",
    "fleet": "default",
    "description": "Half a metre, by day.",
    "license": "proprietary",
    "keywords": ["optical"],
    "geometries": ["Point"],
    "resources": {"camera": 1, "disk": 3},
    "duration": 40.0,
    "profit": 5,
    "parameters": {"properties": {"bands": {"type": "integer", "minimum": 1, "maximum": 8}}},
    "satellites": None,
    "sight": {"minimum_elevation": 0.0, "maximum_off_nadir": 30.0, "minimum_sun_elevation": 10.0, "swath_km": 25.0},
    "details": {"mode": "spot"},
    "is_offered": True,
}
_DURATION = "seconds that it takes"
_PROFIT = "the least that an order is worth, and what it is worth that says nothing; null: each order says"
_PARAMETERS = "JSON Schema of what else an order says: `properties` and `required`"
_SATELLITES = "it may be taken by; any of the fleet if null"
_SIGHT = "under which conditions the place is seen; null: it needs none, and any time will do"
_DETAILS = "what each opportunity says besides, as the mode of a resource that changes modes, or a roll without sight"
_OFFERED = "whether it can be ordered"


class NewProduct(BaseModel):
    """A product as it is wished for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown(_EXAMPLE))

    product: Slug = Field(description="how addresses call it; it never changes")
    title: Label
    fleet: Slug
    description: Text = ""
    license: Label = "proprietary"
    keywords: Keywords = Field(default_factory=list)
    geometries: Kinds
    resources: Amounts
    duration: Seconds = Field(description=_DURATION)
    profit: Profit | None = Field(default=None, description=_PROFIT)
    parameters: Parameters = Field(default_factory=dict, description=_PARAMETERS)
    satellites: SatelliteNames | None = Field(default=None, description=_SATELLITES)
    sight: Sight | None = Field(default=None, description=_SIGHT)
    details: Details = Field(default_factory=dict, description=_DETAILS)
    is_offered: bool = Field(default=True, description=_OFFERED)


class ProductPatch(BaseModel):
    """The fields that change. Orders that were placed stay what they are."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"is_offered": False}))

    title: Label = ""
    description: Text = ""
    license: Label = ""
    keywords: Keywords = Field(default_factory=list)
    geometries: Kinds = Field(default_factory=list)
    resources: Amounts = Field(default_factory=dict)
    duration: Seconds = Field(default=0.0, description=_DURATION)
    profit: Profit | None = Field(default=None, description=_PROFIT)
    parameters: Parameters = Field(default_factory=dict, description=_PARAMETERS)
    satellites: SatelliteNames | None = Field(default=None, description=_SATELLITES)
    sight: Sight | None = Field(default=None, description=_SIGHT)
    details: Details = Field(default_factory=dict, description=_DETAILS)
    is_offered: bool = Field(default=True, description=_OFFERED)


class ProductAnswer(Tagged):
    """A product."""

    model_config = ConfigDict(json_schema_extra=shown(_EXAMPLE))

    product: str
    title: str
    fleet: str
    description: str
    license: str
    keywords: list[str]
    geometries: list[Geometry]
    resources: Amounts
    duration: float = Field(description=_DURATION)
    profit: Profit | None = Field(description=_PROFIT)
    parameters: dict[str, Any] = Field(description=_PARAMETERS)
    satellites: list[str] | None = Field(description=_SATELLITES)
    sight: Sight | None = Field(description=_SIGHT)
    details: dict[str, Detail] = Field(description=_DETAILS)
    is_offered: bool = Field(description=_OFFERED)


class ProductList(BaseModel):
    """All products, by the word that addresses use."""

    model_config = ConfigDict(json_schema_extra=page_of(ProductAnswer))

    items: list[ProductAnswer]
    next: None = None


NEW_PRODUCT: TypeAdapter[NewProduct] = TypeAdapter(NewProduct)
PRODUCT_PATCH: TypeAdapter[ProductPatch] = TypeAdapter(ProductPatch)
