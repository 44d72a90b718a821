import time

import httpx
import pytest
from django.db.models import F

from satselect.store.models import Batch, Fleet, Iteration, Task
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

TASKS = [
    {"name": "camera", "resources": ["camera"], "profit": 9},
    {"name": "both", "resources": ["camera", "disk"], "profit": 2.5},
]
POST = "/api/v1/fleets/default/tasks"


def test_a_batch_is_answered_with_its_iteration(service: httpx.Client) -> None:
    answer = service.post(POST, json=TASKS)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["fleet"], shown["status"], shown["profit"], shown["bound"], shown["gap"]) == (
        "default",
        "optimal",
        9,
        9,
        0,
    )
    assert [(task["name"], task["status"], task["resources"]) for task in shown["tasks"]] == [
        ("camera", "scheduled", ["camera"])
    ]
    assert shown["buffered"] == 1
    assert service.get(answer.headers["Location"]).json() == shown


def test_amounts_above_1_come_back_as_an_object(service: httpx.Client) -> None:
    service.post(POST, json=[])
    fleet = Fleet.objects.get()
    resource = fleet.resources.create(name="disk")
    resource.supplies.create(satellite=fleet.satellites.get(), capacity=4)
    Fleet.objects.update(version=F("version") + 1)
    shown = service.post(POST, json=[{"name": "a", "resources": {"disk": 3}, "profit": 1}]).json()
    assert shown["tasks"][0]["resources"] == {"disk": 3}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_fleet_is_not_found(service: httpx.Client, method: str) -> None:
    assert service.post("/api/v1/fleets/nowhere/tasks", json=TASKS).status_code == 404
    assert service.request(method, "/api/v1/fleets/nowhere/iterations").status_code == 404
    assert not Task.objects.exists()


def test_who_prefers_not_to_wait_asks_later(service: httpx.Client) -> None:
    answer = service.post(POST, json=TASKS, headers={"Prefer": "respond-async"})
    assert (answer.status_code, "Retry-After" in answer.headers) == (202, True)
    batch = answer.json()
    assert answer.headers["Location"].endswith(batch["id"])
    give_up = time.monotonic() + 20
    while batch["status"] == "pending" and time.monotonic() < give_up:
        time.sleep(0.05)
        batch = service.get(answer.headers["Location"]).json()
    assert batch["status"] == "done"
    assert service.get(f"/api/v1/iterations/{batch['iteration']}").json()["profit"] == 9


@pytest.mark.parametrize("prefer", ["wait=20", "respond-async, wait=20", "return=minimal", "wait=soon", ""])
def test_who_prefers_to_wait_is_answered(service: httpx.Client, prefer: str) -> None:
    assert service.post(POST, json=TASKS, headers={"Prefer": prefer}).status_code == 201


def test_a_repetition_has_one_effect_and_one_answer(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = (service.post(POST, json=TASKS, headers=headers) for _ in range(2))
    assert (first.content, second.headers["Idempotent-Replayed"]) == (second.content, "true")
    assert (Batch.objects.count(), Iteration.objects.count()) == (1, 1)


def test_a_key_is_of_one_endpoint(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    assert service.post(POST, json=TASKS, headers=headers).status_code == 201
    assert service.post("/api/tasks/", json=TASKS, headers=headers).status_code == 422


def test_a_dead_batch_is_said_to_be_so_until_it_is_requeued(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    assert service.post("/api/tasks/", json=TASKS, headers=headers).status_code == 201
    Batch.objects.update(state="dead", iteration=None)
    assert service.post("/api/tasks/", json=TASKS, headers=headers).status_code == 409
    address = f"/api/v1/batches/{Batch.objects.get().id}"
    assert service.get(address).json()["status"] == "dead"
    assert service.post(f"{address}/requeue").json()["status"] == "pending"
    assert service.post(f"{address}/requeue").status_code == 409
    assert service.post("/api/tasks/", json=TASKS, headers=headers).status_code == 201


def test_a_repetition_of_a_dead_batch_is_told_so_and_makes_no_iteration(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    assert service.post(POST, json=TASKS, headers=headers).status_code == 201
    Batch.objects.update(state="dead", iteration=None, answer="")
    answer = service.post(POST, json=TASKS, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (202, "dead")
    assert Iteration.objects.count() == 1


def test_an_iteration_without_new_tasks(service: httpx.Client) -> None:
    service.post(POST, json=TASKS)
    answer = service.post("/api/v1/fleets/default/iterations")
    assert (answer.status_code, [task["name"] for task in answer.json()["tasks"]]) == (201, ["both"])
    assert service.get(answer.headers["Location"]).json() == answer.json()


def test_iterations_are_listed_newest_first_in_pages(service: httpx.Client) -> None:
    made = [service.post("/api/v1/fleets/default/iterations").json()["id"] for _ in range(5)]
    pages, address = [], "/api/v1/fleets/default/iterations?limit=2"
    while address:
        page = service.get(address).json()
        pages.append([item["id"] for item in page["items"]])
        address = page["next"]
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]


def test_a_task_tells_its_history(service: httpx.Client) -> None:
    (scheduled,) = service.post(POST, json=TASKS).json()["tasks"]
    lines = service.get(f"/api/v1/tasks/{scheduled['id']}/history").json()["items"]
    assert [(line["before"], line["after"], line["reason"], line["by"]) for line in lines] == [
        (None, "buffered", "submitted", "local"),
        ("buffered", "scheduled", "selected", None),
    ]
    assert lines[1]["iteration"] == scheduled["iteration"]
