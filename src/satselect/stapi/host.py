"""This edge under a name of its own, where that is set."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from satselect.stapi.addresses import PATHS
from satselect.web.edges import host_of, is_below


class OnItsHost:
    """There is nothing at its paths under another name than its own, if it has one."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response."""
        own = settings.SATSELECT_STAPI_HOST
        if own is not None and host_of(request) != own and is_below(request.path_info, PATHS):
            raise Http404
        return self._get_response(request)
