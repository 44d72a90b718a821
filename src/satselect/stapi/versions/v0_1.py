"""The shapes of STAPI 0.1.0.

Whatever a later version adds and readers of this one skip is here already: `bbox`, `stapi_type`, `stapi_version`.
Bodies of either version are read.
"""

from typing import Any

from pydantic import BaseModel, Field, model_serializer

from satselect.schemas.fields.moments import Moment
from satselect.stapi.versions.bodies import FlatOrder, FlatSearch

VERSION = "0.1.0"
LEAST_LIMIT: int | None = None
"""A page of less is refused; None where that counts as the least."""
BASE = "https://stapi.example.com/v0.1.0"  # the specification's own
CORE, ORDER_STATUSES = f"{BASE}/core", f"{BASE}/order-statuses"
OPPORTUNITIES, OPPORTUNITIES_ASYNC = f"{BASE}/opportunities", f"{BASE}/opportunities-async"
SEARCHES, SEARCH_STATUSES = f"{BASE}/searches-opportunity", f"{BASE}/searches-opportunity-statuses"
GEOMETRY = "https://geojson.org/schema/{kind}.json"
JSON, GEO = "application/json", "application/geo+json"
OrderBody, SearchBody = FlatOrder, FlatSearch
"""Bodies as this version has them."""


class Link(BaseModel):
    """A link."""

    rel: str
    href: str
    type: str | None = None
    title: str | None = None
    method: str | None = None
    body: dict[str, Any] | None = None


class Landing(BaseModel):
    """The landing page."""

    id: str
    stapi_version: str = VERSION
    title: str
    description: str
    conformsTo: list[str]  # noqa: N815 - the specification's word
    links: list[Link]


class Conformance(BaseModel):
    """What is implemented."""

    conformsTo: list[str]  # noqa: N815


class Provider(BaseModel):
    """Who offers a product."""

    name: str
    roles: list[str]
    url: str


class ProductShape(BaseModel):
    """A product."""

    type: str = "Collection"
    stapi_type: str = "Product"
    stapi_version: str = VERSION
    id: str
    title: str
    description: str
    keywords: list[str]
    license: str
    providers: list[Provider]
    conformsTo: list[str]  # noqa: N815
    links: list[Link]


class ProductCollection(BaseModel):
    """A page of products."""

    type: str = "ProductCollection"
    stapi_type: str = "ProductCollection"
    stapi_version: str = VERSION
    products: list[ProductShape]
    links: list[Link]
    numberMatched: int | None = None  # noqa: N815


class StatusShape(BaseModel):
    """What an order is, or was."""

    timestamp: Moment
    status_code: str
    reason_code: str | None = None
    reason_text: str | None = None
    datetime: str | None = None
    satellite: str | None = None
    break_even: float | None = Field(default=None, serialization_alias="satselect:break_even")
    wins_with: float | None = Field(default=None, serialization_alias="satselect:wins_with")
    unknown: str | None = Field(default=None, serialization_alias="satselect:unknown")
    as_of: Moment | None = Field(default=None, serialization_alias="satselect:as_of")
    links: list[Link] = []


class Statuses(BaseModel):
    """A page of what an order was, newest first."""

    stapi_type: str = "OrderStatuses"
    stapi_version: str = VERSION
    statuses: list[StatusShape]
    links: list[Link]


class OrderProperties(BaseModel):
    """What an order is about."""

    product_id: str
    created: Moment
    status: StatusShape
    search_parameters: dict[str, Any]
    opportunity_properties: dict[str, Any]
    order_parameters: dict[str, Any]


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


class OpportunityShape(BaseModel):
    """When a product could be delivered."""

    type: str = "Feature"
    stapi_type: str = "Opportunity"
    stapi_version: str = VERSION
    bbox: list[float]
    geometry: dict[str, Any]
    properties: dict[str, Any]
    links: list[Link]


class OpportunityCollection(BaseModel):
    """A page of opportunities, by start; of a search that was stored with its id."""

    type: str = "FeatureCollection"
    stapi_type: str = "OpportunityCollection"
    stapi_version: str = VERSION
    id: str | None = None
    features: list[OpportunityShape]
    links: list[Link]


class SearchStatusShape(BaseModel):
    """What a search is, or was."""

    timestamp: Moment
    status_code: str
    reason_code: str | None = None
    reason_text: str | None = None
    links: list[Link] = []


class SearchStatuses(BaseModel):
    """What a search was, newest first: a bare list."""

    statuses: list[SearchStatusShape]
    links: list[Link]

    @model_serializer
    def _listed(self) -> list[SearchStatusShape]:
        return self.statuses


class SearchRecordShape(BaseModel):
    """A search whose client did not wait."""

    stapi_type: str = "OpportunitySearchRecord"
    stapi_version: str = VERSION
    id: str
    product_id: str
    opportunity_request: dict[str, Any]
    search_parameters: dict[str, Any]
    status: SearchStatusShape
    links: list[Link]


class SearchRecords(BaseModel):
    """A page of searches, newest first."""

    stapi_type: str = "OpportunitySearchRecordCollection"
    stapi_version: str = VERSION
    search_records: list[SearchRecordShape]
    links: list[Link]


def told(shape: BaseModel) -> BaseModel:
    """A shape of this version as it is."""
    return shape
