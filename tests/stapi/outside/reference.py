"""The document that the reference implementation would publish for the products of a service: python reference.py URL.

It is amended where satselect is stricter on purpose, and says less where a schema can't say what is right. So whatever
a generator of requests finds against it is a fault: `make stapi` runs one.
"""

import json
import sys
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import ConfigDict
from stapi_fastapi import RootRouter
from stapi_fastapi.conformance import PRODUCT
from stapi_fastapi.models.product import Product
from stapi_pydantic import OpportunityProperties, OrderParameters, Queryables

Json = dict[str, Any]
_TIME = r"20[2-9]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ"
_SEVERAL = (("MultiPoint", 1), ("LineString", 2))
_UNDECLARED = ("400", "401", "403", "404", "409", "415", "429")
"""Statuses that the reference answers with, too, and does not declare."""


class _Parameters(OrderParameters):  # type: ignore[misc]
    model_config = ConfigDict(extra="allow")


async def _nothing(*_: object) -> None:
    raise NotImplementedError


def published(products: list[Json]) -> Json:
    """The document for products with these ids, licences and classes of conformance."""
    root = RootRouter(*[_nothing] * 6)
    for product in products:
        at_once = PRODUCT.opportunities in product["conformsTo"]
        later = PRODUCT.opportunities_async in product["conformsTo"]
        root.add_product(
            Product(
                id=product["id"],
                license=product["license"],
                conformsTo=[PRODUCT.geojson_point],
                create_order=_nothing,
                search_opportunities=_nothing if at_once else None,
                search_opportunities_async=_nothing if later else None,
                get_opportunity_collection=_nothing if later else None,
                queryables=Queryables,
                opportunity_properties=OpportunityProperties,
                order_parameters=_Parameters,
            )
        )
    app = FastAPI()
    app.include_router(root)
    document: Json = app.openapi()
    return document


def amend(document: Json, parameters: Json) -> None:
    """Says what satselect refuses on purpose, or what no schema can say.

    Times are an interval, closed and in order, which a pattern can't ask for: so the first is before 2030, the last
    after it. Places are on Earth, and of those kinds of which a schema can say what is right: that a ring is closed
    none says. Filters are CQL2, so none is sent; parameters are those of the products' schema, and may be left out;
    members that nobody knows are refused. References are printable, and 10.0 is no whole number.
    """
    for path in document["paths"].values():
        for operation in path.values():
            declared = operation["responses"]
            for status in _UNDECLARED:
                declared.setdefault(status, {"description": "not declared by the reference"})
    for name, shape in document["components"]["schemas"].items():
        if name.startswith(("OpportunityPayload", "OrderPayload")) and not name.endswith("-Output"):
            _amend_wish(shape["properties"])
            shape["required"] = ["datetime", "geometry"]
            shape["additionalProperties"] = False
        if name == _Parameters.__name__:
            shape.clear()
            shape.update({key: value for key, value in parameters.items() if key != "$schema"})
            shape["properties"]["reference"] = {"type": "string", "pattern": "^[!-~]{1,40}$"}


def _amend_wish(properties: Json) -> None:
    first, last = _TIME.replace("[2-9]", "2", 1), _TIME.replace("[2-9]", "[3-9]", 1)
    properties["datetime"] = {"type": "string", "pattern": f"^{first}/{last}$"}
    position = [{"type": "number", "minimum": -most, "maximum": most} for most in (180, 90)]
    point = {"type": "array", "prefixItems": position, "items": False, "minItems": 2}
    several = {kind: {"type": "array", "items": point, "minItems": least} for kind, least in _SEVERAL}
    properties["geometry"] = {
        "oneOf": [
            {
                "type": "object",
                "properties": {"type": {"const": kind}, "coordinates": coordinates},
                "required": ["type", "coordinates"],
                "additionalProperties": False,
            }
            for kind, coordinates in {"Point": point, **several}.items()
        ]
    }
    properties["filter"] = {"type": "null"}


def main() -> None:
    """Prints it for a service that answers at the URL."""
    with httpx.Client(base_url=sys.argv[1], timeout=60) as client:
        # Products that need no sight: what they refuse does not depend on orbits.
        products = [one for one in client.get("/products").json()["products"] if one["id"] == "wide"]
        parameters = client.get("/products/wide/order-parameters").json()
    document = published(products)
    amend(document, parameters)
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main()
