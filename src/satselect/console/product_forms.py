"""From the fields of a product's form to the document that the API takes, and back."""

import json
from typing import Any

from django.http import QueryDict

from satselect.console.forms import names_of, number_of, resources_of
from satselect.schemas.ordering.products import Geometry, ProductAnswer
from satselect.schemas.reading.json_reader import Json

FIELDS = (
    "product",
    "title",
    "description",
    "license",
    "keywords",
    "geometries",
    "resources",
    "duration",
    "profit",
    "parameters",
    "satellites",
    "sight",
    "details",
)
KINDS = (
    (Geometry.POINT, "points"),
    (Geometry.LINE, "lines"),
    (Geometry.POLYGON, "polygons"),
    (Geometry.POINTS, "several points"),
    (Geometry.LINES, "several lines"),
    (Geometry.POLYGONS, "several polygons"),
)
"""Kinds of places, and how they are told."""
ANGLES = (
    ("maximum_off_nadir", "Off nadir at most, degrees"),
    ("minimum_elevation", "Satellite at least so high, degrees"),
    ("minimum_sun_elevation", "Sun at least so high, degrees"),
    ("swath_km", "Width of an area at most, km"),
)
"""The conditions of sight that have a field of their own, and what they are called."""
Fields = dict[str, Any]
NEW: Fields = {"license": "proprietary", "geometries": ["Point"], "satellites": "", "profit": "", "angles": {}}


def document_of_product(sent: QueryDict, *, is_new: bool) -> dict[str, Json]:
    """The product as it would be sent; who offers one that exists is another form."""
    document: dict[str, Json] = {
        "title": sent.get("title", "").strip(),
        "description": sent.get("description", "").strip().replace("\r\n", "\n"),
        "license": sent.get("license", "").strip(),
        "keywords": list(names_of(sent.get("keywords", ""))),
        "geometries": list(sent.getlist("geometries")),
        "resources": resources_of(sent.get("resources", "")),  # type: ignore[dict-item]
        "duration": number_of(sent.get("duration", "")),
        "profit": number_of(text) if (text := sent.get("profit", "").strip()) else None,
        "parameters": number_of(text) if (text := sent.get("parameters", "").strip()) else {},
        "satellites": list(names_of(sent.get("satellites", ""))) or None,
        "sight": _sight(sent) if "has_sight" in sent else None,
        "details": number_of(text) if (text := sent.get("details", "").strip()) else {},
    }
    if is_new:
        document |= {"product": sent.get("product", "").strip(), "is_offered": "is_offered" in sent}
    return document


def fields_sent(sent: QueryDict) -> Fields:
    """What the fields hold after something in them was wrong."""
    angles = {name: sent.get(name, "") for name, _ in ANGLES}
    return {**sent.dict(), "geometries": sent.getlist("geometries"), "angles": angles}


def fields_of_product(product: ProductAnswer) -> Fields:
    """What the fields hold before a product is changed."""
    sight = None if product.sight is None else product.sight.model_dump(exclude_none=True)
    own = {name for name, _ in ANGLES}
    others = {name: value for name, value in (sight or {}).items() if name not in own and value}
    uses = [name if amount == 1 else f"{name} = {amount}" for name, amount in product.resources.items()]
    return {
        "product": product.product,
        "title": product.title,
        "description": product.description,
        "license": product.license,
        "keywords": ", ".join(product.keywords),
        "geometries": [kind.value for kind in product.geometries],
        "resources": ", ".join(uses),
        "duration": f"{product.duration:g}",
        "profit": "" if product.profit is None else json.dumps(product.profit),
        "parameters": json.dumps(product.parameters, ensure_ascii=False) if product.parameters else "",
        "satellites": ", ".join(product.satellites or ()),
        "has_sight": sight is not None,
        "angles": {name: f"{value:g}" for name, value in (sight or {}).items() if name in own},
        "sight": json.dumps(others) if others else "",
        "details": json.dumps(product.details, ensure_ascii=False) if product.details else "",
    }


def _sight(sent: QueryDict) -> Json:
    """The conditions: those that have fields, and an object of others; a text that is none is for the schema."""
    others = number_of(text) if (text := sent.get("sight", "").strip()) else {}
    if not isinstance(others, dict):
        return others
    return others | {name: number_of(text) for name, _ in ANGLES if (text := sent.get(name, "").strip())}
