"""Lets in as many requests as can be worked on, and turns away the others before they cost anything.

They are answered after a moment: who tries again at once would else keep the process busy with turning them away.
"""

from asyncio import sleep

from satselect.web.asgi.front import App, Message, Receive, Scope, Send, refuse
from satselect.web.problems import overloaded

ALWAYS = frozenset({"/livez", "/readyz", "/metrics"})
"""An overloaded process must not look dead to its supervisor."""

PAUSE_S = 1.0
"""Before somebody is turned away."""
PAUSING = 4
"""So many times as many as are let in may wait for that; the rest is turned away at once."""


class _FullError(Exception):
    pass


class Admission:
    """An ASGI application in front of another one, which works on at most so many requests at once.

    A request counts from when all of it is here, so that slow senders keep nobody out, until its answer begins, so
    that streams of events don't either.
    """

    def __init__(self, app: App, *, most: int, pause_s: float = PAUSE_S) -> None:
        self._app = app
        self._most, self._pause_s = most, pause_s
        # On the event loop only, so these need no lock.
        self._inside = self._pausing = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        visit = _Visit(self)

        async def counted() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body"):
                visit.enter()
            return message

        async def watched(message: Message) -> None:
            visit.leave()
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _FullError:
            await self._pause()
            await refuse(send, overloaded())
        finally:
            # Where no answer ever began: the client left, or the application failed.
            visit.leave()

    def enter(self) -> None:
        """Counts one more, or raises."""
        if self._inside >= self._most:
            raise _FullError
        self._inside += 1

    def leave(self) -> None:
        """Counts one less."""
        self._inside -= 1

    async def _pause(self) -> None:
        if self._pausing >= PAUSING * self._most:
            return
        self._pausing += 1
        try:
            await sleep(self._pause_s)
        finally:
            self._pausing -= 1


class _Visit:
    """A request that enters once and leaves once, however often that is said."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._is_inside = False

    def enter(self) -> None:
        if not self._is_inside:
            self._admission.enter()
            self._is_inside = True

    def leave(self) -> None:
        if self._is_inside:
            self._is_inside = False
            self._admission.leave()
