"""Stops reading a request body that is too large, before anybody holds it in memory."""

from satselect.web.asgi.front import App, Message, Receive, Scope, Send, refuse
from satselect.web.problems import too_large

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
                # Through the application, which is to read no further, nor to answer.
                raise _TooLargeError
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLargeError:
            await refuse(send, too_large(self._limit_bytes))

    async def _discard(self, message: Message, receive: Receive) -> None:
        left = self._limit_bytes * _DISCARDED_BODIES
        while message.get("more_body") and left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
