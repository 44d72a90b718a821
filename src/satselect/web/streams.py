"""Answers that go on as streams: a view says so here, and what stands before the framework writes them."""

from collections.abc import Callable

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from satselect.application.events.streams import Stream
from satselect.engine.problem.errors import SatselectError

MEDIA_TYPE = "text/event-stream"

STREAM = "satselect.stream"
"""The entry of the scope by which a view hands a stream over."""


class NoStreamsError(SatselectError):
    """The server is one in which each stream would hold a thread."""


def answer_with(request: HttpRequest, follow: Callable[[], Stream]) -> HttpResponse:
    """The answer that goes on with the stream, which is closed with the connection.

    Raises:
        NoStreamsError: the request didn't come by ASGI.
    """
    if not isinstance(request, ASGIRequest):
        raise NoStreamsError("events are streamed by an ASGI server: satselect serve")
    request.scope[STREAM] = follow()  # type: ignore[index]
    return event_response(b"")


def event_response(body: bytes) -> HttpResponse:
    """An answer of events, that nobody on the way keeps or holds back."""
    # The second header is for nginx, which would hold a stream back until its buffer is full.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return HttpResponse(body, content_type=MEDIA_TYPE, headers=headers)
