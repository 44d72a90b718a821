"""Targets and stations in GeoJSON (RFC 7946): longitude first, and a third number is the height in metres."""

from collections.abc import Iterator, Mapping

from satselect.orbits.errors import PlaceError
from satselect.orbits.places.places import Line, Point, Polygon, Station

_NAMES = ("name", "title")


def targets_in(document: object) -> list[Point | Line | Polygon]:
    """The targets of a feature collection, a feature or a geometry.

    Properties of a feature: `name`; of a polygon `swath_km` and `heading`; of a line `step_km`. Rings besides the
    first of a polygon, its holes, are left out; a multipolygon is one target for each polygon.

    Raises:
        PlaceError: names the feature, the field and the value that is wrong.
    """
    return [target for feature, where in _features(document) for target in _targets(feature, where)]


def stations_in(document: object) -> list[Station]:
    """The stations of a feature collection, a feature or a geometry: points, with `minimum_elevation` in degrees.

    Raises:
        PlaceError: names the feature, the field and the value that is wrong.
    """
    found = []
    for feature, where in _features(document):
        geometry, properties = _both(feature, where)
        if geometry.get("type") != "Point":
            raise PlaceError(field="type", value=geometry.get("type"), why="is not Point", where=where)
        longitude, latitude, height = _position(geometry.get("coordinates"), where)
        least = properties.get("minimum_elevation", 0.0)
        found.append(Station(latitude, longitude, height, _name(feature, properties), minimum_elevation=least))  # type: ignore[arg-type]
    return found


def _features(document: object) -> Iterator[tuple[Mapping[str, object], str]]:
    if not isinstance(document, Mapping):
        raise PlaceError(field="document", value=document, why="is not GeoJSON")
    if document.get("type") == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise PlaceError(field="features", value=features, why="is not a list")
        for number, feature in enumerate(features, 1):
            if not isinstance(feature, Mapping):
                raise PlaceError(field="feature", value=feature, why="is not a feature", where=f"feature {number}")
            yield feature, f"feature {number}"
    else:
        yield document, "feature 1"


def _targets(feature: Mapping[str, object], where: str) -> Iterator[Point | Line | Polygon]:
    geometry, properties = _both(feature, where)
    kind, coordinates, name = geometry.get("type"), geometry.get("coordinates"), _name(feature, properties)
    options = {key: properties[key] for key in ("swath_km", "heading") if key in properties}
    if kind == "Point":
        longitude, latitude, height = _position(coordinates, where)
        yield Point(latitude, longitude, height, name)
    elif kind == "LineString":
        step = {"step_km": properties["step_km"]} if "step_km" in properties else {}
        yield Line(_corners(coordinates, where), name=name, **step)  # type: ignore[arg-type]
    elif kind == "Polygon":
        yield Polygon(_outline(coordinates, where), name=name, **options)  # type: ignore[arg-type]
    elif kind == "MultiPolygon":
        for number, polygon in enumerate(_list(coordinates, where), 1):
            yield Polygon(_outline(polygon, where), name=f"{name or where} ({number})", **options)  # type: ignore[arg-type]
    else:
        raise PlaceError(field="type", value=kind, why="is no Point, LineString, Polygon or MultiPolygon", where=where)


def _both(feature: Mapping[str, object], where: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    properties = feature.get("properties") or {}
    if not isinstance(geometry, Mapping) or not isinstance(properties, Mapping):
        raise PlaceError(field="geometry", value=geometry, why="is not a geometry", where=where)
    return geometry, properties


def _name(feature: Mapping[str, object], properties: Mapping[str, object]) -> str:
    given = next((properties[key] for key in _NAMES if properties.get(key)), feature.get("id", ""))
    return str(given)


def _outline(polygon: object, where: str) -> list[tuple[object, object]]:
    rings = _list(polygon, where)
    if not rings:
        raise PlaceError(field="coordinates", value=polygon, why="has no ring", where=where)
    return _corners(rings[0], where)


def _corners(positions: object, where: str) -> list[tuple[object, object]]:
    return [
        (latitude, longitude) for longitude, latitude, _ in (_position(one, where) for one in _list(positions, where))
    ]


def _position(given: object, where: str) -> tuple[float, float, float]:
    """Longitude, latitude and height: as they come, for the places check them."""
    if not isinstance(given, list) or not 2 <= len(given) <= 3:
        raise PlaceError(field="coordinates", value=given, why="is not a longitude and a latitude", where=where)
    longitude, latitude, *height = given
    return longitude, latitude, height[0] if height else 0.0


def _list(given: object, where: str) -> list[object]:
    if not isinstance(given, list):
        raise PlaceError(field="coordinates", value=given, why="is not a list", where=where)
    return given
