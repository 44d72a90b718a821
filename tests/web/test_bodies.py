import asyncio
import json
import socket
from collections.abc import Hashable, Iterator
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest

from satselect.store.models import Batch
from satselect.web.asgi import bodies
from satselect.web.asgi.bodies import FORM_BYTES, Allowed, Bodies
from satselect.web.asgi.front import Message, Receive, Scope, Send
from tests.api.test_bad_input import assert_problem
from tests.databases import Database
from tests.people import bearer, key_of, user
from tests.services import SERVE, start

pytestmark = pytest.mark.usefixtures("services")  # the engine is compiled before a process is waited for

ALLOWED = Allowed(body_bytes=1000, held_bytes=3000, within_s=2)
FULL_DISK = """
import tempfile
from satselect.engine.warm import get_ready
get_ready()  # compiled code is kept, or was before
def full(*args, **kwargs): raise OSError(28, "No space left on device")
tempfile.TemporaryFile = tempfile.NamedTemporaryFile = full
"""


class Sender:
    """A request whose body comes in pieces, to an application that answers with what it saw."""

    def __init__(self, caller: str | None, path: str = "/api/tasks/", *, header: bytes = b"content-length") -> None:
        self.scope: Scope = {"type": "http", "path": path, "headers": [(header, b"1")], "caller": caller}
        self.pieces: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        self.task: asyncio.Task[None] | None = None

    async def sends(self, size: int, *, more: bool = True) -> None:
        self.pieces.put_nowait({"type": "http.request", "body": b"x" * size, "more_body": more})
        await asyncio.sleep(0.005)

    async def to(self, app: Bodies) -> "Sender":
        async def send(message: Message) -> None:
            self.sent.append(message)

        self.task = asyncio.create_task(app(self.scope, self.pieces.get, send))
        await asyncio.sleep(0.005)
        return self

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def seen(self) -> int:
        return int(self.sent[1]["body"])


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    message = await receive()
    assert not message.get("more_body")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % len(message["body"])})


async def whose(scope: Scope) -> Hashable | None:
    caller: str | None = scope["caller"]
    return caller


def reader(allowed: Allowed = ALLOWED) -> Bodies:
    return Bodies(app, allowed=allowed, whose=whose)


def test_a_body_in_pieces_is_seen_in_one() -> None:
    async def run() -> None:
        reads = reader()
        sender = await Sender("anna").to(reads)
        for size, more in ((400, True), (300, True), (0, False)):
            await sender.sends(size, more=more)
        assert (sender.status, sender.seen, reads.room.held_bytes) == (200, 700, 0)

    asyncio.run(run())


def test_what_came_whole_with_its_head_is_asked_nothing() -> None:
    async def run() -> None:
        sender = Sender(None)
        await sender.sends(900, more=False)
        await sender.to(reader())
        assert (sender.status, sender.seen) == (200, 900)

    asyncio.run(run())


def test_a_strangers_body_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "DRAIN_S", 0.05)

    async def run() -> None:
        reads = reader()
        strangers = [await Sender(None).to(reads) for _ in range(50)]
        for stranger in strangers:
            await stranger.sends(900)
        assert (reads.room.held_bytes, reads.forms.held_bytes) == (0, 0)
        known = await Sender("anna").to(reads)
        await known.sends(900)
        await known.sends(50, more=False)
        assert (known.status, known.seen) == (200, 950)
        await asyncio.sleep(0.1)
        # The application refuses them, as it refuses strangers without a body; the rest of theirs is not read.
        assert {(each.status, each.seen) for each in strangers} == {(200, 0)}
        assert (b"connection", b"close") in strangers[0].sent[0]["headers"]

    asyncio.run(run())


def test_a_page_takes_a_form_from_a_stranger_and_not_more() -> None:
    async def run() -> None:
        reads = reader()
        signing_in, large = [await Sender(None, "/sign-in").to(reads) for _ in range(2)]
        await signing_in.sends(100)
        await signing_in.sends(10, more=False)
        assert (signing_in.status, signing_in.seen) == (200, 110)
        await large.sends(FORM_BYTES)
        await large.sends(1, more=False)
        assert (large.status, large.seen, reads.forms.held_bytes) == (200, 0, 0)

    asyncio.run(run())


def test_all_bodies_together_and_those_of_one_user_have_an_end() -> None:
    async def run() -> None:
        reads = reader()
        first = await Sender("anna").to(reads)
        await first.sends(600)
        second = await Sender("anna").to(reads)
        await second.sends(600)
        assert (first.status, second.status) == (None, 503)
        assert (b"retry-after", b"1") in second.sent[0]["headers"]
        others = [await Sender(name).to(reads) for name in ("berta", "carla", "dora")]
        for other in others:
            await other.sends(900)
        assert [other.status for other in others] == [None, None, 503]
        await first.sends(0, more=False)
        assert (first.status, reads.room.held_bytes) == (200, 1800)

    asyncio.run(run())


