"""What comes back that is no answer of the service is an error of the client, with what it was."""

import gzip
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pytest

from satselect.client import answers
from satselect.client.client import Client
from satselect.client.errors import BadAnswerError, BadInputError, ClientError, NotAllowedError, NotReachedError
from satselect.client.given import clean_key
from satselect.client.transport import Patience
from satselect.schemas.submission.batches import BatchAnswer, BatchState
from tests.application.buffers import NOW
from tests.client.rough_server import RoughServer, answer

KEY = "sat_abcdefgh_0123456789"
HTML = b"\n<html><title>Sign in</title>\x1b[31m\n<body>"
PENDING = BatchAnswer(id=uuid4(), fleet="default", status=BatchState.PENDING, created=NOW, iteration=None)

CALLS: dict[str, Callable[[Client], object]] = {
    "get": lambda client: client.task(uuid4()),
    "list": lambda client: list(client.tasks()),
    "submit": lambda client: client.submit([{"name": "a", "resources": [], "profit": 1}], wait_s=0),
    "report": lambda client: client.fail(uuid4()),
    "events": lambda client: list(client.events(follow=False)),
    "follow": lambda client: next(client.events()),
}


@contextmanager
def served(
    *given: Sequence[bytes | None], key: str | None = KEY, timeout_s: float = 5.0
) -> Iterator[tuple[Client, RoughServer]]:
    with RoughServer(list(given)).running() as server:
        patience = Patience(attempts=2, first_wait_s=0.01)
        with Client(server.address, key, timeout_s=timeout_s, patience=patience) as client:
            yield client, server


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", ["200 OK", "201 Created"])
@pytest.mark.parametrize(
    ("body", "fields", "line"),
    [
        (HTML, ["Content-Type: text/html"], "<html><title>Sign in</title>[31m"),
        (b"", [], ""),
        (b'{"id": "0', ["Content-Type: application/json"], '{"id": "0'),
        (b'{"id": 7}', ["Content-Type: application/json"], '{"id": 7}'),
        (b"[]", ["Content-Type: application/json"], "[]"),
        (b"\xff\xfe\0{", ["Content-Type: application/json"], "\ufffd\ufffd{"),
        (b"[" * 100_000, ["Content-Type: application/json"], "[" * 120),
        (b"no gzip", ["Content-Encoding: gzip"], ""),
        (gzip.compress(HTML)[:-8], ["Content-Encoding: gzip"], "<html><title>Sign in</title>[31m"),
    ],
    ids=["html", "empty", "cut", "other", "list", "bytes", "deep", "gzip", "cut-gzip"],
)
def test_a_good_status_with_something_else(call: str, status: str, body: bytes, fields: list[str], line: str) -> None:
    with served(answer(status, body, *fields)) as (client, server), pytest.raises(BadAnswerError) as raised:
        CALLS[call](client)
    assert (raised.value.status, raised.value.first_line) == (int(status[:3]), line)
    assert f"127.0.0.1 answered {status[:3]} " in str(raised.value)
    assert str(raised.value).isprintable()
    assert len(server.requests) == 1  # it may have been done


