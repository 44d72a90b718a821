"""Django behind ASGI, on threads that outlive the request.

All of the middleware and every view is ordinary code. Left to itself, Django would go from the event loop to a thread
and back for each middleware, in a thread that it starts for the request, with a connection to the database that ends
with it.
"""

from asyncio import ensure_future, get_running_loop
from collections.abc import Mapping
from contextlib import closing
from contextvars import copy_context
from functools import partial
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix

from satselect.application.explanation.questions import Left, asked_by
from satselect.web.asgi.front import Receive, Scope, Send
from satselect.web.asgi.threads import Threads
from satselect.web.problems import answer

SPARE_THREADS = 4
"""Besides one for each request that is let in: for probes, which are let in always."""


class ThreadedHandler(ASGIHandler):
    """Reads a request on the event loop, answers it in one of so many threads, and sends the answer on the loop.

    Answers are complete when they leave the thread; streams are no business of Django's (`web.asgi.handover`).
    """

    def __init__(self, *, most: int) -> None:
        super().__init__()
        self._threads = Threads(most + SPARE_THREADS, name="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Puts the middleware around the views, all of it ordinary code, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """The body, which stays in memory (`web.asgi.bodies` says how much of it there may be)."""
        pieces, has_more = [], True
        while has_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            pieces.append(message.get("body", b""))
            has_more = message.get("more_body", False)
        return BytesIO(b"".join(pieces))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request. The answer to a client that left is not sent; questions of theirs end at once."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        gone = ensure_future(receive())  # after the body nothing else can come
        answer = copy_context().run  # the request's id, and its span
        answered = partial(self._answered, scope, body, gone.done)
        response = await get_running_loop().run_in_executor(self._threads, answer, answered)
        if not gone.done():
            gone.cancel()
            await self.send_response(response, send)

    def _answered(self, scope: Mapping[str, Any], body: IO[bytes], left: Left) -> HttpResponseBase:
        with closing(body), asked_by(left):
            set_script_prefix(get_script_prefix(scope))
            request_started.send(sender=self.__class__, scope=scope)
            request, refusal = self.create_request(scope, body)
            response = self._answer_of(request) if request else refusal
            assert response is not None, "there is one or the other"  # noqa: S101
            response.close()  # gives back the connection to the database; what it holds stays
            return response

    def _answer_of(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        except Exception as error:
            return answer(request, error)
