"""The second lock on AUTH=open: whoever started the server and how, only this machine is answered."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from satselect.config.environment import is_loopback


class LoopbackOnly:
    """Refuses requests from other machines."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, for callers on this machine."""
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            raise PermissionDenied
        return self._get_response(request)