def test_a_body_that_does_not_come_in_time_is_told_so_and_forgotten() -> None:
    async def run() -> None:
        reads = reader(Allowed(body_bytes=1000, held_bytes=3000, within_s=0.1))
        sender = await Sender("anna").to(reads)
        await sender.sends(800)
        await asyncio.sleep(0.3)
        assert (sender.status, reads.room.held_bytes) == (408, 0)

    asyncio.run(run())


def test_who_leaves_within_a_body_leaves_nothing() -> None:
    async def run() -> None:
        reads = reader()
        sender = await Sender("anna").to(reads)
        await sender.sends(800)
        sender.pieces.put_nowait({"type": "http.disconnect"})
        with pytest.raises(KeyError):  # what this application makes of it
            await asyncio.wait_for(sender.task or asyncio.sleep(0), 1)
        assert reads.room.held_bytes == 0

    asyncio.run(run())


@pytest.fixture
def cramped(database: Database) -> Iterator[httpx.Client]:
    """A client of a service that asks for keys, has no room for temporary files, and little for bodies."""
    address, process = start(
        database.url,
        FULL_DISK + SERVE,
        SATSELECT_AUTH="keys",
        SATSELECT_MAX_BODY_BYTES="8000000",
        SATSELECT_MAX_HELD_BYTES="8000000",
        SATSELECT_BODY_TIMEOUT="1",
    )
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client
    process.terminate()
    process.wait(30)


def unfinished(client: httpx.Client, size: int, *headers: str) -> socket.socket:
    """A connection on which one byte of a body is still to come."""
    to = urlsplit(str(client.base_url))
    assert to.hostname
    assert to.port
    head = ["POST /api/tasks/ HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    connection = socket.create_connection((to.hostname, to.port), timeout=20)
    connection.sendall("\r\n".join([*head, f"Content-Length: {size + 1}", "", ""]).encode() + b" " * size)
    return connection


def test_strangers_with_unfinished_bodies_keep_no_customer_out(cramped: httpx.Client) -> None:
    headers = bearer(key_of(user("anna", "customer")))
    large = [{"name": "a", "resources": ["camera"], "profit": 1, "payload": {"pad": "x" * 8000}} for _ in range(700)]
    held = [unfinished(cramped, 2_000_000) for _ in range(8)]
    answer = cramped.post("/api/tasks/", content=json.dumps(large), headers=headers | JSON)
    assert answer.status_code == 201, answer.text
    assert Batch.objects.count() == 1
    for connection in held:
        with connection:
            assert connection.recv(1000).split()[1] == b"401"


JSON = {"Content-Type": "application/json"}


def test_a_known_sender_who_stops_is_answered_and_makes_room(cramped: httpx.Client) -> None:
    headers = bearer(key_of(user("anna", "customer")))
    start_s = monotonic()
    with unfinished(cramped, 20_000, f"Authorization: {headers['Authorization']}") as slow:
        told = slow.recv(4000)
    assert told.split()[1] == b"408", told
    assert b"application/problem+json" in told
    assert monotonic() - start_s < 10
    assert cramped.post("/api/tasks/", json=[], headers=headers).status_code == 201


def test_a_body_whose_end_is_told_twice_is_refused_and_the_connection_closed(cramped: httpx.Client) -> None:
    with unfinished(cramped, 0, "Transfer-Encoding: chunked") as connection:
        told = b"".join(iter(lambda: connection.recv(4000), b""))  # ends: it is closed
    assert told.split()[1] == b"400", told
    assert told.count(b"HTTP/1.1") == 1


def test_who_waits_to_be_asked_for_a_body_shows_a_key_first(cramped: httpx.Client) -> None:
    with unfinished(cramped, 0, "Expect: 100-continue") as connection:
        assert connection.recv(1000).split()[1] == b"401"


def test_a_wrong_key_beside_a_right_one_does_no_harm(cramped: httpx.Client) -> None:
    right, wrong = key_of(user("anna", "customer")), "sat_wrong"
    for headers in ({"authorizationToken": right} | bearer(wrong), {"authorizationToken": wrong} | bearer(right)):
        answers = [cramped.get("/api/v1/me", headers=headers) for _ in range(30)]
        assert {answer.status_code for answer in answers} == {200}
    assert_problem(cramped.get("/api/v1/me", headers=bearer(wrong)), 401)
