"""The API, put together."""

from ninja import NinjaAPI

from satselect._version import __version__
from satselect.api import errors, health, iterations, quick, tasks

api = NinjaAPI(
    title="satselect",
    version=__version__,
    description="Selects the satellite tasks worth most that fit, proves it, and buffers the rest.",
    openapi_url="/api/openapi.json",
    docs_url=None,
    urls_namespace="api",
)
errors.register(api)
for part in (quick, tasks, iterations, health):
    api.add_router("", part.router)
