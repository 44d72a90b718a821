"""Pages and their files are sent compressed; what holds a secret is not."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = {"text/html", "text/css", "text/csv", "text/javascript", "image/svg+xml"}


class PagesCompressed(GZipMiddleware):
    """Compresses what browsers read.

    How well something compresses tells of what is in it, to who makes a browser ask for it again and again with words
    of theirs on the page (BREACH). New keys and secrets are shown once, in the answer to a POST that no other site can
    bring about: such answers stay as they are. The token against forged forms is masked anew in each page, and what is
    compressed gets some random bytes. Answers of the API keep their entity tags, which compression would weaken.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed where that is safe and of use."""
        media_type = response.get("Content-Type", "").partition(";")[0]
        if request.method not in {"GET", "HEAD"} or media_type not in COMPRESSED:
            return response
        assert isinstance(response, HttpResponse)  # noqa: S101 - streams have other types
        return super().process_response(request, response)
