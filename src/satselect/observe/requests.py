"""Each request has an id, is counted, logged and traced: by its route, never by what stands in it."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from time import perf_counter
from typing import Any
from uuid import uuid4

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from satselect.telemetry.facts import RequestAnswered
from satselect.telemetry.listeners import tell
from satselect.telemetry.log_context import noted
from satselect.telemetry.spans import span

Message = Mapping[str, Any]
Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

HEADER = b"x-request-id"
UNMATCHED = "unmatched"
CLIENT_LEFT, FAILED = 499, 500  # no standard has the first; nginx writes it, and so readers of logs know it

# It gets into logs and headers as it was sent, so nothing else is taken over.
_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_ROUTE = "satselect.route"


class Observed:
    """An ASGI application in front of another one."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: object, send: Send) -> None:
        """Answers one request; the answer bears its id, the one it came with or a new one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        # Where no answer ever begins, it was the client who left.
        start, status = perf_counter(), CLIENT_LEFT

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*_without_id(message), (HEADER, request_id)]}
            await send(message)

        # A method may be any word, and each would be a time series of its own.
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        with noted(request_id=request_id.decode()), span(method, parent=_parent(headers), is_served=True) as kept:
            try:
                await self._app(scope, receive, marked)
            except Exception:
                status = FAILED
                raise
            finally:
                route = scope.get(_ROUTE, UNMATCHED)
                kept.rename(f"{method} {route}")
                kept.add(**{"http.request.method": method, "http.route": route, "http.response.status_code": status})
                duration_s = perf_counter() - start
                tell(RequestAnswered(method=method, route=route, status=status, duration_s=duration_s))


class RouteNoted:
    """Django middleware that tells `Observed` which route the request took. In whichever mode its neighbours run."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """The response."""
        return self._later(request) if self._is_async else _noted(request, self._get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return _noted(request, await self._get_response(request))


def _noted(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    scope = getattr(request, "scope", None)
    if scope is not None and request.resolver_match:
        scope[_ROUTE] = "/" + request.resolver_match.route
    return response


def _request_id(headers: Mapping[bytes, bytes]) -> bytes:
    sent = headers.get(HEADER, b"")
    return sent if _ID.fullmatch(sent) else uuid4().hex.encode()


def _parent(headers: Mapping[bytes, bytes]) -> str | None:
    sent = headers.get(b"traceparent")
    return sent.decode("latin-1") if sent else None


def _without_id(message: Message) -> Iterable[tuple[bytes, bytes]]:
    return ((name, value) for name, value in message.get("headers", ()) if name.lower() != HEADER)