@pytest.mark.parametrize("call", CALLS)
def test_nothing_at_all(call: str) -> None:
    with (
        served([b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"]) as (client, _),
        pytest.raises(BadAnswerError, match=r"answered 204 No Content .* \(no body\)") as raised,
    ):
        CALLS[call](client)
    assert (raised.value.status, raised.value.first_line) == (204, "")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
def test_nobody_follows_with_the_key(call: str, status: str) -> None:
    there = answer(status, HTML, "Location: http://elsewhere.test/api")
    with served(there) as (client, server), pytest.raises(BadAnswerError, match="points to http://elsewhere") as raised:
        CALLS[call](client)
    assert (raised.value.status, len(server.requests)) == (int(status[:3]), 1)


@pytest.mark.parametrize("call", ["get", "submit"])
def test_an_answer_that_is_cut_off_is_asked_for_again_and_told(call: str) -> None:
    half = answer("200 OK", HTML, length=1_000)
    with served(half) as (client, server), pytest.raises(NotReachedError) as raised:
        CALLS[call](client)
    assert "answered 200 OK, and was cut off" not in str(raised.value)
    assert "answered 200 OK and was cut off" in str(raised.value)
    assert "<html><title>Sign in</title>" in str(raised.value)
    assert len(server.requests) == 2


def test_a_whole_answer_after_half_a_one_is_the_answer() -> None:
    whole = PENDING.model_dump_json().encode()
    with served(answer("200 OK", whole[:9], length=99), answer("200 OK", whole)) as (client, _):
        assert client.batch(PENDING.id) == PENDING


def test_what_comes_too_slowly_is_given_up() -> None:
    drops = [b"HTTP/1.1 200 OK\r\n\r\n", *[b" "] * 30]
    with served(drops, timeout_s=0.3) as (client, _), pytest.raises(NotReachedError, match=r"not whole after 0.3 s"):
        client.me()


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_does_not_end_is_given_up(is_packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 100_000)
    body = b"[" + b" " * 2_000_000
    packed = answer("200 OK", gzip.compress(body), "Content-Encoding: gzip") if is_packed else answer("200 OK", body)
    with served(packed) as (client, _), pytest.raises(BadAnswerError, match="more than 100000 bytes"):
        client.me()


@pytest.mark.parametrize("status", ["400 Bad", "403 Forbidden", "500 Error", "503 Busy", "599 Odd"])
@pytest.mark.parametrize("fields", [[], ["Content-Encoding: gzip"]], ids=["plain", "packed"])
def test_a_bad_status_says_enough(status: str, fields: list[str]) -> None:
    with (
        served(answer(status, HTML, *fields)) as (client, _),
        pytest.raises(ClientError, match=f"answered {status[:3]}"),
    ):
        client.me()


def test_a_problem_has_the_status_that_it_came_with() -> None:
    body = b'{"type": "a", "title": "b", "status": 404, "detail": "c"}'
    with served(answer("403 Forbidden", body)) as (client, _), pytest.raises(NotAllowedError) as raised:
        client.me()
    assert raised.value.problem.status == 403


@pytest.mark.parametrize(
    "reply",
    [
        answer("200 OK", f"<p>{KEY}".encode()),
        answer("200 OK", f"<p>{KEY}".encode(), length=999),
        answer("200 OK", f"<p>{KEY}".encode(), "Content-Encoding: gzip"),
        answer("301 Moved", b"", f"Location: http://elsewhere.test/{KEY}"),
        answer("403 Forbidden", f'{{"type":"a","title":"b","status":403,"detail":"{KEY}"}}'.encode()),
        answer("502 Bad", f"<p>Bearer {KEY}".encode()),
        [f"Bearer {KEY}".encode()],
        [],
    ],
)
@pytest.mark.parametrize("around", ["", "\r\n", " "])
def test_no_error_shows_the_key(reply: list[bytes | None], around: str) -> None:
    with served(reply, key=f"{around}{KEY}{around}") as (client, server):
        for call in CALLS.values():
            with pytest.raises(ClientError) as raised:
                call(client)
            told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(client)
            assert KEY not in told
    assert set(server.sent_fields("Authorization")) == {f"Bearer {KEY}"}


@pytest.mark.parametrize(
    "key", ["sat_ab\ncd", "sat ab", "sat_\u00e9", "Bearer sat_ab", "sat_ab\0cd", "\u201csat_ab\u201d"]
)
def test_what_can_be_no_key_is_refused_unseen(key: str) -> None:
    with pytest.raises(BadInputError) as raised:
        Client("http://127.0.0.1:9", key)
    assert key not in "".join(traceback.format_exception(raised.value))
    assert isinstance(raised.value, ClientError)


@pytest.mark.parametrize("key", [None, "", " ", "\r\n"])
def test_an_empty_key_is_none(key: str | None) -> None:
    assert clean_key(key) is None
    refused = answer("401 Unauthorized", b'{"type":"a","title":"b","status":401,"detail":"c"}')
    with served(refused, key=key) as (client, server), pytest.raises(NotAllowedError, match="no key was given"):
        client.me()
    assert server.sent_fields("Authorization") == [None]


@pytest.mark.parametrize("key", ["", " ", "\u00e9", "a\n", " a", "a ", "a" * 256, "a\tb"])
def test_an_idempotency_key_that_can_not_be_sent_is_refused(key: str) -> None:
    with served(answer("500 Error")) as (client, server), pytest.raises(BadInputError, match="255 printable ASCII"):
        client.submit([], idempotency_key=key)
    assert not server.requests


@pytest.mark.parametrize("profit", [float("nan"), float("inf"), object(), "\ud800", {1, 2}])
def test_a_task_that_is_no_json_is_refused(profit: object) -> None:
    with served(answer("500 Error")) as (client, server), pytest.raises(BadInputError):
        client.submit([{"name": "a", "resources": [], "profit": profit}])
    assert not server.requests
