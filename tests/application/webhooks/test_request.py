import base64
import hmac
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from satselect.application.webhooks.addresses import ForbiddenAddressError
from satselect.application.webhooks.reachable import Address
from satselect.application.webhooks.request import WebhookRequest, post, signature
from tests.application.webhooks.receivers import receiving

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
LETTER = WebhookRequest(UUID(int=7), "http://hooks.example.org:80/", SECRET, '{"type": "task.changed"}')
DOCUMENT = Path(__file__).parents[3] / "docs/webhooks.md"
send = partial(post, allows_private=True, time_limit_s=5)


def request(address: str) -> WebhookRequest:
    return WebhookRequest(LETTER.id, address, SECRET, LETTER.body)


def test_a_letter_arrives_signed() -> None:
    with receiving() as receiver:
        assert send(request(receiver.address), AT) == 204
    ((headers, body),) = receiver.came
    assert body == LETTER.body
    stamp = str(int(AT.timestamp()))
    expected = hmac.new(bytes(range(32)), f"{LETTER.id}.{stamp}.{body}".encode(), sha256).digest()
    assert headers["webhook-id"] == str(LETTER.id)
    assert headers["webhook-timestamp"] == stamp
    assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert headers["content-type"] == "application/json"


def test_a_signature_is_that_of_the_moment_and_the_body() -> None:
    later = datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
    other = WebhookRequest(LETTER.id, LETTER.address, SECRET, "{}")
    assert len({signature(LETTER, AT), signature(LETTER, later), signature(other, AT)}) == 3


def test_the_check_in_the_documents_tells_what_is_genuine() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, DOCUMENT.name, "exec"), names)  # noqa: S102
    is_genuine: Callable[[str, dict[str, str], bytes], bool] = names["is_genuine"]
    with receiving() as receiver:
        send(request(receiver.address), datetime.now(UTC))
    ((headers, body),) = receiver.came
    assert is_genuine(SECRET, headers, body.encode())
    assert not is_genuine(SECRET, headers, b"{}")
    assert not is_genuine("whsec_" + base64.b64encode(bytes(32)).decode(), headers, body.encode())
    stale = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}
    assert not is_genuine(SECRET, stale, body.encode())


def test_a_redirect_is_not_followed() -> None:
    with receiving() as trap, receiving(statuses=[302], headers={"Location": trap.address}) as receiver:
        assert send(request(receiver.address), AT) == 302
    assert trap.came == []


def test_a_private_address_is_not_connected_to() -> None:
    with receiving() as receiver, pytest.raises(ForbiddenAddressError):
        post(request(receiver.address), AT, allows_private=False)
    assert receiver.came == []


def test_the_address_that_was_checked_is_the_one_that_is_called() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [ip_address("127.0.0.1")]

    with receiving() as receiver:
        port = receiver.address.split(":")[2].split("/")[0]
        assert send(request(f"http://hooks.example.org:{port}/x"), AT, resolve=resolve) == 204
    assert asked == ["hooks.example.org"]
    assert receiver.came[0][0]["host"] == f"hooks.example.org:{port}"


def test_who_never_answers_is_left_after_the_time_limit() -> None:
    with receiving(pause=(pause := Event())) as receiver:
        start = monotonic()
        with pytest.raises((OSError, HTTPException)):
            post(request(receiver.address), AT, allows_private=True, time_limit_s=0.3)
        assert monotonic() - start < 5
        pause.set()


def test_a_name_that_nobody_can_look_up_is_left_after_the_time_limit() -> None:
    found = Event()

    def resolve(host: str, port: int) -> list[Address]:
        found.wait(20)
        return [ip_address("127.0.0.1")]

    start = monotonic()
    with pytest.raises(TimeoutError):
        post(LETTER, AT, allows_private=True, resolve=resolve, time_limit_s=0.3)
    assert monotonic() - start < 15
    found.set()


def test_who_answers_a_byte_at_a_time_is_left_after_the_time_limit() -> None:
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"a")
                    except OSError:
                        return

        thread = Thread(target=drip)
        thread.start()
        start = monotonic()
        slow = request(f"http://127.0.0.1:{server.getsockname()[1]}/")
        with suppress(OSError, HTTPException):  # what came until then may be taken for an answer
            post(slow, AT, allows_private=True, time_limit_s=0.5)
        assert monotonic() - start < 5
        stop.set()
        thread.join()


def test_a_server_whose_certificate_nobody_vouches_for_is_not_told() -> None:
    with receiving() as receiver, pytest.raises(ssl.SSLError):
        send(request(receiver.address.replace("http:", "https:")), AT)
    assert receiver.came == []
