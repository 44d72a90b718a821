import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satselect.application.access.keys import revoke_key
from satselect.application.act import Act
from satselect.application.errors import BusyError, TooManyStreamsError
from satselect.application.events import event_stream as news
from satselect.application.events.audiences import audience_of, told
from satselect.application.events.event_stream import Reader
from satselect.application.events.feed import Feed
from satselect.application.events.listeners import Listener, listener_of, still_listening
from satselect.application.events.streams import Stream
from satselect.application.positions import Positions
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.events import IterationEvent
from satselect.store.models import Event, Fleet, User
from satselect.store.queries.events import events_after
from tests.application.buffers import NOW, buffer, run, task
from tests.people import key_of, user

pytestmark = pytest.mark.usefixtures("database")


POSITIONS = Positions("a secret of tests")


def reader_of(who: User) -> Reader:
    fleet = Fleet.objects.get()
    return Reader(fleet.id, fleet.slug, listener_of(who).audience, POSITIONS)


@pytest.fixture
def feed() -> Iterator[Feed]:
    made = Feed(clock=timezone.now, positions=POSITIONS, poll_s=0.05, check_every_s=0.05)
    yield made
    made.close()


def stream_of(feed: Feed, *, after: int | None = None, listener: Listener | None = None, most: int = 9) -> Stream:
    listener = listener or listener_of(User.objects.get(username="local"))
    return feed.follow(Fleet.objects.get(), listener, after=after, most=most)


async def elsewhere(act: Callable[..., object], *values: object, **named: object) -> None:
    """Done in a thread of its own, which takes its connection with it."""

    def run_and_disconnect() -> None:
        try:
            act(*values, **named)
        finally:
            connections.close_all()

    await asyncio.to_thread(run_and_disconnect)


async def numbers(stream: Stream, count: int) -> list[int]:
    """Those of the next events."""
    found: list[int] = []
    async with asyncio.timeout(10):
        async for chunk in stream:
            found += [json.loads(line[6:])["number"] for line in chunk.decode().splitlines() if line[:5] == "data:"]
            if len(found) >= count:
                break
    return found


