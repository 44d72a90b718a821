"""What fleets offer: products are made, changed and taken away by operators."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import ConflictError, GoneError
from satselect.application.ordering.abilities import faults_with
from satselect.schemas.ordering.products import Geometry, ProductAnswer, Sight
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Fleet, Product
from satselect.store.sql.transactions import short_transaction

Facts = Mapping[str, Any]


def create_product(fleet: Fleet, sent: Facts, act: Act) -> Product:
    """What the fleet offers from now on.

    Raises:
        ConflictError: another product has that slug, or the fleet does not plan in time.
        InvalidError: the fleet doesn't have what it uses, or a place of some kind can't be taken in one go.
    """
    if fleet.horizon_s is None:
        raise ConflictError(f"the fleet {fleet.slug!r} has no horizon: products are for fleets that plan in time")
    product = Product(fleet=fleet, created=act.at, **_columns(sent))
    _check(product)
    try:
        with short_transaction():
            product.save(force_insert=True)  # a slug that is taken is refused by the table, whoever comes second
            audit(act, "product.create", product.slug, _told(sent))
    except IntegrityError:
        raise ConflictError(f"there is a product {product.slug!r} already") from None
    return product


def edit_product(product: Product, sent: Facts, act: Act) -> None:
    """Gives the product these fields, for orders from now on.

    Raises:
        InvalidError: as above.
        ChangedError: it is not as it should be.
        GoneError: it was deleted meanwhile.
    """
    columns = _columns(sent)
    with short_transaction():
        _lock(product)
        act.condition()
        # As it is by now: what is checked has to be what is stored, and two may edit it at once.
        product.refresh_from_db()
        for name, value in columns.items():
            setattr(product, name, value)
        _check(product)
        product.save(update_fields=list(columns))
        audit(act, "product.edit", product.slug, _told(sent))


def delete_product(product: Product, act: Act) -> None:
    """The product is gone, if nobody ever ordered it.

    Raises:
        ConflictError: somebody did.
        ChangedError: it is not as it should be.
        GoneError: it was deleted meanwhile.
    """
    try:
        with short_transaction():
            _lock(product)
            act.condition()
            product.delete()
            audit(act, "product.delete", product.slug, {"title": product.title})
    except ProtectedError:
        raise ConflictError(f"the product {product.slug!r} was ordered; offer it no longer instead") from None


def _lock(product: Product) -> None:
    if not Product.objects.select_for_update(no_key=True).filter(id=product.id).exists():
        raise GoneError("the product was deleted")


def product_answer(product: Product) -> ProductAnswer:
    """The product, whose fleet was read with it."""
    return ProductAnswer.model_construct(
        product=product.slug,
        title=product.title,
        fleet=product.fleet.slug,
        description=product.description,
        license=product.license,
        keywords=product.keywords,
        geometries=[Geometry(kind) for kind in product.geometries],
        resources=product.resources,
        duration=product.duration_s,
        profit=product.profit_as_sent,
        parameters=product.parameters,
        satellites=product.satellites,
        sight=None if product.sight is None else Sight.model_construct(**product.sight),
        details=product.details,
        is_offered=product.is_offered,
    )


def _columns(sent: Facts) -> dict[str, Any]:
    """What is stored of what was sent."""
    columns = dict(sent)
    if isinstance(columns.get("sight"), Sight):
        columns["sight"] = columns["sight"].model_dump()
    if "duration" in columns:
        columns["duration_s"] = columns.pop("duration")
    if "profit" in columns:
        columns["is_whole_profit"] = isinstance(columns["profit"], int)
    if "geometries" in columns:
        columns["geometries"] = [Geometry(kind).value for kind in columns["geometries"]]
    return columns


def _told(sent: Facts) -> dict[str, Any]:
    return {name: value for name, value in _columns(sent).items() if name != "is_whole_profit"}


def _check(product: Product) -> None:
    """Returns if the fleet can do it, and orders of it would say all that planning needs."""
    if faults := faults_with(product):
        raise InvalidError(faults)
