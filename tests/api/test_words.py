"""Errors in the words of this service: which parameter, which value, and what there is none of."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from satselect.client.client import Client
from satselect.client.errors import NotFoundError
from tests.api.described import described
from tests.people import bearer, key_of, user

DATABASES = ["sqlite"]
NOBODY = str(UUID(int=77))
NAMED = {"task_id": "task", "batch_id": "batch", "iteration_id": "iteration", "webhook_id": "webhook"}
NAMED |= {"fleet": "fleet", "satellite": "satellite", "resource": "resource", "visible": "key", "outage": "outage"}
NAMED |= {"contact": "pass", "product": "product", "station": "station"}
NUMBERED = {"outage", "contact"}
UNKNOWN = {name: NOBODY if name.endswith("_id") else "999" if name in NUMBERED else "nope" for name in NAMED}
KNOWN = {"fleet": "default", "satellite": "default"}
PATHS: dict[str, Any] = described()["paths"]
BODIES: dict[str, Any] = {"PATCH": {"capacity": 1}, "POST": {}}


def calls() -> list[tuple[str, str, str, str]]:
    """Method, path, what the last unknown part is, and its name."""
    found = []
    for path, methods in PATHS.items():
        parts = [part for part in NAMED if f"{{{part}}}" in path]
        for part in parts:
            filled = path.format(**(UNKNOWN | KNOWN | {part: UNKNOWN[part]}))
            if part == "fleet" or all(other == part or other in KNOWN for other in parts):
                found += [(method.upper(), filled, NAMED[part], UNKNOWN[part]) for method in methods]
    return [one for one in found if (one[0], one[2]) != ("PUT", "station")]  # it makes one


@pytest.mark.parametrize(("method", "path", "what", "name"), calls())
def test_what_there_is_none_of_is_named(service: httpx.Client, method: str, path: str, what: str, name: str) -> None:
    answer = service.request(method, path, json=[] if path.endswith("nope/tasks") else BODIES.get(method))
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"there is no {what} {name!r}"


def test_an_address_that_is_none_is_named(service: httpx.Client) -> None:
    answer = service.get("/api/v1/taks")
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is nothing at '/api/v1/taks'")


def test_what_belongs_to_others_is_told_in_the_same_words(guarded: httpx.Client) -> None:
    ours, theirs = bearer(key_of(user("ada", "customer"))), bearer(key_of(user("eve", "customer")))
    guarded.post("/api/v1/fleets/default/tasks", json=[{"name": "t", "resources": ["a"], "profit": 1}], headers=ours)
    task = guarded.get("/api/v1/tasks", headers=ours).json()["items"][0]["id"]
    for id_ in (task, NOBODY):
        answer = guarded.get(f"/api/v1/tasks/{id_}", headers=theirs)
        assert (answer.status_code, answer.json()["detail"]) == (404, f"there is no task {id_!r}")


def test_the_client_names_it_too(service: httpx.Client) -> None:
    with Client(str(service.base_url)) as client, pytest.raises(NotFoundError, match="there is no fleet 'nope'"):
        client.submit([], fleet="nope")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=9000", "'limit' must be at most 500, not \"9000\""),
        ("limit=x", "'limit' must be a whole number, not \"x\""),
        ("cursor=x", "'cursor' must be an id (UUID), not \"x\""),
        ("status=lost", '\'status\' must be "buffered", "scheduled"'),
        ("limit=0&status=lost", "2 faults; the first: '"),
    ],
)
def test_a_parameter_is_named_with_its_value(service: httpx.Client, query: str, detail: str) -> None:
    answer = service.get(f"/api/v1/tasks?{query}").json()
    assert answer["detail"].startswith(detail)
    assert answer["type"] == "urn:satselect:problem:invalid-parameter"
