"""Checks for load balancers and supervisors."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from satselect.application.access.rights import Right
from satselect.observe.health import readiness
from satselect.observe.metrics import CONTENT_TYPE, METRICS
from satselect.web.callers import caller_of

router = Router(tags=["health"])

_FEW = """\
# HELP satselect_batches_accepted_total Batches committed
# TYPE satselect_batches_accepted_total counter
satselect_batches_accepted_total{fleet="default"} 12.0
"""


def _says(status: str) -> dict[str, Any]:
    """What the description adds to a probe: an example of its answer."""
    return {"responses": {200: {"content": {"application/json": {"example": {"status": status}}}}}}


@router.get("/livez", response=dict[str, str], auth=None, openapi_extra=_says("alive"))
def livez(request: HttpRequest) -> dict[str, str]:
    """The process answers. It asks nobody else."""
    return {"status": "alive"}


@router.get("/readyz", response=dict[str, str], auth=None, openapi_extra=_says("ready"))
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
    caller_of(request, Right.OPERATE)
    return HttpResponse(METRICS.page(), content_type=CONTENT_TYPE)
