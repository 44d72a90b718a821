import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import httpx
import pytest

from satselect.store.models import Task
from satselect.web.asgi.admission import PAUSING, Admission
from satselect.web.asgi.front import Message, Receive, Scope, Send
from tests.api.test_bad_input import assert_problem
from tests.databases import Database
from tests.services import NO_TLS, Services

MOST, OVERLOAD = 4, 3
TASKS = [{"name": "image", "resources": ["camera"], "profit": 1}]


class Visitor:
    """A request to an application that answers when it is let."""

    def __init__(self, admission: Admission, path: str = "/") -> None:
        self.admission, self.path = admission, path
        self.sent: list[Message] = []
        self.rest: asyncio.Queue[Message] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    async def arrive(self, *, has_more: bool = False) -> "Visitor":
        self.rest.put_nowait({"type": "http.request", "body": b"x", "more_body": has_more})
        scope: Scope = {"type": "http", "path": self.path, "visitor": self}
        self.task = asyncio.create_task(self.admission(scope, self.rest.get, self.send))
        for _ in range(5):
            await asyncio.sleep(0)
        return self

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    last = await receive()
    if last["type"] == "fail":
        raise RuntimeError
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await receive()


def test_no_more_than_so_many_are_inside_and_who_leaves_makes_room() -> None:
    async def run() -> None:
        admission = Admission(app, most=2, pause_s=0)
        first, second, third = [await Visitor(admission).arrive() for _ in range(3)]
        assert [each.status for each in (first, second, third)] == [None, None, 503]
        assert (b"retry-after", b"1") in third.sent[0]["headers"]
        first.rest.put_nowait({"type": "answer"})
        await asyncio.sleep(0.01)
        assert first.status == 200
        fourth, fifth = [await Visitor(admission).arrive() for _ in range(2)]  # held, or it would be collected
        assert [each.status for each in (fourth, fifth)] == [None, 503]

    asyncio.run(run())


def test_who_is_turned_away_waits_a_moment() -> None:
    async def run() -> None:
        admission = Admission(app, most=1, pause_s=0.01)
        inside, start = await Visitor(admission).arrive(), monotonic()
        turned_away = await Visitor(admission).arrive()
        assert turned_away.task
        await turned_away.task
        assert (inside.status, turned_away.status) == (None, 503)
        assert monotonic() - start >= 0.01

    asyncio.run(run())


def test_who_is_turned_away_waits_for_nothing_where_too_many_wait() -> None:
    async def run() -> None:
        admission = Admission(app, most=1, pause_s=3600)
        inside = await Visitor(admission).arrive()
        turned_away = [await Visitor(admission).arrive() for _ in range(PAUSING + 1)]
        assert [each.status for each in (inside, *turned_away)] == [None, *[None] * PAUSING, 503]

    asyncio.run(run())


def test_who_fails_leaves_too() -> None:
    async def run() -> None:
        admission = Admission(app, most=1, pause_s=0)
        for _ in range(3):
            visitor = await Visitor(admission).arrive()
            visitor.rest.put_nowait({"type": "fail"})
            assert visitor.task
            with pytest.raises(RuntimeError):
                await visitor.task

    asyncio.run(run())


def test_slow_senders_streams_and_health_keep_nobody_out() -> None:
    async def run() -> None:
        admission = Admission(app, most=1, pause_s=0)
        slow = await Visitor(admission).arrive(has_more=True)
        stream = await Visitor(admission).arrive()
        stream.rest.put_nowait({"type": "answer"})
        await asyncio.sleep(0.01)
        inside = await Visitor(admission).arrive()
        assert (slow.status, stream.status, inside.status) == (None, 200, None)
        assert (await Visitor(admission, "/livez").arrive()).status is None
        assert (await Visitor(admission, "/other").arrive()).status == 503

    asyncio.run(run())


@pytest.fixture
def small(database: Database, services: Services) -> Iterator[httpx.Client]:
    """A client of a service that works on few requests at once."""
    address = services.address(database, SATSELECT_MAX_REQUESTS=str(MOST))
    with httpx.Client(base_url=address, timeout=60, verify=NO_TLS) as client:
        yield client


def test_under_three_times_the_load_what_is_accepted_is_done_and_then_all_is_normal(small: httpx.Client) -> None:
    def submit_all(_: int) -> list[httpx.Response]:
        with httpx.Client(base_url=small.base_url, timeout=60, verify=NO_TLS) as client:
            return [client.post("/api/tasks/", json=TASKS) for _ in range(5)]

    with ThreadPoolExecutor(OVERLOAD * MOST) as threads:
        answers = [answer for some in threads.map(submit_all, range(OVERLOAD * MOST)) for answer in some]
        assert small.get("/livez").status_code == 200
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {201, 503}
    assert Task.objects.count() == statuses[201]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert_problem(refused, 503)
    assert refused.headers["Retry-After"] == "1"
    start = monotonic()
    assert [small.post("/api/tasks/", json=TASKS).status_code for _ in range(5)] == [201] * 5
    assert monotonic() - start < 10
