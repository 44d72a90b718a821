"""The API, put together."""

from satselect._version import __version__
from satselect.api import (
    audit,
    changes,
    errors,
    events,
    explanations,
    fleets,
    health,
    history,
    iterations,
    keys,
    outages,
    quick,
    resources,
    satellites,
    submissions,
    webhooks,
    what_if,
)
from satselect.api.callers import Bearer, TokenHeader
from satselect.api.description import DescribedAPI
from satselect.api.docs import page
from satselect.api.parameters import note_parameters

api = DescribedAPI(
    title="satselect",
    version=__version__,
    description="Selects the satellite tasks worth most that fit, proves it, and buffers the rest.",
    openapi_url="/api/openapi.json",
    docs_url=None,
    urls_namespace="api",
    auth=[Bearer(), TokenHeader()],
)
api.add_decorator(note_parameters, mode="view")
errors.register(api)
page.register(api)
for part in (
    quick,
    submissions,
    changes,
    explanations,
    history,
    fleets,
    satellites,
    resources,
    outages,
    iterations,
    events,
    keys,
    health,
    webhooks,
    what_if,
    audit,
):
    api.add_router("", part.router)
