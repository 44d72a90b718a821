"""The shapes of STAPI 0.1.0.

Whatever a later version adds and readers of this one skip is here already: `bbox`, `stapi_type`, `stapi_version`.
Bodies of either version are read.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.moments import Moment
from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.validation import validate

VERSION = "0.1.0"
_BASE = "https://stapi.example.com/v0.1.0"  # the specification's own
CORE, ORDER_STATUSES = f"{_BASE}/core", f"{_BASE}/order-statuses"
OPPORTUNITIES, OPPORTUNITIES_ASYNC = f"{_BASE}/opportunities", f"{_BASE}/opportunities-async"
SEARCHES, SEARCH_STATUSES = f"{_BASE}/searches-opportunity", f"{_BASE}/searches-opportunity-statuses"
GEOMETRY = "https://geojson.org/schema/{kind}.json"
JSON, GEO = "application/json", "application/geo+json"
USUAL_LIMIT, MOST_LIMIT = 10, 100


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
    links: list[Link] = []  # required by the models, though there is nothing to link to


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


class _Paged(BaseModel):
    limit: int = USUAL_LIMIT
    next: str | None = None


class _FlatSearch(Wish, _Paged):
    pass


class _NestedSearch(_Paged):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    search_parameters: Wish


class _OfAPage(BaseModel):
    """What a search may say of its page: whoever orders as they searched is not refused for it."""

    limit: Any = Field(default=None, exclude=True)
    next: Any = Field(default=None, exclude=True)


class _FlatOrder(Wish, _OfAPage):
    order_parameters: dict[str, Any] = Field(default_factory=dict)


class _NestedOrder(_OfAPage):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    search_parameters: Wish
    order_parameters: dict[str, Any] = Field(default_factory=dict)


OrderBody, SearchBody = _FlatOrder, _FlatSearch
"""Bodies as this version has them."""
_FLAT_ORDER: TypeAdapter[_FlatOrder] = TypeAdapter(_FlatOrder)
_NESTED_ORDER: TypeAdapter[_NestedOrder] = TypeAdapter(_NestedOrder)
_FLAT_SEARCH: TypeAdapter[_FlatSearch] = TypeAdapter(_FlatSearch)
_NESTED_SEARCH: TypeAdapter[_NestedSearch] = TypeAdapter(_NestedSearch)


def read_order(document: Json) -> tuple[Wish, dict[str, Any]]:
    """What is wished for, and what is said besides.

    Raises:
        InvalidError: it is no order.
    """
    if _is_nested(document):
        nested = validate(_NESTED_ORDER, document)
        return nested.search_parameters, nested.order_parameters
    flat = validate(_FLAT_ORDER, document)
    return flat, flat.order_parameters


def read_search(document: Json) -> tuple[Wish, int, str | None]:
    """What is looked for, how many of it at once, and the token of a page.

    Raises:
        InvalidError: it is no search.
    """
    if _is_nested(document):
        nested = validate(_NESTED_SEARCH, document)
        return nested.search_parameters, limit_of(nested.limit), nested.next
    flat = validate(_FLAT_SEARCH, document)
    return flat, limit_of(flat.limit), flat.next


def limit_of(asked: int | None) -> int:
    """How many things a page has: what is asked for, as far as that is reasonable."""
    return USUAL_LIMIT if asked is None else min(max(asked, 1), MOST_LIMIT)


def _is_nested(document: Json) -> bool:
    return isinstance(document, dict) and "search_parameters" in document
