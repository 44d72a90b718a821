"""A fleet that is served iterates by itself, in this process or at a worker.

`COMPLETIONS=1000` reports as many at once as eight clients can.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.databases import AND_OVER_THE_BUS
from tests.owners import wait_until

DATABASES = AND_OVER_THE_BUS

Task = dict[str, Any]
SETTLE_S = 1.0
COMPLETIONS = int(os.environ.get("COMPLETIONS", "60"))
FLEET = "/api/v1/fleets/default"


def task(name: str, *resources: str, profit: float = 1, **fields: object) -> Task:
    return {"name": name, "resources": list(resources), "profit": profit, **fields}


def submit(service: httpx.Client, *tasks: Task) -> Task:
    answer = service.post(f"{FLEET}/tasks", json=list(tasks))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def patch(service: httpx.Client, **fields: object) -> None:
    assert service.patch(FLEET, json=fields).status_code == 200


def ids(service: httpx.Client) -> dict[str, str]:
    return {each["name"]: each["id"] for each in service.get("/api/v1/tasks").json()["items"]}


def status(service: httpx.Client, id: str) -> str:
    return str(service.get(f"/api/v1/tasks/{id}").json()["status"])


def iterations(service: httpx.Client) -> list[Task]:
    return list(service.get(f"{FLEET}/iterations").json()["items"])


def scheduled(service: httpx.Client) -> list[Task]:
    """All of them, page after page."""
    page = service.get("/api/v1/tasks?status=scheduled&limit=100").json()
    found = list(page["items"])
    while page["next"]:
        page = service.get(page["next"]).json()
        found += page["items"]
    return found


def test_a_waiting_task_is_scheduled_when_the_holder_is_completed(service: httpx.Client) -> None:
    patch(service, release="completion", settle_s=SETTLE_S)
    submit(service, task("holder", "camera", profit=9), task("waiting", "camera"))
    of = ids(service)
    service.post(f"/api/v1/tasks/{of['holder']}/complete").raise_for_status()
    wait_until(lambda: status(service, of["waiting"]) == "scheduled", within_s=20)
    assert [each["cause"] for each in iterations(service)] == ["completion", "request"]


def test_completions_that_come_together_share_iterations(service: httpx.Client) -> None:
    patch(service, release="completion", settle_s=SETTLE_S)
    count = COMPLETIONS
    submit(service, *[task(f"h{n}", f"r{n}", profit=9) for n in range(count)])
    submit(service, *[task(f"w{n}", f"r{n}") for n in range(count)])
    held = scheduled(service)
    assert len(held) == count
    begun = monotonic()
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda each: service.post(f"/api/v1/tasks/{each['id']}/complete"), held):
            answer.raise_for_status()
    seconds = monotonic() - begun
    give_up = begun + seconds + 30
    while len(scheduled(service)) < count:
        assert monotonic() < give_up
        sleep(0.1)
    made = [each for each in iterations(service) if each["cause"] == "completion"]
    assert 1 <= len(made) <= seconds / SETTLE_S + 3, (len(made), seconds)


def test_a_task_competes_when_its_time_has_come(service: httpx.Client) -> None:
    patch(service, settle_s=SETTLE_S)
    soon = (datetime.now(UTC) + timedelta(seconds=2.5)).isoformat()
    submit(service, task("late", "camera", not_before=soon))
    late = ids(service)["late"]
    assert status(service, late) == "buffered"
    wait_until(lambda: status(service, late) == "scheduled", within_s=20)


def test_the_default_fleet_does_nothing_between_two_requests(service: httpx.Client) -> None:
    def post(*tasks: Task) -> list[str]:
        answer = service.post("/api/tasks/", json=list(tasks))
        assert answer.status_code == 201
        return [each["name"] for each in answer.json()["tasks"]]

    patch(service, settle_s=0.0)  # as soon as it ever could
    capture = task("capture for client 1098", "camera", "disk", "proc", profit=9.2)
    clean = task("clean satellite disk", "disk", profit=0.4)
    assert post(capture, clean, task("upgrade to v2.1", "proc", profit=2.9)) == ["capture for client 1098"]
    sleep(2)
    service.post(f"/api/v1/tasks/{ids(service)['capture for client 1098']}/complete").raise_for_status()
    sleep(2)
    assert len(iterations(service)) == 1
    lense = task("clean camera lense", "camera", profit=0.2)
    assert post(lense) == ["upgrade to v2.1", "clean satellite disk", "clean camera lense"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("settle_s", value) for value in (-1, "1", True, 1e9)],
        *[("iterate_every_s", value) for value in (0, 0.5, -1, "1", True, 1e9)],
    ],
)
def test_other_times_are_refused(service: httpx.Client, field: str, value: object) -> None:
    assert service.patch(FLEET, json={field: value}).status_code == 422
    answer = service.get(FLEET).json()
    assert (answer["settle_s"], answer["iterate_every_s"]) == (5.0, None)


def test_times_are_told_as_they_were_set(service: httpx.Client) -> None:
    wanted = {"settle_s": None, "iterate_every_s": 90.5}
    made = service.post("/api/v1/fleets", json={"name": "North", **wanted}).json()
    assert {name: made[name] for name in wanted} == wanted
    answer = service.patch("/api/v1/fleets/north", json={"iterate_every_s": None, "settle_s": 2}).json()
    assert (answer["settle_s"], answer["iterate_every_s"]) == (2.0, None)
