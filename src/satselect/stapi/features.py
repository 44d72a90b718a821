"""Opportunities as features, each with the order that it could become."""

from typing import Any

from django.http import HttpRequest

from satselect.application.opportunities.product_opportunities import facts_of
from satselect.application.ordering.offers import Offer
from satselect.application.ordering.winning import wins_with
from satselect.schemas.fields.moments import written
from satselect.schemas.ordering.places import bbox_of
from satselect.schemas.ordering.wishes import Wish
from satselect.stapi.addresses import posting, product_path
from satselect.stapi.versions.v0_1 import Link, OpportunityShape
from satselect.store.models import Product


def feature_of(request: HttpRequest, product: Product, wish: Wish, offer: Offer) -> OpportunityShape:
    """An opportunity, and how to order it."""
    look = offer.look
    when = f"{written(look.starts)}/{written(look.ends)}"
    # Without it an order in these times would be one for any satellite that sees the place then.
    takes_it = {"op": "=", "args": [{"property": "satellite"}, look.satellite]}
    chosen = takes_it if wish.filter is None else {"op": "and", "args": [wish.filter, takes_it]}
    body = {"datetime": when, "geometry": wish.geometry, "filter": chosen}
    needed = offer.break_even
    told = {
        "satselect:free": offer.is_free,
        "satselect:price": offer.price,
        "satselect:break_even": needed,
        "satselect:wins_with": None if needed is None else wins_with(needed, product.profit_as_sent),
        "satselect:unknown": offer.unknown,
    }
    return OpportunityShape(
        bbox=bbox_of(wish.geometry),
        geometry=wish.geometry,
        properties={"datetime": when, "product_id": product.slug, **facts_of(look)}
        | {name: value for name, value in told.items() if value is not None},
        links=[create_order(request, product, body)],
    )


def create_order(request: HttpRequest, product: Product, body: dict[str, Any]) -> Link:
    """The link by which what was found can be ordered as it stands, where no parameter is required."""
    ordering = posting(request, "create-order", product_path(product.slug, "orders"))
    return ordering.model_copy(update={"body": {**body, "order_parameters": {}}})
