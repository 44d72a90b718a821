"""When a product could be delivered: looked for while the client waits, or stored as a search for later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from satselect.application.access.rights import Right, sees_break_even
from satselect.application.errors import AskedTooMuchError, BusyError, MissingError
from satselect.application.explanation.questions import question
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.ordering.offers import Offer, offered
from satselect.application.ordering.possible import closed, findable
from satselect.application.ordering.searches.records import Repeatable, begin_search
from satselect.schemas.fields.moments import moment_of, written
from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.submission.fingerprints import fingerprint_of_document
from satselect.stapi.answering import IDEMPOTENCY_KEY, answer, spoken
from satselect.stapi.features import create_order, feature_of
from satselect.stapi.products import looking, product_for
from satselect.stapi.searches import record_of
from satselect.stapi.versions.bodies import read_search
from satselect.stapi.versions.v0_1 import (
    GEO,
    JSON,
    Link,
    OpportunityCollection,
)
from satselect.store.models import Product, User
from satselect.web.callers import caller_of
from satselect.web.conditions import refuse_conditions
from satselect.web.requests import document_of, idempotency_key_of, place_of, prefers_async
from satselect.web.runtime import runtime

router = Router(tags=["stapi"])

LASTS = timedelta(days=1)
"""So long the later pages of a search may be asked for."""
PRICES_S = 1.0
"""So long the engine may plan for prices while a client waits, and as long again: of larger fleets none are told."""
_APPLIED = {"Preference-Applied": {"schema": {"type": "string"}}}
_BODY: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Prefer",
            "schema": {"type": "string", "examples": ["wait", "respond-async"]},
            "description": "`respond-async` stores the search and answers 201 with where it is; else it is answered",
        },
        IDEMPOTENCY_KEY,
    ],
    "requestBody": {"required": True, "content": {JSON: {"schema": spoken().SearchBody.model_json_schema()}}},
    "responses": {
        200: {"headers": _APPLIED},
        201: {"headers": {**_APPLIED, "Location": {"description": "the search", "schema": {"type": "string"}}}},
    },
}


@router.post(
    "/products/{product}/opportunities",
    response={200: spoken().OpportunityCollection, 201: spoken().SearchRecordShape},
    openapi_extra=_BODY,
)
def post_search(request: HttpRequest, product: str) -> HttpResponse:
    """Looks for opportunities, by start: at once, or, for who prefers `respond-async`, as a search that is stored."""
    user = caller_of(request, Right.READ)
    refuse_conditions(request)
    found = product_for(user, product)
    wish, most, token = read_search(document_of(request), least=spoken().LEAST_LIMIT)
    # A later page is of a search that was answered at once, whatever is preferred now.
    if prefers_async(request) and token is None:
        return _stored(request, found, wish, user)
    # Later pages are of the same search: an open start is when that was made, not now.
    at, first = _page(token) if token is not None else (timezone.now(), 0)
    wish = closed(found, wish, at=at)
    with looking(found, user):
        looks = findable(found, wish, at=at).looks
    if first > len(looks):
        raise MissingError("page", token)
    offers = _offers(found, user, looks[first : first + most], at)
    links = []
    if first + most < len(looks):
        # With the time of the search: an interval that was open must not move on from page to page.
        body = {**wish.as_sent(), "limit": most, "next": f"{written(at)},{first + most}"}
        links = [Link(rel="next", href=request.build_absolute_uri(), type=GEO, method="POST", body=body)]
    links.append(create_order(request, found, wish.as_sent()))
    features = [feature_of(request, found, wish, offer) for offer in offers]
    response = answer(OpportunityCollection(features=features, links=links), GEO)
    response["Preference-Applied"] = "wait"
    return response


def _stored(request: HttpRequest, product: Product, wish: Wish, user: User) -> HttpResponse:
    key = idempotency_key_of(request)
    digest = fingerprint_of_document(place_of(request), wish.as_sent())
    repeatable = Repeatable(key, digest) if key else None
    search = begin_search(product, wish, by=user, at=timezone.now(), repeatable=repeatable)
    record = record_of(request, search)
    response = answer(record, status=HTTPStatus.CREATED)
    response["Location"] = record.links[0].href
    response["Preference-Applied"] = "respond-async"
    return response


def _offers(product: Product, user: User, looks: Sequence[Look], at: datetime) -> list[Offer]:
    # What is free, or costs, tells of what others ordered, as break-even profits do: who sees those sees this.
    if not sees_break_even(user, product.fleet):
        return [Offer(look) for look in looks]
    prices = runtime().plan_prices
    try:
        with question(runtime().places, user.id):
            return offered(product, looks, prices, at=at, time_limit_s=PRICES_S)
    except (AskedTooMuchError, BusyError):
        # Without a place for a question: what takes no planning is told all the same.
        return offered(product, looks, None, at=at, time_limit_s=PRICES_S)


def _page(token: str) -> tuple[datetime, int]:
    """When the search was made of which a page is asked for, and where that begins."""
    moment, _, place = token.partition(",")
    try:
        at, first = moment_of(moment), int(place)
    except ValueError:
        raise MissingError("page", token) from None
    # Whoever makes a token up must not have any time searched, nor pages before the first.
    if not (timezone.now() - LASTS <= at <= timezone.now() and first > 0):
        raise MissingError("page", token)
    return at, first
