"""The last rows of the table of bad input: keys that make repeatable, ids of others, and who may call at all."""

import json
import socket

import httpx
import pytest

from satselect.application.access.keys import revoke_key
from satselect.application.act import Act
from satselect.store.models import Batch, Iteration, Task
from tests.api.test_bad_input import assert_problem
from tests.application.buffers import NOW
from tests.databases import Database, counts
from tests.people import bearer, key_of, user
from tests.services import Services

TASKS = [{"name": "image", "resources": ["camera"], "profit": 1}]
URLS = ["/api/tasks/", "/api/v1/fleets/default/tasks"]


@pytest.mark.parametrize("url", URLS)
def test_row_37_a_key_belongs_to_one_body(service: httpx.Client, url: str) -> None:
    headers = {"Idempotency-Key": "monday"}
    first = service.post(url, json=TASKS, headers=headers)
    before = counts()
    again = service.post(url, json=TASKS, headers=headers)
    assert (again.status_code, again.content, again.headers["Location"]) == (
        201,
        first.content,
        first.headers["Location"],
    )
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert_problem(service.post(url, json=[], headers=headers), 422)
    other = next(other for other in URLS if other != url)
    assert_problem(service.post(other, json=TASKS, headers=headers), 422)
    assert counts() == before


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("key", [b"", b"k" * 300, b"a\tb", b"caf\xe9", b"\xf0\x9f\x9b\xb0"])
def test_row_38_a_key_that_can_not_be_one_is_refused(service: httpx.Client, url: str, key: bytes) -> None:
    before = counts()
    answer = service.post(url, json=TASKS, headers={b"Idempotency-Key": key})
    assert_problem(answer, 400)
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"
    assert counts() == before


def test_row_38_control_characters_never_get_that_far(service: httpx.Client) -> None:
    before = counts()
    host, port = service.base_url.host, service.base_url.port

    body = json.dumps(TASKS).encode()
    request = (
        b"POST /api/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Idempotency-Key: a\x01b\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    with socket.create_connection((host, port or 80), timeout=10) as connection:
        connection.sendall(request)
        assert b" 400 " in connection.recv(1000).splitlines()[0]
    assert counts() == before


@pytest.fixture
def others(guarded: httpx.Client) -> httpx.Client:
    """The client of somebody, while somebody else has a task."""
    owner = key_of(user("owner", "customer"))
    assert guarded.post("/api/tasks/", json=TASKS, headers=bearer(owner)).status_code == 201
    guarded.headers.update(bearer(key_of(user("anna", "customer"))))
    return guarded


CALLS = [
    ("GET", "/api/v1/tasks/{task}"),
    ("PATCH", "/api/v1/tasks/{task}"),
    ("POST", "/api/v1/tasks/{task}/cancel"),
    ("GET", "/api/v1/tasks/{task}/history"),
    ("GET", "/api/v1/tasks/{task}/explanation"),
    ("GET", "/api/v1/batches/{batch}"),
    ("GET", "/api/v1/iterations/{iteration}"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_row_39_what_is_not_yours_is_not_there(others: httpx.Client, method: str, path: str) -> None:
    before = counts()
    ids = {"task": Task.objects.get().id, "batch": Batch.objects.get().id, "iteration": Iteration.objects.get().id}
    body = {"profit": 2} if method == "PATCH" else None
    assert_problem(others.request(method, path.format(**ids), json=body), 404)
    for made_up in ("../x", "..%2f..", "' OR 1=1", "%27%20OR%201%3D1", "%00", "00000000-0000-7000-8000-000000000000"):
        assert_problem(others.request(method, path.format(**dict.fromkeys(ids, made_up)), json=body), 404)
    assert counts() == before


@pytest.mark.parametrize("kind", ["no", "empty", "wrong", "of another kind", "revoked"])
@pytest.mark.parametrize("url", URLS)
def test_row_40_who_has_no_key_that_holds_is_refused(guarded: httpx.Client, url: str, kind: str) -> None:
    anna = user("anna", "customer")
    key = key_of(anna)
    revoke_key(anna, key[4:12], Act(anna, NOW))
    headers = {
        "no": {},
        "empty": {"Authorization": "Bearer"},
        "wrong": bearer("sat_aaaaaaaa_" + "A" * 43 + "00000000"),
        "of another kind": {"Authorization": "Basic YTpi"},
        "revoked": bearer(key),
    }[kind]
    # From addresses of their own: wrong keys are counted.
    headers["X-Forwarded-For"] = f"198.51.100.{len(kind)}"
    before = counts()
    answer = guarded.post(url, json=TASKS, headers=headers)
    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert counts() == before


def test_row_40_a_wrong_role_is_refused(guarded: httpx.Client) -> None:
    headers = bearer(key_of(user("eva", "executor")))
    before = counts()
    for method, path in (("POST", URLS[0]), ("POST", URLS[1]), ("PATCH", "/api/v1/fleets/default")):
        assert_problem(guarded.request(method, path, json=TASKS, headers=headers), 403)
    assert counts() == before


def test_row_40_a_flood_is_turned_away(database: Database, services: Services) -> None:
    address = services.address(database, auth="keys", SATSELECT_RATE_LIMIT="5")
    headers = bearer(key_of(user("anna", "customer")))
    with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
        answers = [client.post("/api/tasks/", json=TASKS) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [201] * 5 + [429]
        assert_problem(answers[-1], 429)
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12
        assert Task.objects.count() == 5


@pytest.mark.parametrize("expires", ["2016-01-01T00:00:00Z", "2026-01-01T00:00:00+14:00"])
def test_a_key_that_has_ended_is_not_made(guarded: httpx.Client, expires: str) -> None:
    headers = bearer(key_of(user("anna", "customer")))
    answer = guarded.post("/api/v1/keys", json={"expires": expires}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/expires")
    assert len(guarded.get("/api/v1/keys", headers=headers).json()["items"]) == 1
