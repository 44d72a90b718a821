"""Webhooks from Python, against a running service that sends to private addresses."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

import pytest

import satselect
from satselect.client.client import Client
from satselect.client.errors import ChangedError, InvalidError, NotFoundError
from tests.application.webhooks.receivers import Receiver, receiving
from tests.databases import Database
from tests.services import free_port, start

DATABASES = ["sqlite"]  # what the database has a part in, tests/api/test_webhooks.py tries on each


@pytest.fixture
def client(database: Database) -> Iterator[Client]:
    address, process = start(database.url, SATSELECT_WEBHOOKS="private")
    with Client(address) as client:
        yield client
    process.kill()
    process.wait(timeout=20)


def is_genuine(secret: str, headers: dict[str, str], body: str) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    proof = f"v1,{base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()}"
    return proof in headers["webhook-signature"].split()


def taken(client: Client, webhook: object, count: int) -> list[str]:
    """The types of what was delivered, when it is so many."""
    give_up = time.monotonic() + 30
    while True:
        found = [each.type for each in client.webhooks.deliveries(str(webhook), status="delivered")]  # type: ignore[arg-type]
        if len(found) >= count or time.monotonic() > give_up:
            return found
        time.sleep(0.05)


def test_all_that_can_be_done_with_one(client: Client) -> None:
    with receiving() as receiver:
        made = client.webhooks.make(receiver.address, "ground")
        assert [each.id for each in client.webhooks.all()] == [made.id]
        seen = client.webhooks.get(made.id)
        assert (seen.name, seen.address, seen.is_enabled) == ("ground", receiver.address, True)
        check_signed(client, receiver, made.secret, made.id)
        client.submit([satselect.Task("a", ["camera"], profit=1)])
        assert taken(client, made.id, 1) == ["tasks.scheduled"]
        with receiving() as other:
            moved = client.webhooks.edit(made.id, {"address": other.address, "name": None}, if_match=seen.etag)
            assert (moved.address, moved.name) == (other.address, "")
            with pytest.raises(ChangedError):
                client.webhooks.edit(made.id, {"name": "late"}, if_match=seen.etag)
            rotated = client.webhooks.rotate_secret(made.id, overlap_s=3600)
            assert rotated.secret != made.secret
            assert rotated.old_secret_until is not None
            for secret in (rotated.secret, made.secret):
                check_signed(client, other, secret, made.id)
    client.webhooks.delete(made.id)
    assert list(client.webhooks.all()) == []


def check_signed(client: Client, receiver: Receiver, secret: str, webhook: object) -> None:
    answer = client.webhooks.test(str(webhook))
    assert (answer.answered, answer.error) == (204, "")
    headers, body = receiver.came[-1]
    assert is_genuine(secret, headers, body)
    told = json.loads(body)
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": str(webhook)})


def test_a_test_tells_why_it_was_not_taken(client: Client) -> None:
    with receiving(statuses=[500]) as receiver:
        made = client.webhooks.make(receiver.address)
        client.webhooks.edit(made.id, {"is_enabled": False})
        refused = client.webhooks.test(made.id)
        assert (refused.answered, refused.error) == (500, "answered 500")
        assert client.webhooks.test(made.id).error == ""
    client.webhooks.edit(made.id, {"address": f"http://127.0.0.1:{free_port()}/"})
    nobody = client.webhooks.test(made.id)
    assert nobody.answered is None
    assert "Refused" in nobody.error
    assert list(client.webhooks.deliveries(made.id)) == []


def test_what_is_wrong_is_told(client: Client) -> None:
    with pytest.raises(InvalidError, match="address"):
        client.webhooks.make("nowhere")
    for call in (client.webhooks.get, client.webhooks.test, client.webhooks.rotate_secret, client.webhooks.delete):
        with pytest.raises(NotFoundError, match="there is no webhook"):
            call(uuid4())
