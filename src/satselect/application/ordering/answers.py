"""Products as they are answered."""

from satselect.schemas.ordering.products import Geometry, ProductAnswer, Sight
from satselect.store.models import Product


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
