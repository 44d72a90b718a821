"""The API, put together."""

from satselect._version import __version__
from satselect.api import events, health
from satselect.api.accounts import audit, keys, webhooks
from satselect.api.docs import page
from satselect.api.fleets import (
    elements,
    fleets,
    iterations,
    opportunities,
    outages,
    passes,
    plan,
    resources,
    satellites,
    stations,
)
from satselect.api.openapi.description import DescribedAPI
from satselect.api.ordering import products
from satselect.api.tasks import changes, explanations, history, quick, submissions, what_if
from satselect.web import problems
from satselect.web.callers import Bearer, TokenHeader
from satselect.web.framework.parameters import note_parameters

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
problems.register(api)
page.register(api)
for part in (
    quick,
    submissions,
    changes,
    explanations,
    history,
    fleets,
    satellites,
    elements,
    opportunities,
    resources,
    outages,
    passes,
    stations,
    products,
    plan,
    iterations,
    events,
    keys,
    health,
    webhooks,
    what_if,
    audit,
):
    api.add_router("", part.router)
