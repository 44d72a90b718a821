"""What takes a service long before it begins, and what no setting has a part in: imports, and the compiled engine.

No thread is left by it: who forks this process goes on without them.
"""

from importlib import import_module

from satselect.engine.warm import get_ready, is_cached

NAMES = """
asgiref.sync django.contrib.admin django.contrib.auth.hashers django.core.management django.db.models django.forms
django.db.backends.postgresql.base django.db.backends.sqlite3.base django.http django.middleware.csrf
django.views.debug highspy httpx jsonschema nats numba numpy prometheus_client psycopg psycopg_pool pydantic
uvicorn.protocols.http.h11_impl satselect.bus.jetstream satselect.cli.service.serve satselect.cli.service.worker
satselect.config.environment satselect.engine.plan satselect.orbits
"""

for name in NAMES.split():
    import_module(name)
if is_cached():
    get_ready()
