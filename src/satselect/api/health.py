"""For whoever keeps the service running."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from satselect.api.callers import caller_of
from satselect.observe.health import readiness
from satselect.observe.metrics import CONTENT_TYPE, METRICS
from satselect.scheduling.visible import OPERATORS

router = Router(tags=["health"])

_FEW = """\
# HELP satselect_batches_accepted_total Batches committed
# TYPE satselect_batches_accepted_total counter
satselect_batches_accepted_total{fleet="default"} 12.0
"""


@router.get("/livez", response=dict[str, str], auth=None)
def livez(request: HttpRequest) -> dict[str, str]:
    """The process answers. It asks nobody else."""
    return {"status": "alive"}


@router.get("/readyz", response=dict[str, str], auth=None)
def readyz(request: HttpRequest) -> dict[str, str]:
    """The database answers and has all the tables. While the bus is down the service is degraded, and still ready."""
    return dict(readiness())


@router.get(
    "/metrics",
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": _FEW}}}}},
)
def metrics(request: HttpRequest) -> HttpResponse:
    """What is counted, for Prometheus. It tells of all fleets, so it is for operators."""
    caller_of(request, *OPERATORS)
    return HttpResponse(METRICS.page(), content_type=CONTENT_TYPE)
