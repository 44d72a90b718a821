"""What takes a service long before it begins, and what no setting has a part in: imports, and the compiled engine.

No thread is left by it: who forks this process goes on without them.
"""

import gc
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from satselect.engine.loaded import keep_little
from satselect.engine.warm import get_ready, is_cached
from tests.registered import register

NAMES = """
asgiref.sync cql2 django.contrib.admin django.contrib.auth.hashers django.core.management django.db.models django.forms
django.db.backends.postgresql.base django.db.backends.sqlite3.base django.http django.middleware.csrf
django.views.debug geojson_pydantic highspy httpx jsonschema nats numba numpy prometheus_client psycopg psycopg_pool
pydantic uvicorn.protocols.http.h11_impl satselect.bus.jetstream satselect.cli.service.serve
satselect.cli.service.worker
satselect.config.environment satselect.engine.plan satselect.orbits
"""
ROOMS = "satselect.client satselect.exports satselect.schemas satselect.stapi.versions satselect.telemetry"
"""All that is in them: models of pydantic take most of what is left."""


def inner(room: str) -> Iterator[str]:
    """The names of a room's modules."""
    return (module.name for module in walk_packages(import_module(room).__path__, f"{room}."))


for name in [*NAMES.split(), *(name for room in ROOMS.split() for name in inner(room))]:
    import_module(name)
register()
if is_cached():
    get_ready()
    keep_little()
gc.collect()
gc.freeze()  # else each process that is forked looks through all of it for garbage, and so copies it
