"""`/api/docs`."""

from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI

from satselect._version import __version__
from satselect.api.docs.calls import Book
from satselect.web.problems import KINDS


def errors_by_status() -> list[tuple[HTTPStatus, list[str]]]:
    """Status to the last words of the types that problems of it have."""
    slugs: dict[HTTPStatus, set[str]] = {}
    for kind in KINDS.values():
        slugs.setdefault(kind.status, set()).add(kind.slug)
    return [(status, sorted(slugs[status])) for status in sorted(slugs)]


def register(api: NinjaAPI) -> None:
    """Gives the API its page."""

    # By the name that a client called it, of which there may be many: so only a few are kept.
    @lru_cache(maxsize=8)
    def book(origin: str) -> Book:
        """Made once for each address by which the service is called."""
        return Book(api.get_openapi_schema(), origin=origin, shows_key=settings.SATSELECT_AUTH == "keys")

    @api.get("/api/docs", include_in_schema=False, auth=None, url_name="docs")
    def get_docs(request: HttpRequest) -> HttpResponse:
        """The page."""
        origin = request.build_absolute_uri("/").rstrip("/")
        facts = {
            "errors": errors_by_status(),
            "book": book(origin),
            "origin": origin,
            "version": __version__,
            "auth": settings.SATSELECT_AUTH,
        }
        return render(request, "api/docs.html", facts)
