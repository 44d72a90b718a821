"""The shapes of STAPI 0.2.0, as its text and its models had them before they were released.

They are made of those of 0.1.0, which carry all that they need.
"""

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from pydantic import BaseModel

from satselect.schemas.fields.moments import Moment
from satselect.stapi.versions import v0_1
from satselect.stapi.versions.bodies import NestedOrder, NestedSearch
from satselect.stapi.versions.v0_1 import (
    Link,
    SearchStatusShape,
    StatusShape,
)

VERSION = "0.2.0"
LEAST_LIMIT = 1
OrderBody, SearchBody = NestedOrder, NestedSearch
"""Bodies as this version has them; those of 0.1.0 are read as well."""
_OLD_RELS = frozenset({"opportunity-search-records", "service-description"})
_WISH = ("datetime", "geometry", "filter")


class Landing(v0_1.Landing):
    """The landing page."""

    stapi_version: str = VERSION


class Conformance(v0_1.Conformance):
    """What is implemented."""


class ProductShape(v0_1.ProductShape):
    """A product."""

    stapi_version: str = VERSION


class ProductCollection(BaseModel):
    """A page of products."""

    stapi_type: str = "ProductCollection"
    stapi_version: str = VERSION
    products: list[ProductShape]
    links: list[Link]
    numberMatched: int | None = None  # noqa: N815 - the specification's word


class Statuses(v0_1.Statuses):
    """A page of what an order was, newest first."""

    stapi_type: str = "OrderStatusCollection"
    stapi_version: str = VERSION


class OrderRequest(BaseModel):
    """What was ordered."""

    search_parameters: dict[str, Any]
    order_parameters: dict[str, Any]


class OrderProperties(BaseModel):
    """What an order is about; where and when it is planned, its status says."""

    product_id: str
    created: Moment
    status: StatusShape
    order_request: OrderRequest


class OrderShape(BaseModel):
    """An order."""

    type: str = "Feature"
    stapi_type: str = "Order"
    stapi_version: str = VERSION
    id: str
    bbox: list[float]
    geometry: dict[str, Any]
    properties: OrderProperties
    links: list[Link]


class OrderCollection(BaseModel):
    """A page of orders, newest first."""

    type: str = "FeatureCollection"
    stapi_type: str = "OrderCollection"
    stapi_version: str = VERSION
    features: list[OrderShape]
    links: list[Link]
    numberMatched: int | None = None  # noqa: N815


class OpportunityShape(v0_1.OpportunityShape):
    """When a product could be delivered."""

    stapi_version: str = VERSION


class OpportunityCollection(BaseModel):
    """A page of opportunities, by start; of a search that was stored with its id."""

    type: str = "FeatureCollection"
    stapi_type: str = "OpportunityCollection"
    stapi_version: str = VERSION
    id: str | None = None
    features: list[OpportunityShape]
    links: list[Link]


class SearchStatuses(BaseModel):
    """What a search was, newest first."""

    stapi_type: str = "OpportunitySearchStatusCollection"
    stapi_version: str = VERSION
    statuses: list[SearchStatusShape]
    links: list[Link]


class SearchRecordShape(BaseModel):
    """A search whose client did not wait."""

    stapi_type: str = "OpportunitySearchRecord"
    stapi_version: str = VERSION
    id: str
    product_id: str
    search_parameters: dict[str, Any]
    status: SearchStatusShape
    links: list[Link]


class SearchRecords(BaseModel):
    """A page of searches, newest first."""

    stapi_type: str = "OpportunitySearchRecordCollection"
    stapi_version: str = VERSION
    records: list[SearchRecordShape]
    links: list[Link]


@singledispatch
def told(shape: BaseModel) -> BaseModel:
    """The same as this version has it, of a shape of 0.1.0."""
    raise TypeError(type(shape))


@told.register
def _(shape: v0_1.Landing) -> BaseModel:
    links = [link for link in shape.links if link.rel not in _OLD_RELS]
    return Landing(**_plain(shape), conformsTo=_uris(shape.conformsTo), links=links)


@told.register
def _(shape: v0_1.Conformance) -> BaseModel:
    return Conformance(conformsTo=_uris(shape.conformsTo))


@told.register
def _(shape: v0_1.ProductShape) -> BaseModel:
    return _product(shape)


@told.register
def _(shape: v0_1.ProductCollection) -> BaseModel:
    products = [_product(one) for one in shape.products]
    return ProductCollection(products=products, links=shape.links, numberMatched=shape.numberMatched)


@told.register
def _(shape: v0_1.Statuses) -> BaseModel:
    return Statuses(statuses=shape.statuses, links=shape.links)


@told.register
def _(shape: v0_1.OrderShape) -> BaseModel:
    return _order(shape)


@told.register
def _(shape: v0_1.OrderCollection) -> BaseModel:
    orders = [_order(one) for one in shape.features]
    return OrderCollection(features=orders, links=shape.links, numberMatched=shape.numberMatched)


@told.register
def _(shape: v0_1.OpportunityCollection) -> BaseModel:
    features = [OpportunityShape(**_plain(one), links=_nested(one.links)) for one in shape.features]
    return OpportunityCollection(id=shape.id, features=features, links=_nested(shape.links))


@told.register
def _(shape: v0_1.SearchStatuses) -> BaseModel:
    return SearchStatuses(statuses=shape.statuses, links=shape.links)


@told.register
def _(shape: v0_1.SearchRecordShape) -> BaseModel:
    return _record(shape)


@told.register
def _(shape: v0_1.SearchRecords) -> BaseModel:
    return SearchRecords(records=[_record(one) for one in shape.search_records], links=shape.links)


def _product(shape: v0_1.ProductShape) -> ProductShape:
    own = _plain(shape)
    return ProductShape(**own, providers=shape.providers, conformsTo=_uris(shape.conformsTo), links=shape.links)


def _order(shape: v0_1.OrderShape) -> OrderShape:
    about = shape.properties
    wanted = OrderRequest(search_parameters=about.search_parameters, order_parameters=about.order_parameters)
    properties = OrderProperties(
        product_id=about.product_id, created=about.created, status=about.status, order_request=wanted
    )
    return OrderShape(id=shape.id, bbox=shape.bbox, geometry=shape.geometry, properties=properties, links=shape.links)


def _record(shape: v0_1.SearchRecordShape) -> SearchRecordShape:
    return SearchRecordShape(
        id=shape.id,
        product_id=shape.product_id,
        search_parameters=shape.search_parameters,
        status=shape.status,
        links=shape.links,
    )


def _uris(uris: Sequence[str]) -> list[str]:
    """The classes of conformance of this version; kinds of places are none of its own."""
    return [uri.replace(v0_1.BASE, v0_1.BASE.replace(v0_1.VERSION, VERSION)) for uri in uris]


def _nested(links: Sequence[Link]) -> list[Link]:
    """What links have to be sent, as bodies of this version."""
    return [link if link.body is None else link.model_copy(update={"body": _body(link.body)}) for link in links]


def _body(sent: dict[str, Any]) -> dict[str, Any]:
    wish = {name: sent[name] for name in _WISH if name in sent}
    return {"search_parameters": wish} | {name: value for name, value in sent.items() if name not in _WISH}


def _plain(shape: BaseModel) -> dict[str, Any]:
    """The members that are the same, but for those that hold shapes or say the version."""
    others = {"stapi_version", "links", "conformsTo", "providers"}
    return {name: getattr(shape, name) for name in type(shape).model_fields if name not in others}
