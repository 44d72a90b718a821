"""A plain endpoint to compare with: it stores as many rows for a batch as a service does, and selects nothing.

python -m benchmarks.peer URL PORT

Django without middleware, django-ninja, the ORM, one transaction; the tables of the service with their indexes, on a
database that `benchmarks.service_fill` filled.
"""

import sys
from secrets import token_hex

from django.conf import settings

from satselect.config.databases import connection_settings


def serve(url: str, port: int) -> None:
    """Answers on that port until it is ended."""
    settings.configure(
        SECRET_KEY=token_hex(),
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": connection_settings(url, pool_size=20)},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "satselect.store"],
        AUTH_USER_MODEL="store.User",
        MIDDLEWARE=[],
        ROOT_URLCONF="benchmarks.peer.endpoint",
        USE_TZ=True,
        APPEND_SLASH=False,
    )
    import django
    import uvicorn
    from django.core.asgi import get_asgi_application

    django.setup()
    uvicorn.run(get_asgi_application(), port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
