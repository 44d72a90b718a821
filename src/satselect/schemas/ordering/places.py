"""Places on Earth as GeoJSON (RFC 7946) has them."""

import json
from collections.abc import Iterator
from itertools import pairwise
from math import copysign
from typing import Annotated, Any

from geojson_pydantic import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from pydantic import Field, PlainValidator, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from satselect.schemas.reading.wording import details_of, said

MOST_POSITIONS = 1_000
_READ: TypeAdapter[Any] = TypeAdapter(
    Annotated[Point | LineString | Polygon | MultiPoint | MultiLineString | MultiPolygon, Field(discriminator="type")]
)
_KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_MEMBERS = frozenset({"type", "coordinates", "bbox"})
_RINGS = "a ring must have four positions or more, and end where it begins"
Position = list[float]


def _checked(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PydanticCustomError("geometry", "must be a geometry of GeoJSON")
    place: dict[str, Any] = {name: part for name, part in value.items() if part is not None}
    if place.get("type") not in _KINDS:
        raise PydanticCustomError(
            "geometry", "is no geometry: type must be one of: {kinds}", {"kinds": ", ".join(_KINDS)}
        )
    if unknown := sorted(place.keys() - _MEMBERS):
        raise PydanticCustomError("geometry", "{name} is no member of a geometry", {"name": unknown[0][:50]})
    # As JSON: only so lists are read as what the library has tuples for, and texts as no numbers.
    try:
        _READ.validate_json(json.dumps(place), strict=True)
    except ValidationError as error:
        raise PydanticCustomError("geometry", "is no geometry: {why}", {"why": _why(error)}) from None
    place.pop("bbox", None)
    if place["type"] == "MultiPolygon" and not all(place["coordinates"]):
        raise PydanticCustomError("geometry", "is no geometry: each of its polygons must have a ring")
    positions = list(positions_of(place))
    if not 0 < len(positions) <= MOST_POSITIONS:
        raise PydanticCustomError("geometry", "must have 1 to {most} positions", {"most": MOST_POSITIONS})
    if not all(abs(longitude) <= 180 and abs(latitude) <= 90 for longitude, latitude, *_ in positions):
        raise PydanticCustomError("geometry", "must be on Earth: longitudes to 180, latitudes to 90 degrees")
    return place


def _why(error: ValidationError) -> str:
    """The first fault with its place; the library's own steps, as names of its types, are left out of that."""
    first = details_of(error)[0]
    if first["type"] == "value_error":  # the library's own words
        return "bbox must be west, south, east, north" if "bbox" in first["loc"] else _RINGS
    place = "/".join(str(step) for step in first["loc"] if isinstance(step, int) or step in _MEMBERS)
    return f"{place} {said(first)}".strip()[:200]


def positions_of(place: dict[str, Any]) -> Iterator[Position]:
    """Longitude and latitude of each position in it."""
    yield from _positions(place["coordinates"])


def _positions(part: list[Any]) -> Iterator[Position]:
    if part and not isinstance(part[0], list):
        yield part
        return
    for one in part:
        yield from _positions(one)


def bbox_of(place: dict[str, Any]) -> list[float]:
    """West, south, east, north of its positions and sides; what lies across the antimeridian is west > east there.

    Sides go the short way, as targets are looked at: one from 170 to -170 degrees is 20 degrees long. One from -180 to
    180 is the whole circle. A polygon around a pole reaches to it.
    """
    latitudes = [latitude for _, latitude, *_ in positions_of(place)]
    latitudes += _poles(place)
    west, east = _around_all_but_the_widest_gap(_merged(sorted(_spans(place))))
    return [west, min(latitudes), east, max(latitudes)]


def _spans(place: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Longitudes of each side, in two where it crosses the antimeridian; of points each of them."""
    if "Point" in place["type"]:
        yield from ((longitude, longitude) for longitude, *_ in positions_of(place))
        return
    for line in _lines(place["coordinates"]):
        for (here, *_), (there, *_) in pairwise(line):
            west, east = min(here, there), max(here, there)
            if _is_across(here, there):
                yield from ((-180.0, west), (east, 180.0))
            else:
                yield west, east


def _is_across(here: float, there: float) -> bool:
    """Whether the short way between two longitudes crosses the antimeridian."""
    return 180 < abs(there - here) < 360


def _lines(part: list[Any]) -> Iterator[list[Position]]:
    if any(one and isinstance(one[0], list) for one in part):
        for one in part:
            yield from _lines(one)
    else:
        yield part


def _poles(place: dict[str, Any]) -> Iterator[float]:
    """Latitudes of the poles that its polygons lie around: a ring that goes once around the Earth by the short way."""
    if "Polygon" not in place["type"]:
        return
    for ring in _lines(place["coordinates"]):
        turned = 0.0
        for (here, *_), (there, *_) in pairwise(ring):
            turned += there - here - (copysign(360, there - here) if _is_across(here, there) else 0)
        if abs(turned) > 180:
            yield 90.0 if sum(position[1] for position in ring) > 0 else -90.0


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of sorted spans those that are apart from each other."""
    merged = spans[:1]
    for west, east in spans[1:]:
        if west > merged[-1][1]:
            merged.append((west, east))
        else:
            merged[-1] = (merged[-1][0], max(merged[-1][1], east))
    return merged


def _around_all_but_the_widest_gap(spans: list[tuple[float, float]]) -> tuple[float, float]:
    """West and east of what holds all spans and is narrowest; across the antimeridian only if that is narrower."""
    west, east = spans[0][0], spans[-1][1]
    widest = 360 - (east - west)
    for (_, before), (after, _) in pairwise(spans):
        if after - before > widest:
            west, east, widest = after, before, after - before
    return west, east


Place = Annotated[
    dict[str, Any],
    PlainValidator(_checked),
    WithJsonSchema({"type": "object", "required": ["type", "coordinates"], "description": "a geometry of GeoJSON"}),
]
"""A point, line or polygon, or several of one kind; on Earth."""
