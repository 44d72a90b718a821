import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from satselect.application.act import Act
from satselect.application.tasks.submit import submit
from satselect.application.webhooks.register import register
from satselect.store.models import User
from tests.application.buffers import NOW, run, submission, task
from tests.application.webhooks.receivers import receiving
from tests.databases import AND_OVER_THE_BUS, Database
from tests.people import bearer, key_of, user
from tests.services import start

DATABASES = AND_OVER_THE_BUS

WEBHOOKS = "/api/v1/webhooks"
PUBLIC = "https://hooks.example.org/satselect"


def wait_for(claim: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not claim():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.fixture
def inside(database: Database) -> Iterator[httpx.Client]:
    """A service that delivers, also to private addresses."""
    address, process = start(database.url, SATSELECT_WEBHOOKS="private")
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
    process.kill()
    process.wait(timeout=20)


def test_changes_are_delivered_signed_recorded_and_listed(inside: httpx.Client) -> None:
    with receiving() as receiver:
        made = inside.post(WEBHOOKS, json={"address": receiver.address, "name": "ground"}).json()
        path = f"{WEBHOOKS}/{made['id']}/deliveries"
        for name in "abc":
            inside.post("/api/tasks/", json=[{"name": name, "resources": ["camera"], "profit": 2}])
        wait_for(lambda: len(inside.get(path, params={"status": "delivered"}).json()["items"]) == 3)
    headers, body = receiver.came[0]
    assert json.loads(body)["data"]["tasks"][0]["name"] == "a"
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = ".".join([headers["webhook-id"], headers["webhook-timestamp"], body]).encode()
    wanted = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    first = inside.get(path, params={"limit": 2}).json()
    rest = inside.get(first["next"]).json()
    items = first["items"] + rest["items"]
    assert [(item["number"], item["answered"], item["attempts"]) for item in items] == [
        (number, 204, 1) for number in (6, 4, 2)
    ]
    assert items[-1]["id"] == headers["webhook-id"]
    assert rest["next"] is None


def test_what_was_committed_while_nobody_served_is_delivered_later(database: Database) -> None:
    with receiving() as receiver:
        register(receiver.address, "", Act(User.objects.get(), NOW), allows_private=True)
        submit(submission(task("image")), at=NOW)
        run()
        _, process = start(database.url, SATSELECT_WEBHOOKS="private")
        wait_for(lambda: bool(receiver.came))
        process.kill()
        process.wait(timeout=20)


def test_two_processes_deliver_each_change_once(inside: httpx.Client, database: Database) -> None:
    _, other = start(database.url, SATSELECT_WEBHOOKS="private")
    with receiving() as receiver:
        made = inside.post(WEBHOOKS, json={"address": receiver.address}).json()
        for number in range(30):
            inside.post("/api/tasks/", json=[{"name": f"{number}", "resources": [], "profit": 1}])
        path = f"{WEBHOOKS}/{made['id']}/deliveries"
        wait_for(lambda: len(inside.get(path, params={"status": "delivered"}).json()["items"]) == 30)
        assert len(receiver.ids) == len(set(receiver.ids)) == 30
    other.kill()
    other.wait(timeout=20)


def test_a_secret_is_shown_once(service: httpx.Client) -> None:
    made = service.post(WEBHOOKS, json={"address": PUBLIC})
    assert made.status_code == 201
    listed = service.get(WEBHOOKS)
    assert made.json()["secret"] not in listed.text
    assert listed.json()["items"] == [{name: value for name, value in made.json().items() if name != "secret"}]


@pytest.mark.parametrize(
    "address",
    ["ftp://hooks.example.org/", "https://u:p@example.org/", "https://example.org/#a", "nowhere", "a b", "", 1],
)
def test_an_address_that_is_never_called_is_refused(service: httpx.Client, address: object) -> None:
    answer = service.post(WEBHOOKS, json={"address": address})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/address")
    assert service.get(WEBHOOKS).json()["items"] == []


def test_private_addresses_are_refused_unless_the_operator_allows_them(migrated_folder: Path) -> None:
    address, process = start(f"sqlite:///{migrated_folder / 'satselect.sqlite3'}", SATSELECT_WEBHOOKS="public")
    asked = ["http://hooks.example.org/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", PUBLIC]
    statuses = [httpx.post(f"{address}{WEBHOOKS}", json={"address": each}).status_code for each in asked]
    process.kill()
    process.wait(timeout=20)
    assert statuses == [422, 422, 422, 422, 201]


def test_a_webhook_is_switched_off_and_on_and_taken_away(service: httpx.Client) -> None:
    path = f"{WEBHOOKS}/{service.post(WEBHOOKS, json={'address': PUBLIC}).json()['id']}"
    assert service.patch(path, json={"is_enabled": False}).json()["is_enabled"] is False
    assert service.patch(path, json={"is_enabled": True}).json()["is_enabled"] is True
    assert service.delete(path).status_code == 204
    assert service.get(f"{path}/deliveries").status_code == 404


def test_webhooks_are_their_users_own(guarded: httpx.Client) -> None:
    owner, colleague = (bearer(key_of(user(name, "customer", account="acme"))) for name in ("owner", "colleague"))
    made = guarded.post(WEBHOOKS, json={"address": PUBLIC}, headers=owner).json()
    assert guarded.get(WEBHOOKS, headers=colleague).json()["items"] == []
    assert guarded.delete(f"{WEBHOOKS}/{made['id']}", headers=colleague).status_code == 404


def test_a_user_has_ten_webhooks_at_most(service: httpx.Client) -> None:
    statuses = [service.post(WEBHOOKS, json={"address": PUBLIC}).status_code for _ in range(11)]
    assert statuses == [201] * 10 + [409]


def signed_by(secret: str, headers: dict[str, str], body: str) -> bool:
    """The check of docs/webhooks.md."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body.encode()
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return any(hmac.compare_digest(each, expected) for each in headers["webhook-signature"].split())


def test_a_secret_is_rotated_without_a_gap(inside: httpx.Client) -> None:
    with receiving() as receiver:
        made = inside.post(WEBHOOKS, json={"address": receiver.address}).json()
        path = f"{WEBHOOKS}/{made['id']}"
        secrets = [made["secret"]]
        for sent in ({}, {"overlap_s": 600}, {"overlap_s": 0}):
            answer = inside.post(f"{path}/secret", json=sent)
            assert answer.status_code == 201
            secrets.append(answer.json()["secret"])
            has_old = answer.json()["old_secret_until"] is not None
            assert has_old == (sent != {"overlap_s": 0})
            before = len(receiver.came)
            inside.post("/api/tasks/", json=[{"name": f"{before}", "resources": [], "profit": 1}])
            wait_for(lambda before=before: len(receiver.came) > before)  # type: ignore[misc]
            # By the new one and, while it holds, by the one before; by none that is older.
            holds = [*[False] * (len(secrets) - 2), has_old, True]
            assert [signed_by(secret, *receiver.came[-1]) for secret in secrets] == holds
        (listed,) = inside.get(WEBHOOKS).json()["items"]
        assert not any(secret in json.dumps(listed) for secret in secrets)
        assert not any(secret in inside.get("/api/v1/audit").text for secret in secrets)


def test_another_address_gets_what_the_old_one_did_not_take(inside: httpx.Client) -> None:
    with receiving(statuses=[500] * 50) as broken, receiving() as well:
        made = inside.post(WEBHOOKS, json={"address": broken.address}).json()
        path = f"{WEBHOOKS}/{made['id']}"
        for name in "abc":
            inside.post("/api/tasks/", json=[{"name": name, "resources": ["camera"], "profit": 2}])
        wait_for(lambda: inside.get(WEBHOOKS).json()["items"][0]["failing_since"] is not None)
        changed = inside.patch(path, json={"address": well.address, "name": "other"}).json()
        assert (changed["address"], changed["name"], changed["failing_since"]) == (well.address, "other", None)
        assert changed["id"] == made["id"]
        inside.post("/api/tasks/", json=[{"name": "d", "resources": ["camera"], "profit": 2}])

        def names() -> set[str]:
            return {json.loads(body)["data"]["tasks"][0]["name"] for _, body in well.came}

        give_up = time.monotonic() + 60
        while len(names()) < 4:  # what failed once waits for up to ten seconds
            assert time.monotonic() < give_up, names()
            time.sleep(0.1)
        assert signed_by(made["secret"], *well.came[0])


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"address": None},
        {"address": "https://a..b/"},
        {"address": "ftp://example.org/"},
        {"is_enabled": None},
        {"is_enabled": "yes"},
        {"secret": "whsec_mine"},
        {"address": PUBLIC, "name": " "},
    ],
)
def test_a_change_that_can_not_be_changes_nothing(service: httpx.Client, sent: dict[str, object]) -> None:
    made = service.post(WEBHOOKS, json={"address": PUBLIC}).json()
    assert service.patch(f"{WEBHOOKS}/{made['id']}", json=sent).status_code == 422
    assert service.get(WEBHOOKS).json()["items"][0]["address"] == PUBLIC


@pytest.mark.parametrize("sent", [{"overlap_s": -1}, {"overlap_s": 604_801}, {"overlap_s": "1"}, {"x": 1}, []])
def test_an_overlap_that_can_not_be_is_refused(service: httpx.Client, sent: object) -> None:
    made = service.post(WEBHOOKS, json={"address": PUBLIC}).json()
    assert service.post(f"{WEBHOOKS}/{made['id']}/secret", json=sent).status_code == 422
    assert User.objects.get().webhooks.get().secret == made["secret"]
