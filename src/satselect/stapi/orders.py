"""Orders: placed, listed, and what became of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_orders
from satselect.application.errors import MissingError
from satselect.application.ordering.auction.telling import with_price
from satselect.application.ordering.orders import NewOrder, place
from satselect.application.ordering.statuses import Standing, Step, just_placed, standings
from satselect.application.tasks.quotas import quota_of
from satselect.application.tasks.submission import Submission
from satselect.schemas.fields.moments import written
from satselect.schemas.ordering.places import bbox_of
from satselect.schemas.submission.fingerprints import fingerprint_of_document
from satselect.stapi.addresses import link, order_path, posting, product_path
from satselect.stapi.answering import IDEMPOTENCY_KEY, Paged, answer, page, row_of, spoken, text
from satselect.stapi.products import looking, product_for
from satselect.stapi.versions.bodies import read_order
from satselect.stapi.versions.v0_1 import (
    GEO,
    JSON,
    Link,
    OrderCollection,
    OrderProperties,
    OrderShape,
    Statuses,
    StatusShape,
)
from satselect.store.models import Product, User
from satselect.web.callers import caller_of
from satselect.web.conditions import refuse_conditions
from satselect.web.lookups import look_up
from satselect.web.requests import document_of, idempotency_key_of, place_of
from satselect.web.runtime import runtime
from satselect.web.submissions import created

router = Router(tags=["stapi"])

MOST_COUNTED = 10_000
"""More orders than these are not counted for each page."""

_BODY: dict[str, Any] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": {"required": True, "content": {JSON: {"schema": spoken().OrderBody.model_json_schema()}}},
    "responses": {201: {"headers": {"Location": {"description": "the order", "schema": {"type": "string"}}}}},
}


@router.post("/products/{product}/orders", response={201: spoken().OrderShape}, openapi_extra=_BODY)
def post_order(request: HttpRequest, product: str) -> HttpResponse:
    """Orders the product: a task of its fleet, with the opportunities that there are. The key makes it repeatable."""
    user = caller_of(request, Right.SUBMIT)
    refuse_conditions(request)
    new = _new_order(request, user, product_for(user, product))
    with looking(new.product, user):
        placed = place(new, runtime().settler, at=timezone.now())
    where = request.build_absolute_uri(order_path(placed.order.id))
    # As it was placed: this answer is kept for repetitions, and what became of it is asked for at its address.
    body = text(_shape(request, just_placed(placed.order)))
    return created(placed.receipt, where, body, to=user, media_type=GEO)


@router.get("/orders", response=spoken().OrderCollection)
def list_orders(request: HttpRequest, wanted: Query[Paged]) -> HttpResponse:
    """The orders that the caller may see, newest first."""
    rows = visible_orders(caller_of(request, Right.READ))
    # Counted as far as that is cheap: a client that reads all pages counts by itself.
    count = rows[: MOST_COUNTED + 1].count()
    newest = rows.select_related("product").order_by("-id")
    if wanted.next is not None:
        newest = newest.filter(id__lt=row_of(rows, wanted.next))
    shown, links = page(request, list(newest[: wanted.most + 1]), wanted.most, GEO, lambda row: row.id)
    features = [_shape(request, one) for one in standings(shown, at=timezone.now())]
    known = count if count <= MOST_COUNTED else None
    return answer(OrderCollection(features=features, links=links, numberMatched=known), GEO)


@router.get("/orders/{uuid:order_id}", response=spoken().OrderShape)
def get_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order, with what it is now."""
    user, at = caller_of(request, Right.READ), timezone.now()
    told = with_price(_standing(user, order_id, at), to=user, at=at, places=runtime().places)
    return answer(_shape(request, told), GEO)


@router.get("/orders/{uuid:order_id}/statuses", response=spoken().Statuses)
def get_statuses(request: HttpRequest, order_id: UUID, wanted: Query[Paged]) -> HttpResponse:
    """What the order was, newest first."""
    standing = _standing(caller_of(request, Right.READ), order_id, timezone.now())
    steps = list(enumerate(standing.steps))[::-1]
    if wanted.next is not None:
        if wanted.next not in {str(number) for number, _ in steps}:
            raise MissingError("page", wanted.next)
        steps = [(number, step) for number, step in steps if number < int(wanted.next)]
    shown, links = page(request, steps[: wanted.most + 1], wanted.most, JSON, lambda row: row[0])
    return answer(Statuses(statuses=[_status(step) for _, step in shown], links=links))


def _new_order(request: HttpRequest, user: User, product: Product) -> NewOrder:
    wish, parameters = read_order(document_of(request))
    sent = {**wish.as_sent(), "order_parameters": parameters}
    submission = Submission(
        fleet=product.fleet.slug,
        account_id=user.account_id,
        user_id=user.id,
        tasks=(),
        digest=fingerprint_of_document(place_of(request), sent),
        idempotency_key=idempotency_key_of(request),
        quota=quota_of(user, usual=settings.SATSELECT_BUFFERED_LIMIT),
        most_candidates=settings.SATSELECT_LIMITS.candidates,
    )
    return NewOrder(product=product, wish=wish, parameters=parameters, submission=submission)


def _standing(user: User, order_id: UUID, at: datetime) -> Standing:
    rows = visible_orders(user).select_related("product")
    return standings([look_up(rows, "order", id=order_id)], at=at)[0]


def _shape(request: HttpRequest, standing: Standing) -> OrderShape:
    order, now = standing.order, standing.now
    properties = OrderProperties(
        product_id=order.product.slug,
        created=order.created,
        status=_status(now),
        search_parameters=order.wish,
        opportunity_properties=_opportunity(now),
        order_parameters=order.parameters,
    )
    links = [
        link(request, "self", order_path(order.id), GEO),
        link(request, "monitor", order_path(order.id, "statuses")),
        link(request, "product", product_path(order.product.slug)),
    ]
    if order.refusal is None:
        links.append(link(request, "satselect:task", f"/api/v1/tasks/{order.id}"))
        if now.code in {"received", "accepted", "scheduled", "tasked"}:
            links.append(posting(request, "cancel", f"/api/v1/tasks/{order.id}/cancel", JSON))
    geometry = order.wish["geometry"]
    return OrderShape(id=str(order.id), bbox=bbox_of(geometry), geometry=geometry, properties=properties, links=links)


def _status(step: Step) -> StatusShape:
    return StatusShape(
        timestamp=step.at,
        status_code=step.code,
        reason_code=step.reason,
        reason_text=step.words,
        break_even=step.needs,
        wins_with=step.wins_with,
        unknown=step.unknown,
        as_of=step.as_of,
        links=[Link(**one) for one in step.links],
        **_opportunity(step),
    )


def _opportunity(step: Step) -> dict[str, str]:
    """Where and when it is planned, if it is."""
    if step.place is None or step.place.starts is None or step.place.ends is None:
        return {}
    when = f"{written(step.place.starts)}/{written(step.place.ends)}"
    return {"datetime": when, "satellite": step.place.satellite.slug}
