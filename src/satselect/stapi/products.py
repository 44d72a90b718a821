"""What can be ordered, and what an order of it may say."""

import json
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_products
from satselect.application.errors import MissingError
from satselect.application.explanation.questions import question
from satselect.application.ordering.parameters import DIALECT, schema_of
from satselect.application.ordering.possible import queryables_of
from satselect.stapi.addresses import link, product_links, product_path
from satselect.stapi.answering import Paged, answer, page, spoken
from satselect.stapi.versions.v0_1 import (
    GEOMETRY,
    JSON,
    OPPORTUNITIES,
    OPPORTUNITIES_ASYNC,
    Conformance,
    ProductCollection,
    ProductShape,
    Provider,
)
from satselect.store.models import Product, User
from satselect.web.callers import caller_of
from satselect.web.lookups import look_up
from satselect.web.runtime import runtime

router = Router(tags=["stapi"])


@router.get("/products", response=spoken().ProductCollection)
def list_products(request: HttpRequest, wanted: Query[Paged]) -> HttpResponse:
    """What can be ordered, by id."""
    rows = _offered(caller_of(request, Right.READ)).order_by("slug")
    known = rows.count()
    if wanted.next is not None:
        # No slug has it, and PostgreSQL refuses to look
        if "\0" in wanted.next or not rows.filter(slug=wanted.next).exists():
            raise MissingError("page", wanted.next)
        rows = rows.filter(slug__gt=wanted.next)
    shown, links = page(request, list(rows[: wanted.most + 1]), wanted.most, JSON, lambda row: row.slug)
    products = [_shape(request, row) for row in shown]
    return answer(ProductCollection(products=products, links=links, numberMatched=known))


@router.get("/products/{product}", response=spoken().ProductShape)
def get_product(request: HttpRequest, product: str) -> HttpResponse:
    """One product."""
    return answer(_shape(request, product_for(caller_of(request, Right.READ), product)))


@router.get("/products/{product}/conformance", response=spoken().Conformance)
def get_product_conformance(request: HttpRequest, product: str) -> HttpResponse:
    """What is implemented for the product, and the kinds of places that it is for."""
    return answer(Conformance(conformsTo=_conforms_to(product_for(caller_of(request, Right.READ), product))))


@router.get("/products/{product}/queryables", response=dict[str, Any])
def get_queryables(request: HttpRequest, product: str) -> HttpResponse:
    """What a filter may ask of opportunities, as a JSON Schema."""
    found = product_for(caller_of(request, Right.READ), product)
    return _schema(
        {
            "$schema": DIALECT,
            "$id": link(request, "self", product_path(product, "queryables")).href,
            "title": f"Queryables of {found.title}",
            "type": "object",
            "properties": queryables_of(found),
            "additionalProperties": False,
        }
    )


@router.get("/products/{product}/order-parameters", response=dict[str, Any])
def get_order_parameters(request: HttpRequest, product: str) -> HttpResponse:
    """What an order says besides when and where, as a JSON Schema."""
    return _schema(schema_of(product_for(caller_of(request, Right.READ), product)))


def product_for(user: User, slug: str) -> Product:
    """The product, if it is offered to the user.

    Raises:
        MissingError: otherwise.
    """
    return look_up(_offered(user).select_related("fleet"), "product", slug=slug)


def looking(product: Product, user: User) -> AbstractContextManager[None]:
    """A place for the question when satellites see a place, which takes a processor for a while."""
    return nullcontext() if product.sight is None else question(runtime().places, user.id)


def _offered(user: User) -> QuerySet[Product]:
    return visible_products(user).filter(is_offered=True)


def _schema(schema: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(schema), content_type=JSON)


def _conforms_to(product: Product) -> list[str]:
    return [OPPORTUNITIES, OPPORTUNITIES_ASYNC, *(GEOMETRY.format(kind=kind) for kind in product.geometries)]


def _shape(request: HttpRequest, product: Product) -> ProductShape:
    return ProductShape(
        id=product.slug,
        title=product.title,
        description=product.description or product.title,
        keywords=product.keywords,
        license=product.license,
        providers=[Provider(name="satselect", roles=["producer"], url=request.build_absolute_uri("/"))],
        conformsTo=_conforms_to(product),
        links=product_links(request, product.slug),
    )
