"""What fleets offer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_products
from satselect.application.act import Act
from satselect.application.ordering.products import create_product, delete_product, edit_product, product_answer
from satselect.schemas.ordering.products import (
    NEW_PRODUCT,
    PRODUCT_PATCH,
    NewProduct,
    ProductAnswer,
    ProductList,
    ProductPatch,
)
from satselect.store.models import Product, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.requests import body_of

router = Router(tags=["products"])

_PRODUCT = "/api/v1/products/{product}"


@router.get("/api/v1/products", response=ProductList)
def list_products(request: HttpRequest) -> ProductList:
    """What can be ordered; for operators also what is not offered now."""
    rows = visible_products(caller_of(request, Right.READ)).select_related("fleet").order_by("slug")
    return ProductList.model_construct(items=[product_answer(row) for row in rows])


@router.post("/api/v1/products", response={201: ProductAnswer}, openapi_extra={**json_body(NewProduct), **CONFLICT})
def post_product(request: HttpRequest) -> Status[ProductAnswer]:
    """Makes a product of a fleet that plans in time."""
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    new = body_of(request, NEW_PRODUCT)
    sent = {name: getattr(new, name) for name in NewProduct.model_fields}
    fleet = fleet_for(user, sent.pop("fleet"))
    made = create_product(fleet, {"slug": sent.pop("product"), **sent}, Act(user, timezone.now()))
    return Status(HTTPStatus.CREATED, tagged(request, product_answer(made)))


@router.get(_PRODUCT, response=ProductAnswer)
def get_product(request: HttpRequest, product: str) -> ProductAnswer:
    """One product."""
    return tagged(request, product_answer(_found(caller_of(request, Right.READ), product)))


@router.patch(_PRODUCT, response=ProductAnswer, openapi_extra=conditional(json_body(ProductPatch)))
def patch_product(request: HttpRequest, product: str) -> ProductAnswer:
    """Changes a product, for orders from now on."""
    user = caller_of(request, Right.OPERATE)
    found, patch = _found(user, product), body_of(request, PRODUCT_PATCH)
    edit_product(found, {name: getattr(patch, name) for name in patch.model_fields_set}, _act(request, user, product))
    return tagged(request, product_answer(found))


@router.delete(_PRODUCT, response={204: None}, openapi_extra=conditional(CONFLICT))
def remove_product(request: HttpRequest, product: str) -> HttpResponse:
    """Deletes a product that was never ordered."""
    user = caller_of(request, Right.OPERATE)
    delete_product(_found(user, product), _act(request, user, product))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _act(request: HttpRequest, user: User, product: str) -> Act:
    return Act(user, timezone.now(), condition_of(request, lambda: product_answer(_found(user, product))))


def _found(user: User, product: str) -> Product:
    return look_up(visible_products(user).select_related("fleet"), "product", slug=product)
