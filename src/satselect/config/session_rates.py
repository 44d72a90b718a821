"""Calls of people who are signed in count as those that show their keys do: one limit, whichever door they take."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from satselect.application.errors import TooOftenError
from satselect.console.errors import error_page
from satselect.store.models import User
from satselect.web.edges import is_for_machines
from satselect.web.limits.rates import count_call
from satselect.web.problems import answer, wants_page

_UNCOUNTED = ("/static/", "/livez", "/readyz", "/metrics")  # one page asks for many files, and probes never stop


class SessionRates:
    """Counts what is asked for within a session: pages, parts of them, streams, the admin site."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, unless there were too many."""
        if settings.SATSELECT_AUTH != "open" and not _is_counted_elsewhere(request):
            try:
                if isinstance(request.user, User):
                    count_call(request, request.user)
            except TooOftenError as error:
                return _refused(request, error)
        return self._get_response(request)


def _is_counted_elsewhere(request: HttpRequest) -> bool:
    """Whether nobody counts it, or, where programs show keys, those who look at these."""
    return request.path_info.startswith(_UNCOUNTED) or is_for_machines(request)


def _refused(request: HttpRequest, error: TooOftenError) -> HttpResponseBase:
    refusal = answer(request, error)
    if not wants_page(request):
        return refusal
    page = error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = refusal["Retry-After"]
    return page