def test_followers_of_a_fleet_share_its_reads(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    read: Callable[..., list[news.News]] = news.news_after

    def counted(fleet_id: int, number: int) -> list[news.News]:
        asked.append(number)
        return read(fleet_id, number)

    monkeypatch.setattr("satselect.application.events.feed.news_after", counted)
    monkeypatch.setattr(
        "satselect.application.events.streams.news_after", lambda id, n: pytest.fail("read by a stream")
    )
    streams = [stream_of(feed, most=99) for _ in range(50)]

    async def follow() -> list[list[int]]:
        following = [asyncio.create_task(numbers(stream, 3)) for stream in streams]
        for _ in range(3):
            await elsewhere(buffer, task("image"))
        return await asyncio.gather(*following)

    assert asyncio.run(follow()) == [[1, 2, 3]] * 50
    assert len(asked) <= 3


def test_a_page_of_events_takes_the_same_few_queries_however_long(feed: Feed) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            news.news_after(Fleet.objects.get().id, 0)
        return len(captured)

    buffer(task("first", "camera"))
    run()
    few = queries()
    for _ in range(5):
        buffer(task("more", "camera"), task("still", "camera"))
        run()
    assert queries() == few


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event lists two tasks at most."""
    monkeypatch.setattr("satselect.store.queries.events.MOST_TASKS", 2)
    monkeypatch.setattr("satselect.application.events.audiences.MOST_TASKS", 2)


@pytest.mark.usefixtures("few")
def test_of_an_iteration_only_what_may_be_told_is_read() -> None:
    customers = [user(name, "customer") for name in ("anna", "ben")]
    buffer(*(task(name, name) for name in "abcd"))
    for each, some in zip(customers, ("efg", "h"), strict=True):
        own = [task(name, name) for name in some]
        submit(Submission(fleet="default", account_id=each.account_id, user_id=each.id, tasks=own, digest=""), at=NOW)
    run()
    recorded = events_after(Fleet.objects.get().id, 3, limit=1)[0]
    assert [line.name for line in recorded.tasks] == ["a", "b", "e", "f", "h"]
    seen = [told(recorded, audience_of(each)) for each in (User.objects.get(username="local"), *customers)]
    iterations = [event for event in seen if isinstance(event, IterationEvent)]
    assert [(event.scheduled, [each.name for each in event.tasks]) for event in iterations] == [
        (8, ["a", "b"]),
        (3, ["e", "f"]),
        (1, ["h"]),
    ]


@pytest.mark.usefixtures("few")
def test_a_page_and_what_is_kept_in_memory_are_of_so_many_tasks(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satselect.store.queries.events.MOST_LINES", 4)
    monkeypatch.setattr("satselect.application.events.feed.KEPT_LINES", 6)
    run()  # the first one may have to compile, and streams are awaited for so long only
    slow, quick = stream_of(feed), stream_of(feed)

    async def follow() -> tuple[list[int], list[int]]:
        waiting = asyncio.create_task(numbers(quick, 6))
        for _ in range(3):
            await elsewhere(buffer, *(task(name, name) for name in "abc"))
            await elsewhere(run)
        return await waiting, await numbers(slow, 6)

    assert asyncio.run(follow()) == ([2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7])
    fleet_id = Fleet.objects.get().id
    assert [each.number for each in news.news_after(fleet_id, 1)] == [2, 3]
    assert feed.recent(fleet_id, 1) == (7, None)
    _, kept = feed.recent(fleet_id, 5)
    assert kept is not None
    assert [each.number for each in kept] == [6, 7]


def test_a_feed_that_failed_goes_on(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    read, failures = news.news_after, [RuntimeError("broken")]

    def failing(fleet_id: int, number: int) -> list[news.News]:
        if failures:
            raise failures.pop()
        return read(fleet_id, number)

    monkeypatch.setattr("satselect.application.events.feed.news_after", failing)
    stream = stream_of(feed)

    async def follow() -> list[int]:
        waiting = asyncio.create_task(numbers(stream, 1))
        await elsewhere(buffer)
        return await waiting

    assert (asyncio.run(follow()), failures) == ([1], [])


def test_what_falls_out_of_memory_is_read(feed: Feed) -> None:
    slow, quick = stream_of(feed), stream_of(feed)

    async def follow() -> tuple[list[int], list[int]]:
        waiting = asyncio.create_task(numbers(quick, 6))
        for _ in range(6):
            await elsewhere(buffer)
        return await waiting, await numbers(slow, 6)

    assert asyncio.run(follow()) == ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])


def test_an_event_is_written_once_for_all_who_see_the_same(feed: Feed) -> None:
    buffer(task("image"))
    (first,) = news.news_after(Fleet.objects.get().id, 0)
    one, other = (reader_of(user(name, "operator")) for name in ("anna", "ben"))
    assert first.written_for(one) is first.written_for(other)
    assert first.written_for(reader_of(user("carl", "customer"))) == b""


def test_a_quiet_stream_gives_signs_of_life(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satselect.application.events.streams.HEARTBEAT_S", 0.01)

    async def listen() -> list[bytes]:
        chunks: AsyncIterator[bytes] = aiter(stream)
        return [await anext(chunks) for _ in range(3)]

    buffer()
    stream = stream_of(feed)
    start, *alive = asyncio.run(asyncio.wait_for(listen(), 10))
    assert start == b"retry: 2000\n\n: alive\nid: 1\n\n"
    assert alive == [b": alive\nid: 1\n\n"] * 2


def test_signs_of_life_come_in_time_whatever_happens_that_is_not_for_the_listener(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satselect.application.events.streams.HEARTBEAT_S", 0.3)
    stream = stream_of(feed, listener=listener_of(user("owner", "customer")))

    async def disturb() -> None:
        while True:
            stream.wake()
            await asyncio.sleep(0.02)

    async def listen() -> list[bytes]:
        chunks: AsyncIterator[bytes] = aiter(stream)
        busy = asyncio.create_task(disturb())
        heard = [await anext(chunks) for _ in range(3)]
        busy.cancel()
        return heard

    _, *alive = asyncio.run(asyncio.wait_for(listen(), 10))
    assert all(chunk.startswith(b": alive\nid: ") for chunk in alive)
    assert alive[0] != alive[1]


def test_a_stream_ends_when_its_key_is_revoked(feed: Feed) -> None:
    owner = user("owner", "customer")
    key = key_of(owner)[4:12]
    stream = stream_of(feed, listener=listener_of(owner, key=key))

    async def listen() -> int:
        revoking = elsewhere(revoke_key, owner, key, Act(owner, NOW))
        _, chunks = await asyncio.gather(revoking, all_of(stream))
        return chunks

    assert asyncio.run(asyncio.wait_for(listen(), 10)) == 1


async def all_of(stream: Stream) -> int:
    return len([chunk async for chunk in stream])


def test_who_lost_a_right_stops_listening() -> None:
    people = {name: user(name, "customer") for name in ("same", "promoted", "gone", "expiring")}
    listeners = {name: listener_of(each) for name, each in people.items()}
    key = key_of(people["expiring"], expires=NOW + timedelta(hours=1))[4:12]
    listeners["expiring"] = listener_of(people["expiring"], key=key)
    assert still_listening(listeners.values(), at=NOW) == set(listeners.values())
    User.objects.filter(username="promoted").update(role="operator")
    User.objects.filter(username="gone").update(is_active=False)
    assert still_listening(listeners.values(), at=NOW + timedelta(hours=2)) == {listeners["same"]}


def test_closing_ends_all_streams_and_opens_none(feed: Feed) -> None:
    stream = stream_of(feed)

    async def listen() -> int:
        asyncio.get_running_loop().call_later(0.05, feed.close)
        return await all_of(stream)

    assert asyncio.run(asyncio.wait_for(listen(), 10)) == 1
    with pytest.raises(BusyError):
        stream_of(feed)


def test_a_stream_that_was_never_read_counts_until_it_is_closed(feed: Feed) -> None:
    stream = stream_of(feed, most=1)
    with pytest.raises(TooManyStreamsError):
        stream_of(feed, most=1)
    stream.close()
    stream_of(feed, most=1)


def test_numbers_have_no_holes(feed: Feed) -> None:
    buffer(*(task(name, "camera", deadline="2026-11-23T12:30:00Z") for name in "abc"))
    run(NOW + timedelta(hours=1))
    assert [*Event.objects.order_by("number").values_list("number", flat=True)] == [1, 2, 3, 4, 5]
    assert Fleet.objects.get().event_number == 5
