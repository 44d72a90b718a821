"""Events from Python: followed over lost connections, against a rough server and the real one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Event, Thread, Timer
from time import monotonic

import httpx
import pytest

from satselect.client import event_stream
from satselect.client.client import Client
from satselect.client.errors import BadAnswerError, NotAllowedError, NotFoundError, NotReachedError, TryLaterError
from satselect.client.event_stream import EventStream
from satselect.client.transport import Patience
from satselect.schemas.events import FleetEvent, GapEvent, IterationEvent
from satselect.store.models import Key
from tests.client.rough_server import RoughServer, answer, stream
from tests.databases import AND_OVER_THE_BUS, Databases
from tests.people import key_of, user
from tests.services import Services, free_port

DATABASES = AND_OVER_THE_BUS

Reply = Sequence[bytes | None]
START = b"retry: 20\n\n: alive\nid: 3\n\n"
PROBLEM = b'{"type":"a","title":"b","status":0,"detail":"c"}'


def event(number: int) -> bytes:
    facts = {"number": number, "at": "2026-11-23T12:00:00Z", "fleet": "default", "kind": "fleet"}
    return f"id: {number}\nevent: fleet\ndata: {json.dumps(facts)}\n\n".encode()


@contextmanager
def followed(*replies: Reply, **options: object) -> Iterator[tuple[EventStream, RoughServer]]:
    with RoughServer(replies).running() as server:
        patience = Patience(attempts=3, first_wait_s=0.01, longest_wait_s=0.05)
        with (
            Client(server.address, patience=patience) as client,
            client.events(**options) as events,  # type: ignore[arg-type]
        ):
            yield events, server


def numbers(events: Iterator[event_stream.Event], count: int) -> list[int]:
    return [each.number for each in islice(events, count)]


def test_a_lost_connection_goes_on_where_it_was_lost() -> None:
    first = stream(START, event(4), event(5) + event(6)[:20])
    second = stream(b": alive\nid: 5\n\n", event(6))
    with followed(first, second, stream(event(7), None)) as (events, server):
        assert numbers(events, 4) == [4, 5, 6, 7]
        assert events.position == "7"
    assert server.sent_fields("Last-Event-ID") == [None, "5", "6"]
    assert server.sent_fields("Accept") == ["text/event-stream"] * 3


@pytest.mark.parametrize("trouble", [answer("503 Busy"), answer("502 Bad"), answer("429 Slow"), [], [b"no HTTP\r\n"]])
def test_trouble_on_the_way_is_waited_out(trouble: Reply) -> None:
    with followed(trouble, stream(START, event(4)), *[trouble] * 9, stream(event(5), None)) as (events, server):
        assert numbers(events, 2) == [4, 5]
    assert server.sent_fields("Last-Event-ID") == [None, None, *["4"] * 10]


def test_the_service_says_how_soon_to_come_back() -> None:
    with followed(stream(b"retry: 600\n\n", event(4)), stream(event(5), None)) as (events, _):
        events._transport._patience = Patience(first_wait_s=0.01, longest_wait_s=5)
        next(events)
        began = monotonic()
        next(events)
        assert 0.6 <= monotonic() - began < 5


@pytest.mark.parametrize(
    ("trouble", "error"),
    [([], NotReachedError), (answer("503 Busy"), TryLaterError), (stream(), None)],
)
def test_the_first_connection_is_tried_as_often_as_any_call(trouble: Reply, error: type[Exception] | None) -> None:
    with followed(trouble, trouble, trouble, stream(event(4), None)) as (events, server):
        if error is None:  # it was there, and told nothing
            assert numbers(events, 1) == [4]
            return
        with pytest.raises(error):
            next(events)
    assert len(server.requests) == 3


def test_a_lost_one_is_given_up_when_that_is_asked_for() -> None:
    with followed(stream(START, event(4)), answer("503 Busy"), give_up_s=0.3) as (events, server):
        next(events)
        began = monotonic()
        with pytest.raises(TryLaterError):
            next(events)
        assert 0.3 <= monotonic() - began < 5
    assert len(server.requests) > 3


@pytest.mark.parametrize(("status", "error"), [("401 No", NotAllowedError), ("404 None", NotFoundError)])
def test_what_is_refused_ends_it(status: str, error: type[Exception]) -> None:
    with followed(stream(START, event(4)), answer(status, PROBLEM)) as (events, _):
        next(events)
        with pytest.raises(error):
            next(events)
        assert list(events) == []


def test_a_silent_connection_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "QUIET_S", 0.2)
    halves = [stream(START, event(4), None), stream(event(5), None)]
    with RoughServer(halves).running() as server, Client(server.address) as client, client.events() as events:
        ender = Timer(0.5, server.let_go)
        ender.start()
        assert numbers(events, 2) == [4, 5]
        ender.join()


def test_what_is_no_event_is_told_and_does_not_move_the_position() -> None:
    bad = b'id: 5\nevent: fleet\ndata: {"number": \n\n'
    with followed(stream(START, event(4), bad)) as (events, _):
        next(events)
        with pytest.raises(BadAnswerError, match="no FleetEvent") as raised:
            next(events)
        assert (raised.value.status, raised.value.first_line, events.position) == (200, '{"number":', "4")


def test_kinds_of_a_later_release_are_passed_over() -> None:
    with followed(stream(START, b"id: 4\nevent: plan\ndata: x\n\n", event(5), None)) as (events, _):
        assert numbers(events, 1) == [5]


def test_events_that_are_packed_wrongly_are_told() -> None:
    packed = [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nno gzip"]
    with followed(packed) as (events, _), pytest.raises(BadAnswerError, match="decompressed"):
        next(events)


def test_an_event_without_an_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satselect.client.server_sent.MOST_BYTES", 1_000)
    endless = stream(b"data: " + b"x" * 2_000, None)
    with followed(endless) as (events, _), pytest.raises(BadAnswerError, match="not end"):
        next(events)


@pytest.mark.parametrize("is_lost", [False, True])
def test_closing_wakes_who_waits_for_the_next_event(is_lost: bool) -> None:
    replies = [stream(START, event(4), None)] if not is_lost else [stream(b"retry: 9999999\n\n", event(4))]
    with followed(*replies) as (events, _):
        events._transport._patience = Patience(longest_wait_s=100)
        seen, has_come = list[int](), Event()

        def read() -> None:
            for each in events:
                seen.append(each.number)
                has_come.set()

        reader = Thread(target=read)
        reader.start()
        assert has_come.wait(20)
        Timer(0.4, events.close).start()
        reader.join(timeout=10)
        assert (reader.is_alive(), seen) == (False, [4])
        assert list(events) == []


def test_closing_ends_it_in_the_midst_of_a_piece() -> None:
    with followed(stream(event(4) + event(5), None)) as (events, _):
        next(events)
        events.close()
        events.close()
        assert list(events) == []


@pytest.fixture
def client(service: httpx.Client) -> Iterator[Client]:
    with Client(str(service.base_url)) as client:
        yield client


def test_what_happens_is_told_as_it_happens(client: Client) -> None:
    with client.events(after=0) as events:
        client.submit([{"name": "a", "resources": ["camera"], "profit": 1}])
        seen = [next(events), next(events)]
        assert [each.kind for each in seen] == ["batch", "iteration"]
        assert isinstance(seen[1], IterationEvent)
        assert [task.name for task in seen[1].tasks] == ["a"]
        position = events.position
    client.submit([])
    with client.events(after=position) as events:
        assert [next(events).kind, next(events).kind] == ["batch", "iteration"]


def test_from_now_on_is_without_what_was_before(client: Client) -> None:
    client.submit([])
    with client.events() as events:
        is_told = Event()

        def submit() -> None:
            while not is_told.wait(0.5):  # who follows may not be there yet
                client.submit([])

        submitting = Thread(target=submit)
        submitting.start()
        first = next(events)
        is_told.set()
        submitting.join()
    assert first.kind == "batch"
    assert first.number > 2


def test_what_has_happened_so_far_is_read_page_by_page(services: Services, databases: Databases) -> None:
    client = Client(services.address(databases.get("sqlite", is_served=True)))
    for number in range(110):
        client.submit_async([{"name": f"{number}", "resources": [], "profit": 1}])
    client.iterate()
    events = client.events(after=0, follow=False)
    seen = list(events)
    assert [each.number for each in seen] == list(range(1, len(seen) + 1))
    assert len([each for each in seen if each.kind == "batch"]) == 110
    assert events.position == str(len(seen))
    assert list(client.events(after=events.position, follow=False)) == []
    now = client.events(follow=False)
    assert (list(now), now.position) == ([], events.position)
    client.close()


def test_what_is_no_longer_kept_is_a_gap(client: Client) -> None:
    with client.events(after=10_000) as events:
        gap = next(events)
        assert isinstance(gap, GapEvent)
        assert events.position == str(gap.number)


def test_a_fleet_that_is_not_there_is_told(client: Client) -> None:
    for follow in (True, False):
        with pytest.raises(NotFoundError):
            next(client.events("nowhere", follow=follow))


def test_a_key_that_is_revoked_ends_it(services: Services, databases: Databases) -> None:
    url = services.address(databases.get("sqlite", is_served=True), auth="keys")
    key = key_of(user("olga", "operator"))
    with Client(url, key) as client, client.events(after=0) as events:
        client.submit([])
        next(events)
        Key.objects.update(revoked="2026-01-01T00:00:00Z")
        with pytest.raises(NotAllowedError):
            list(events)


def test_nobody_there_is_told() -> None:
    with (
        Client(f"http://127.0.0.1:{free_port()}", patience=Patience(attempts=2, first_wait_s=0.01)) as client,
        pytest.raises(NotReachedError),
    ):
        next(client.events())


def test_a_fleet_event_is_read() -> None:
    with followed(stream(event(4), None)) as (events, _):
        assert isinstance(next(events), FleetEvent)
