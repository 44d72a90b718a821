"""Query parameters: what a call doesn't know it refuses, instead of answering something else than what was meant."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from satselect.store.models import Task
from tests.api.described import described
from tests.application.buffers import buffer, run, task
from tests.application.constellations import constellation
from tests.people import bearer, key_of, user

DATABASES = ["sqlite"]  # parameters are read before any database is asked
PLACES = {
    "fleet": "default",
    "satellite": "default",
    "resource": "camera",
    "task_id": str(UUID(int=1)),
    "batch_id": str(UUID(int=2)),
    "iteration_id": str(UUID(int=3)),
    "webhook_id": str(UUID(int=4)),
    "visible": "spare234",
    "outage": "1",
    "contact": "1",
    "product": "sharp",
    "station": "north",
}
PATHS: dict[str, Any] = described()["paths"]
STRICT = [
    (method.upper(), path.format(**PLACES), call)
    for path, methods in PATHS.items()
    for method, call in methods.items()
    if path.startswith("/api/v1/")
]
CALLS = [f"{method} {path}" for method, path, _ in STRICT]


@pytest.mark.parametrize(("method", "path", "call"), STRICT, ids=CALLS)
def test_every_call_refuses_what_it_does_not_know_before_it_does_anything(
    service: httpx.Client, method: str, path: str, call: dict[str, Any]
) -> None:
    answer = service.request(method, path, params={"zzz": "1"}, json={})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:satselect:problem:invalid-parameter"
    assert [place["parameter"] for place in answer.json()["errors"]] == ["zzz"]
    assert 422 in call["responses"]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        (method, path, each["name"])
        for method, path, call in STRICT
        for each in call.get("parameters", ())
        if each["in"] == "query" and each["schema"].get("type") != "array"
    ],
)
def test_what_is_given_twice_is_refused(service: httpx.Client, method: str, path: str, name: str) -> None:
    answer = service.request(method, path, params=[(name, "1"), (name, "1")], json={})
    assert (answer.status_code, [each["parameter"] for each in answer.json()["errors"]]) == (422, [name])
    assert "more than once" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("staus=failed", "'status'"),
        ("Status=failed", "'status'"),
        ("status[]=failed", "'status'"),
        ("refrence=x", "'reference'"),
        ("limits=3", "'limit'"),
        ("page=2", None),
        ("=", None),
        ("%00=1", None),
    ],
)
def test_the_nearest_name_is_told(service: httpx.Client, query: str, meant: str | None) -> None:
    answer = service.get(f"/api/v1/tasks?{query}")
    assert answer.status_code == 422
    assert (f"did you mean {meant}?" in answer.json()["detail"]) is (meant is not None)


def test_all_of_them_are_named_at_once(service: httpx.Client) -> None:
    answer = service.get("/api/v1/tasks?staus=failed&fleat=default&name=a&name=b")
    assert [each["parameter"] for each in answer.json()["errors"]] == ["staus", "fleat", "name"]


def test_who_shows_no_key_learns_of_no_parameters(guarded: httpx.Client) -> None:
    assert guarded.get("/api/v1/tasks?staus=failed").status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/api/openapi.json", "/api/docs"])
def test_probes_scrapers_and_readers_may_add_what_they_like(service: httpx.Client, path: str) -> None:
    assert service.get(f"{path}?zzz=1").status_code == 200


@pytest.mark.parametrize("path", ["/api/tasks/", "/api/tasks"])
def test_the_quick_endpoint_ignores_what_it_does_not_know_as_it_always_did(service: httpx.Client, path: str) -> None:
    assert service.post(f"{path}?zzz=1&zzz=2", json=[]).status_code == 201


FLEETS = ["/api/v1/tasks", "/api/v1/tasks?status=failed", "/api/v1/tasks?name=x", "/api/v1/events?follow=false"]


@pytest.mark.parametrize("path", FLEETS)
def test_an_unknown_fleet_is_not_found(service: httpx.Client, path: str) -> None:
    answer = service.get(f"{path}{'&' if '?' in path else '?'}fleet=nope")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_fleet_that_is_not_an_executors_is_not_found_by_them(guarded: httpx.Client) -> None:
    constellation({"one": {}}, {}, slug="pair")
    fleets = {"a": ["default"], "b": ["pair"]}
    keys = {name: key_of(user(name, "executor", fleets=slugs)) for name, slugs in fleets.items()}
    answers = {name: guarded.get("/api/v1/tasks?fleet=default", headers=bearer(key)) for name, key in keys.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == {"a": 200, "b": 404}


def test_tasks_are_found_by_their_reference(service: httpx.Client) -> None:
    buffer(
        task("a", "camera", reference="order 7", profit=2),
        task("b", "camera", reference="order 7"),
        task("a", "disk", reference="order 8"),
        task("c"),
    )
    run()

    def found(query: str) -> list[str]:
        items = service.get(f"/api/v1/tasks?{query}").json()["items"]
        return [f"{item['name']} {item['status']}" for item in items]

    assert found("reference=order 7") == ["b buffered", "a scheduled"]
    assert found("reference=order 7&status=buffered") == ["b buffered"]
    assert found("reference=order 7&name=a&fleet=default") == ["a scheduled"]
    assert found("reference=order 7&status=scheduled&status=buffered") == ["b buffered", "a scheduled"]
    assert found("reference=order 9") == []
    assert found("reference=order 7&limit=1") == ["b buffered"]
    following = service.get("/api/v1/tasks?reference=order 7&limit=1&status=scheduled&status=buffered").json()["next"]
    assert [item["name"] for item in service.get(following).json()["items"]] == ["a"]


def test_deliveries_of_several_statuses(service: httpx.Client) -> None:
    made = service.post("/api/v1/webhooks", json={"address": "https://hooks.example.org/"}).json()
    path = f"/api/v1/webhooks/{made['id']}/deliveries"
    assert service.get(f"{path}?status=failed&status=pending").json()["items"] == []
    assert service.get(f"{path}?status=failed&status=lost").status_code == 422
    assert not Task.objects.exists()
