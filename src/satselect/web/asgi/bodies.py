"""Reads the bodies of requests: from callers that are known, in so much memory and in time.

A body that came whole with its head, in the one piece that the server holds anyway, is passed on as it is. Before more
of a body is read, its sender must show a key that holds, or a session. Nothing is ever put on disk.
"""

from asyncio import Event, timeout
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import monotonic

from satselect.web.asgi.front import App, Message, Receive, Refused, Scope, Send, refuse
from satselect.web.asgi.memory import Room
from satselect.web.edges import answers_machines
from satselect.web.problems import framed_twice, no_room, too_slow

SLOWEST_BYTES_PER_S = 16 * 1024
"""A body gets one second more for each of so many bytes that came."""
FORM_BYTES = 64 * 1024
"""What pages take from visitors who have not signed in, as to sign in."""
FORMS = 64
"""So many such forms may be under way at once."""
DRAIN_S = 5.0
"""A client that is still sending doesn't listen: for so long its body is read and thrown away before it is answered."""
USERS_SHARE = 4
"""One user's bodies get this part of all the room, and always room for one."""

Whose = Callable[[Scope], Awaitable[Hashable | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What bodies may cost.

    Attributes:
        body_bytes: the size of one.
        held_bytes: the size of all that are held at once.
        within_s: how long one may take, besides the time for what came of it.
    """

    body_bytes: int
    held_bytes: int
    within_s: float


class Bodies:
    """An ASGI application in front of another one, which sees each body in one piece.

    Of a body that a stranger sends, what the application would not look at is not held: it sees none, and refuses the
    stranger as it does without one.
    """

    def __init__(self, app: App, *, allowed: Allowed, whose: Whose) -> None:
        self._app, self._allowed, self._whose = app, allowed, whose
        # Never less than one body: else nobody could send one of the size that is allowed.
        each_bytes = max(allowed.held_bytes // USERS_SHARE, allowed.body_bytes)
        self.room = Room(total_bytes=allowed.held_bytes, each_bytes=each_bytes)
        self.forms = Room(total_bytes=FORMS * FORM_BYTES, each_bytes=2 * FORM_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        names = {name for name, _ in scope.get("headers", ())}
        if scope["type"] != "http" or not names & {b"content-length", b"transfer-encoding"}:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._allowed, waits=b"expect" in names)
        try:
            if {b"content-length", b"transfer-encoding"} <= names:
                # Who passed it on may have read it by the other one, and taken its rest for another request.
                raise Refused(framed_twice())
            await self._read(body, scope)
            await self._app(scope, body.replay, send if body.is_whole else _closing(send))
        except Refused as refused:
            await refuse(send, refused.response)
        finally:
            body.give_back()

    async def _read(self, body: "_Body", scope: Scope) -> None:
        # Asking the server for a body that the client holds back would ask the client for it, before it is known who
        # that is.
        if not body.waits and await body.has_all_come():
            return
        caller = await self._whose(scope)
        if caller is not None:
            await body.read(self.room, caller)
        elif answers_machines(scope["path"], dict(scope["headers"])) or not await body.read(
            self.forms, body, most_bytes=FORM_BYTES
        ):
            await body.drop()


class _Body:
    """A body on its way."""

    def __init__(self, receive: Receive, allowed: Allowed, *, waits: bool) -> None:
        self._receive, self._allowed = receive, allowed
        self._since = monotonic()
        self._pieces: list[bytes] = []
        self._came_bytes = 0
        self._held: tuple[Room, Hashable, int] | None = None
        self._left: Message | None = None
        self._is_told = False
        self.is_whole = False
        self.waits = waits
        """The client sends none of it until somebody asks for it (`Expect: 100-continue`)."""

    async def has_all_come(self) -> bool:
        """Whether the first piece is all."""
        self._keep(await self._next())
        return self.is_whole

    async def read(self, room: Room, caller: Hashable, *, most_bytes: float = inf) -> bool:
        """Reads the rest, and says whether that was no more than so many bytes.

        Raises:
            Refused: there is no room for it, or it doesn't come in time.
        """
        self.waits = False
        self._hold(room, caller, self._came_bytes)
        while not self.is_whole and self._came_bytes <= most_bytes:
            message = await self._next()
            self._hold(room, caller, len(message.get("body", b"")))
            self._keep(message)
        return self._came_bytes <= most_bytes

    async def drop(self) -> None:
        """Throws away what came and, for a moment, what comes."""
        self.give_back()
        self._pieces.clear()
        with suppress(TimeoutError):
            async with timeout(DRAIN_S):
                while not self.is_whole and not self.waits and self._came_bytes <= self._allowed.body_bytes:
                    self._keep(await self._receive())
                    self._pieces.clear()

    async def replay(self) -> Message:
        """What the application receives: the body in one piece, then whatever comes next."""
        if self._is_told:
            return self._left or await self._gone()
        self._is_told = True
        pieces, self._pieces = self._pieces, []
        return self._left or {"type": "http.request", "body": b"".join(pieces), "more_body": False}

    async def _gone(self) -> Message:
        """What comes when nothing else can: that the client left. The rest of a body is no such thing."""
        if self.waits:
            await Event().wait()  # asking the server for more would ask the client for its body
        message = await self._receive()
        while message["type"] == "http.request" and not self.is_whole:
            message = await self._receive()
        return message

    def give_back(self) -> None:
        """Nothing of it is held any longer."""
        if self._held:
            room, caller, size_bytes = self._held
            room.give_back(caller, size_bytes)
            self._held = None

    async def _next(self) -> Message:
        # From the beginning, not from the last piece: a byte now and then would else keep its place for ever.
        until = self._since + self._allowed.within_s + self._came_bytes / SLOWEST_BYTES_PER_S
        try:
            async with timeout(until - monotonic()):
                return await self._receive()
        except TimeoutError:
            raise Refused(too_slow()) from None

    def _keep(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self._left = message
        piece = message.get("body", b"")
        self._pieces.append(piece)
        self._came_bytes += len(piece)
        self.is_whole = not message.get("more_body", False)

    def _hold(self, room: Room, caller: Hashable, size_bytes: int) -> None:
        if not room.take(caller, size_bytes):
            raise Refused(no_room())
        held_bytes = self._held[2] if self._held else 0
        self._held = room, caller, held_bytes + size_bytes


def _closing(send: Send) -> Send:
    """Sends, and has the connection closed: the rest of a body is still in it."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing
