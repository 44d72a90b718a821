"""`satselect products`: what fleets offer."""

import argparse
import json
from typing import TYPE_CHECKING

from satselect.cli.inputs.files import LIMITS, bytes_in, lines_about
from satselect.cli.service.setup import DONE, WRONG_INPUT, fail, set_up
from satselect.cli.terminal.tables import table
from satselect.schemas.reading.faults import InputError

if TYPE_CHECKING:
    from satselect.application.act import Act
    from satselect.store.models import Product


def run(given: argparse.Namespace) -> int:
    """Does what is asked with products. Gives the exit code."""
    if code := set_up(given.database):
        return code
    from satselect.application.errors import RefusedError

    try:
        return _ACTIONS[given.action](given)
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)


def _create(given: argparse.Namespace) -> int:
    from satselect.application.errors import MissingError
    from satselect.application.ordering.products import create_product
    from satselect.schemas.ordering.products import NEW_PRODUCT, NewProduct
    from satselect.schemas.reading.json_reader import read_json
    from satselect.schemas.reading.validation import validate
    from satselect.store.models import Fleet

    try:
        new = validate(NEW_PRODUCT, read_json(bytes_in(given.product), LIMITS))
        sent = {name: getattr(new, name) for name in NewProduct.model_fields}
        fleet = Fleet.objects.filter(slug=sent["fleet"]).first()
        if fleet is None:
            raise MissingError("fleet", sent["fleet"])
        del sent["fleet"]
        made = create_product(fleet, {"slug": sent.pop("product"), **sent}, _act())
    except (InputError, OSError) as error:
        return fail("\n".join(lines_about(given.product, error)), code=WRONG_INPUT)
    return _told(given, made)


def _list(given: argparse.Namespace) -> int:
    from satselect.application.ordering.products import product_answer
    from satselect.store.models import Product

    rows = Product.objects.select_related("fleet").order_by("slug")
    if given.json:
        print(json.dumps({"items": [product_answer(row).model_dump(mode="json") for row in rows]}))
    else:
        lines = [[row.slug, row.fleet.slug, _number(row), "yes" if row.is_offered else "no", row.title] for row in rows]
        print("\n".join(table(["product", "fleet", "profit", "offered", "title"], lines)))
    return DONE


def _offer(given: argparse.Namespace) -> int:
    from satselect.application.errors import MissingError
    from satselect.application.ordering.products import edit_product
    from satselect.store.models import Product

    product = Product.objects.select_related("fleet").filter(slug=given.product).first()
    if product is None:
        raise MissingError("product", given.product)
    edit_product(product, {"is_offered": given.action == "offer"}, _act())
    return _told(given, product)


def _told(given: argparse.Namespace, product: "Product") -> int:
    from satselect.application.ordering.products import product_answer

    words = "is offered" if product.is_offered else "is not offered"
    shown = json.dumps(product_answer(product).model_dump(mode="json"))
    print(shown if given.json else f"{product.slug} {words}")
    return DONE


def _act() -> "Act":
    from django.utils import timezone

    from satselect.application.access.accounts import find_user
    from satselect.application.act import Act
    from satselect.store.defaults import LOCAL

    return Act(find_user(LOCAL), timezone.now())


def _number(product: "Product") -> str:
    return "-" if product.profit_as_sent is None else str(product.profit_as_sent)


_ACTIONS = {"create": _create, "list": _list, "offer": _offer, "withdraw": _offer}
