"""When a product could be delivered: looked for while the client waits."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from satselect.application.access.rights import Right, sees_break_even
from satselect.application.errors import MissingError
from satselect.application.opportunities.looks import Look
from satselect.application.ordering.free import free
from satselect.application.ordering.possible import closed, facts_of, possible
from satselect.schemas.fields.moments import moment_of, written
from satselect.schemas.ordering.places import bbox_of
from satselect.schemas.ordering.wishes import Wish
from satselect.stapi.addresses import posting, product_path
from satselect.stapi.answering import answer
from satselect.stapi.products import looking, product_for
from satselect.stapi.versions.v0_1 import (
    GEO,
    JSON,
    Link,
    OpportunityCollection,
    OpportunityShape,
    SearchBody,
    read_search,
)
from satselect.store.models import Product
from satselect.web.callers import caller_of
from satselect.web.conditions import refuse_conditions
from satselect.web.requests import document_of

router = Router(tags=["stapi"])

LASTS = timedelta(days=1)
"""So long the later pages of a search may be asked for."""
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {JSON: {"schema": SearchBody.model_json_schema()}}},
    "responses": {200: {"headers": {"Preference-Applied": {"schema": {"type": "string"}}}}},
}


@router.post("/products/{product}/opportunities", response=OpportunityCollection, openapi_extra=_BODY)
def post_search(request: HttpRequest, product: str) -> HttpResponse:
    """Looks for opportunities, by start. Nothing is stored."""
    user = caller_of(request, Right.READ)
    refuse_conditions(request)
    found = product_for(user, product)
    wish, most, token = read_search(document_of(request))
    # Later pages are of the same search: an open start is when that was made, not now.
    at, first = _page(token) if token is not None else (timezone.now(), 0)
    wish = closed(found, wish, at=at)
    with looking(found, user):
        looks = possible(found, wish, at=at).looks
    if first > len(looks):
        raise MissingError("page", token)
    shown = looks[first : first + most]
    # What is free tells of what others ordered, as break-even profits do: who sees those sees this.
    known = free(found, shown, at=at) if sees_break_even(user, found.fleet) else [None] * len(shown)
    features = [_feature(request, found, wish, look, is_free) for look, is_free in zip(shown, known, strict=True)]
    links = []
    if first + most < len(looks):
        body = {**wish.as_sent(), "limit": most, "next": f"{written(at)},{first + most}"}
        links = [Link(rel="next", href=request.build_absolute_uri(), type=GEO, method="POST", body=body)]
    links.append(_create_order(request, found, wish.as_sent()))
    response = answer(OpportunityCollection(features=features, links=links), GEO)
    response["Preference-Applied"] = "wait"
    return response


def _page(token: str) -> tuple[datetime, int]:
    """When the search was made of which a page is asked for, and where that begins."""
    moment, _, place = token.partition(",")
    try:
        at, first = moment_of(moment), int(place)
    except ValueError:
        raise MissingError("page", token) from None
    if not (timezone.now() - LASTS <= at <= timezone.now() and first > 0):
        raise MissingError("page", token)
    return at, first


def _feature(request: HttpRequest, product: Product, wish: Wish, look: Look, is_free: bool | None) -> OpportunityShape:
    when = f"{written(look.starts)}/{written(look.ends)}"
    # Without it an order in these times would be one for any satellite that sees the place then.
    takes_it = {"op": "=", "args": [{"property": "satellite"}, look.satellite]}
    chosen = takes_it if wish.filter is None else {"op": "and", "args": [wish.filter, takes_it]}
    body = {"datetime": when, "geometry": wish.geometry, "filter": chosen}
    return OpportunityShape(
        bbox=bbox_of(wish.geometry),
        geometry=wish.geometry,
        properties={"datetime": when, "product_id": product.slug, **facts_of(look)}
        | ({} if is_free is None else {"satselect:free": is_free}),
        links=[_create_order(request, product, body)],
    )


def _create_order(request: HttpRequest, product: Product, body: dict[str, Any]) -> Link:
    """The link by which what was found can be ordered as it stands, where no parameter is required."""
    ordering = posting(request, "create-order", product_path(product.slug, "orders"))
    return ordering.model_copy(update={"body": {**body, "order_parameters": {}}})
