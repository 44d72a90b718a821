"""What a fleet offers: made, changed, withdrawn and taken away."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.conditions import Condition, unless_changed
from satselect.application.errors import ChangedError, ConflictError
from satselect.application.ordering.products import create_product, delete_product, edit_product, product_answer
from satselect.console.forms import WHOLE, by_field
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.product_forms import (
    ANGLES,
    FIELDS,
    KINDS,
    NEW,
    Fields,
    document_of_product,
    fields_of_product,
    fields_sent,
)
from satselect.schemas.fields.entity_tags import digest_of
from satselect.schemas.ordering.products import NEW_PRODUCT, PRODUCT_PATCH, NewProduct
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet, Order, Product, User

MOST_SHOWN = 300
Faults = Mapping[str, list[str]]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.OPERATE)
def show_products(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """What the fleet offers, and a form; what is sent becomes a product."""
    fleet = fleet_of(user, slug)
    if request.method != "POST":
        return _listed(request, user, fleet)
    document = document_of_product(request.POST, is_new=True)

    def create() -> None:
        new = validate(NEW_PRODUCT, {**document, "fleet": fleet.slug})
        sent = {name: getattr(new, name) for name in NewProduct.model_fields if name != "fleet"}
        create_product(fleet, {"slug": sent.pop("product"), **sent}, Act(user, timezone.now()))

    if faults := _faults(create, document):
        return _listed(request, user, fleet, faults=faults, fields=fields_sent(request.POST))
    return redirect("console:products", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.OPERATE)
def show_product(request: HttpRequest, user: User, slug: str, product: str) -> HttpResponse:
    """One product in a form; what is sent holds for orders from now on."""
    fleet = fleet_of(user, slug)
    found = _found(fleet, product)
    if request.method != "POST":
        return _shown(request, user, found)
    document = document_of_product(request.POST, is_new=False)

    def edit() -> None:
        patch = validate(PRODUCT_PATCH, document)
        sent = {name: getattr(patch, name) for name in patch.model_fields_set}
        edit_product(found, sent, Act(user, timezone.now(), _as_seen(request, found)))

    try:
        if faults := _faults(edit, document):
            return _shown(request, user, found, faults=faults, fields=fields_sent(request.POST))
    except ChangedError as error:
        return _changed(request, user, found, error)
    return redirect("console:products", slug)


@require_POST
@page(Right.OPERATE)
def post_offer(request: HttpRequest, user: User, slug: str, product: str) -> HttpResponse:
    """Offers a product, or does so no longer: what was ordered stays."""
    found = _found(fleet_of(user, slug), product)
    edit_product(found, {"is_offered": request.POST.get("offered") == "yes"}, Act(user, timezone.now()))
    return redirect("console:products", slug)


@require_POST
@page(Right.OPERATE)
def post_delete(request: HttpRequest, user: User, slug: str, product: str) -> HttpResponse:
    """Takes away a product that nobody ever ordered."""
    found = _found(fleet_of(user, slug), product)
    act = Act(user, timezone.now(), _as_seen(request, found))
    try:
        if faults := _faults(lambda: delete_product(found, act), {}):
            return _shown(request, user, found, faults=faults)
    except ChangedError as error:
        return _changed(request, user, found, error)
    return redirect("console:products", slug)


def _found(fleet: Fleet, slug: str) -> Product:
    return get_object_or_404(Product.objects.select_related("fleet").filter(fleet=fleet), slug=slug)


def _seen(product: Product) -> str:
    """What tells one state of it from another."""
    return digest_of(product_answer(product).model_dump(mode="json"))


def _as_seen(request: HttpRequest, product: Product) -> Condition:
    """That it is as the page showed it from which the form came."""
    return unless_changed("product", lambda: _seen(_found(product.fleet, product.slug)), request.POST.get("seen", ""))


def _faults(change: Callable[[], None], document: Mapping[str, Any]) -> Faults:
    """Field to what is wrong with it; nothing if it was done."""
    try:
        change()
    except InvalidError as error:
        return by_field(error.faults, FIELDS, document=dict(document))
    except ConflictError as error:
        return {WHOLE: [str(error)]}
    return {}


def _changed(request: HttpRequest, user: User, product: Product, error: ChangedError) -> HttpResponse:
    words = {WHOLE: [f"{error}. Below is what it is now."]}
    found = _found(product.fleet, product.slug)
    return _shown(request, user, found, faults=words, status=HTTPStatus.PRECONDITION_FAILED)


def _form(fleet: Fleet, fields: Fields, faults: Faults | None) -> dict[str, Any]:
    """What the fields of the form need to know."""
    kinds = [(kind.value, words, kind.value in fields["geometries"]) for kind, words in KINDS]
    angles = [(name, words, fields["angles"].get(name, "")) for name, words in ANGLES]
    satellites = fleet.satellites.order_by("id").values_list("slug", flat=True)[:40]
    return {"fields": fields, "faults": faults or {}, "kinds": kinds, "angles": angles, "satellites": satellites}


def _listed(
    request: HttpRequest, user: User, fleet: Fleet, *, faults: Faults | None = None, fields: Fields | None = None
) -> HttpResponse:
    rows = Product.objects.filter(fleet=fleet).order_by("slug").select_related("fleet")
    return show(
        request,
        "console/products.html",
        user,
        fleet,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        tab="products",
        products=[(row, fields_of_product(product_answer(row))) for row in rows[:MOST_SHOWN]],
        is_offered=fields is None or "is_offered" in fields,
        **_form(fleet, fields or NEW, faults),
    )


def _shown(
    request: HttpRequest,
    user: User,
    product: Product,
    *,
    faults: Faults | None = None,
    fields: Fields | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    was_ordered = Product.objects.filter(Exists(Order.objects.filter(product=OuterRef("id"))), id=product.id).exists()
    return show(
        request,
        "console/product.html",
        user,
        product.fleet,
        status=status if faults else HTTPStatus.OK,
        tab="products",
        product=product,
        seen=_seen(product),
        was_ordered=was_ordered,
        **_form(product.fleet, fields or fields_of_product(product_answer(product)), faults),
    )
