"""Stops reading a request body that is too large, before the framework has put it on disk."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from satselect.api.errors import too_large

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_DISCARDED_BODIES = 4
"""A client that is still sending doesn't listen: so many times the limit are read and thrown away before answering."""


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """An ASGI application in front of another one, which sees at most `limit_bytes` of any body."""

    def __init__(self, app: App, *, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received_bytes = 0

        async def counted() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes > self._limit_bytes:
                await self._discard(message, receive)
                raise _TooLargeError
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLargeError:
            await _answer(send, self._limit_bytes)

    async def _discard(self, message: Message, receive: Receive) -> None:
        left = self._limit_bytes * _DISCARDED_BODIES
        while message.get("more_body") and left > 0:
            message = await receive()
            left -= len(message.get("body", b""))


async def _answer(send: Send, limit_bytes: int) -> None:
    response = too_large(limit_bytes)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    headers += [(b"content-length", str(len(response.content)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
