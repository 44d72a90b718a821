"""No text that is looked for or stored has a NUL: no name has one, and PostgreSQL does not take it."""

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict

from satselect.web.edges import is_for_machines


class NulRefused:
    """Refuses addresses, and what pages are sent, with a NUL in it. Edges for programs say where one is."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response; a request with NUL characters in its text is refused."""
        if "\0" in request.path_info:
            raise Http404
        if not is_for_machines(request) and any("\0" in text for text in _sent(request)):
            raise BadRequest
        return self._get_response(request)


def _sent(request: HttpRequest) -> Iterable[str]:
    sent: tuple[QueryDict, QueryDict] = (request.GET, request.POST)
    return (text for fields in sent for name, values in fields.lists() for text in (name, *values))
