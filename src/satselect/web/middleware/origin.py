"""The third lock on AUTH=open: no page of another site makes a browser on this machine change anything."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class OwnOriginOnly:
    """Refuses changes that browsers say another site asks for. What is no browser says nothing of it, and may."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, for those who look, for own pages and for programs."""
        if request.method not in _SAFE and _is_from_elsewhere(request):
            raise PermissionDenied
        return self._get_response(request)


def _is_from_elsewhere(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    # Browsers call another port of this host the same site, so the origin is looked at as well.
    origin = request.headers.get("Origin")
    return origin is not None and _host_of(origin) != request.get_host().lower()


def _host_of(origin: str) -> str | None:
    """The host and port; None for `null`, which browsers send in place of an origin they keep to themselves."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
