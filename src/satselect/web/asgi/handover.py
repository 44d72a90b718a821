"""Streams over ASGI: Django answers the headers and lets go, the stream writes the body.

Django's own streaming keeps the request's thread, and its connection to the database, until the last byte.
"""

import asyncio

from satselect.application.events.streams import Stream
from satselect.web.asgi.front import App, Message, Receive, Scope, Send
from satselect.web.streams import STREAM


class HandOver:
    """An ASGI application in front of Django, which goes on with the streams that views open."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def left_open(message: Message) -> None:
            await send(_left_open(message) if STREAM in scope else message)

        try:
            await self._app(scope, receive, left_open)
            if stream := scope.get(STREAM):
                await _write(stream, receive, send)
        finally:
            # Also where the client left before it began: a stream that nobody closes counts against its user for ever.
            if stream := scope.pop(STREAM, None):
                stream.close()


def _left_open(message: Message) -> Message:
    if message["type"] == "http.response.start":
        # Django counted an empty body; how long a stream is going to be nobody knows.
        headers = [(name, value) for name, value in message["headers"] if name.lower() != b"content-length"]
        return {**message, "headers": headers}
    return {**message, "more_body": True}


async def _write(stream: Stream, receive: Receive, send: Send) -> None:
    """Sends what the stream tells, until it ends or the client goes."""
    listening = asyncio.create_task(_until_gone(receive, stream))
    try:
        async for chunk in stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        listening.cancel()


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
