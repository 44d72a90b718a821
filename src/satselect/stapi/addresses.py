"""Where things are, as links: absolute, under the name by which the service was asked."""

from django.http import HttpRequest

from satselect.stapi.versions.v0_1 import GEO, JSON, Link

PATHS = ("/products", "/orders", "/searches", "/conformance", "/stapi/")
"""What this edge answers, besides the landing page."""
ROOT = "/"
SEARCHES = "/searches/opportunities"


def link(request: HttpRequest, rel: str, path: str, media_type: str = JSON) -> Link:
    """A link to what is at that path."""
    return Link(rel=rel, href=request.build_absolute_uri(path), type=media_type)


def posting(request: HttpRequest, rel: str, path: str, media_type: str = GEO) -> Link:
    """A link that says what to post to."""
    return Link(rel=rel, href=request.build_absolute_uri(path), type=media_type, method="POST")


def product_path(product: str, part: str = "") -> str:
    """Of a product, or of a part of it."""
    return f"/products/{product}/{part}" if part else f"/products/{product}"


def order_path(order: object, part: str = "") -> str:
    """Of an order, or of a part of it."""
    return f"/orders/{order}/{part}" if part else f"/orders/{order}"


def search_path(search: object, part: str = "") -> str:
    """Of a search, or of a part of it."""
    return f"{SEARCHES}/{search}/{part}" if part else f"{SEARCHES}/{search}"


def product_links(request: HttpRequest, product: str) -> list[Link]:
    """Those of a product."""
    return [
        link(request, "self", product_path(product)),
        link(request, "conformance", product_path(product, "conformance")),
        link(request, "queryables", product_path(product, "queryables")),
        link(request, "order-parameters", product_path(product, "order-parameters")),
        # Clients make these addresses up of that of the product, so they have to have this form.
        posting(request, "create-order", product_path(product, "orders")),
        posting(request, "opportunities", product_path(product, "opportunities")),
        link(request, "root", ROOT),
    ]
