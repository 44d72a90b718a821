import time
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone

from satselect.store.models import Fleet
from tests.application.buffers import buffer, run, task
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS


@pytest.fixture
def five(service: httpx.Client) -> httpx.Client:
    """A service with five tasks: two scheduled, three buffered, of which one is overdue."""
    now = timezone.now()
    buffer(task("a", "camera", profit=9), task("b", "disk", profit=9), at=now)
    run(now)
    overdue = task("e", "camera", deadline=now + timedelta(milliseconds=5))
    buffer(task("c", "camera"), task("d", "camera"), overdue, at=now + timedelta(milliseconds=5))
    time.sleep(0.02)
    return service


def names(answer: httpx.Response) -> list[str]:
    return [item["name"] for item in answer.json()["items"]]


def test_tasks_are_listed_newest_first(five: httpx.Client) -> None:
    assert names(five.get("/api/v1/tasks")) == ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=scheduled", ["b", "a"]),
        ("status=buffered", ["d", "c"]),
        ("status=expired", ["e"]),
        ("status=failed", []),
        ("name=c", ["c"]),
        ("fleet=default&name=a", ["a"]),
        ("status=scheduled&status=expired", ["e", "b", "a"]),
        ("status=expired&status=expired&status=failed", ["e"]),
        ("status=buffered&status=scheduled&name=a", ["a"]),
        ("status=buffered&name=a", []),
    ],
)
def test_lists_are_filtered(five: httpx.Client, query: str, found: list[str]) -> None:
    assert names(five.get(f"/api/v1/tasks?{query}")) == found


def test_pages_follow_each_other(five: httpx.Client) -> None:
    pages, address = [], "/api/v1/tasks?limit=2&fleet=default"
    while address:
        page = five.get(address)
        pages.append(names(page))
        address = page.json()["next"]
    assert pages == [["e", "d"], ["c", "b"], ["a"]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("status=lost", "status"),
        ("cursor=7", "cursor"),
        ("name=%00", "name"),
        ("fleet=%00", "fleet"),
    ],
)
def test_a_wrong_parameter_is_named(service: httpx.Client, query: str, parameter: str) -> None:
    answer = service.get(f"/api/v1/tasks?{query}")
    assert answer.status_code == 422
    assert [place["parameter"] for place in answer.json()["errors"]] == [parameter]


def test_a_task_tells_all_about_itself(five: httpx.Client) -> None:
    (listed,) = five.get("/api/v1/tasks?name=a").json()["items"]
    single = five.get(f"/api/v1/tasks/{listed['id']}").json()
    assert single == listed
    assert (single["fleet"], single["satellite"], single["status"]) == ("default", "default", "scheduled")
    iteration = five.get(f"/api/v1/iterations/{single['iteration']}").json()
    assert sorted(each["name"] for each in iteration["tasks"]) == ["a", "b"]


def test_a_buffered_task_has_no_satellite_and_no_iteration(five: httpx.Client) -> None:
    (listed,) = five.get("/api/v1/tasks?name=c").json()["items"]
    assert (listed["satellite"], listed["iteration"]) == (None, None)


def test_an_overdue_task_reads_expired_before_that_is_recorded(five: httpx.Client) -> None:
    (listed,) = five.get("/api/v1/tasks?name=e").json()["items"]
    assert (listed["status"], Fleet.objects.get().buffered) == ("expired", 3)
    assert five.post("/api/tasks/", json=[]).status_code == 201
    assert names(five.get("/api/v1/tasks?status=expired")) == ["e"]


@pytest.mark.parametrize("path", ["tasks", "iterations"])
def test_an_unknown_id_is_not_found(service: httpx.Client, path: str) -> None:
    answer = service.get(f"/api/v1/{path}/{uuid4()}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
