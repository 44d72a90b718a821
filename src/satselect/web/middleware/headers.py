"""What browsers are told not to do with the pages of the service."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    [
        "default-src 'self'",  # no other host, no inline script or style, no eval
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicy:
    """Puts the policy on whatever a browser might show as a page."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, with the policy."""
        response = self._get_response(request)
        if not response.get("Content-Type", "").endswith("json"):  # nor problem+json: no page is made of it
            response.setdefault("Content-Security-Policy", POLICY)
        return response
