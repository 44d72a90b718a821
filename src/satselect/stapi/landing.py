"""Where a client begins: the landing page at the root of the host, and what is implemented."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from satselect.stapi.addresses import ROOT, SEARCHES, link
from satselect.stapi.answering import answer, spoken
from satselect.stapi.versions import v0_1
from satselect.stapi.versions.v0_1 import GEO, Conformance, Landing
from satselect.store.models import Product
from satselect.web.edges import host_of
from satselect.web.problems import wants_page

router = Router(tags=["stapi"], auth=None)

CONFORMS_TO = [v0_1.CORE, v0_1.ORDER_STATUSES, v0_1.SEARCHES, v0_1.SEARCH_STATUSES]
OPENAPI = "/stapi/openapi.json"
_OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.1"


def wants_landing(request: HttpRequest) -> bool:
    """Whether the root of the host is asked for by a program that orders, where there is something to order."""
    # The one real client asks here, whatever address it is given, and sends no Accept.
    own = settings.SATSELECT_STAPI_HOST
    if request.method not in {"GET", "HEAD"}:
        return False
    if own is not None:
        return host_of(request) == own
    return not wants_page(request) and Product.objects.filter(is_offered=True).exists()


@router.get("/stapi/", response=spoken().Landing)
def landing(request: HttpRequest) -> HttpResponse:
    """The landing page. It is at the root of the host, too, for whoever does not ask for HTML."""
    links = [
        link(request, "self", ROOT),
        link(request, "service-desc", OPENAPI, _OPENAPI_TYPE),
        # Readers of 0.1.0 look for the second name of it.
        link(request, "service-description", OPENAPI, _OPENAPI_TYPE),
        link(request, "conformance", "/conformance"),
        link(request, "products", "/products"),
        link(request, "orders", "/orders", GEO),
        # The text has one name for it, the reference another.
        link(request, "search-records", SEARCHES),
        link(request, "opportunity-search-records", SEARCHES),
    ]
    return answer(
        Landing(
            id="satselect",
            title="satselect",
            description="Order what fleets of satellites offer. What is worth most is planned, and proven best.",
            conformsTo=CONFORMS_TO,
            links=links,
        )
    )


@router.get("/conformance", response=spoken().Conformance)
def conformance(request: HttpRequest) -> HttpResponse:
    """What is implemented."""
    return answer(Conformance(conformsTo=CONFORMS_TO))
