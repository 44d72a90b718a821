import httpx
import pytest

from satselect.store.models import Task
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

TASKS = [
    {"name": "won", "resources": ["camera"], "profit": 9, "max_attempts": 2},
    {"name": "lost", "resources": ["camera"], "profit": 1},
]


@pytest.fixture
def two(service: httpx.Client) -> httpx.Client:
    """A service with `won` scheduled and `lost` buffered."""
    assert service.post("/api/tasks/", json=TASKS).status_code == 201
    return service


def path(name: str) -> str:
    return f"/api/v1/tasks/{Task.objects.get(name=name).id}"


def test_a_task_is_cancelled(two: httpx.Client) -> None:
    answer = two.post(f"{path('lost')}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_a_failure_buffers_the_task_again_while_attempts_are_left(two: httpx.Client) -> None:
    iteration = two.get(path("won")).json()["iteration"]
    answer = two.post(f"{path('won')}/fail", json={"words": "clouds", "iteration": iteration})
    shown = answer.json()
    assert (answer.status_code, shown["status"], shown["attempts"], shown["satellite"]) == (200, "buffered", 1, None)
    assert two.post(f"{path('won')}/fail").status_code == 409
    lines = two.get(f"{path('won')}/history").json()["items"]
    assert (lines[-1]["reason"], lines[-1]["words"]) == ("failed, tried again", "clouds")


def test_a_completed_task_is_reported_once(two: httpx.Client) -> None:
    assert [two.post(f"{path('won')}/complete").json()["status"] for _ in range(2)] == ["completed", "completed"]
    assert two.get(path("won")).json()["attempts"] == 1


def test_a_buffered_task_is_edited(two: httpx.Client) -> None:
    answer = two.patch(path("lost"), json={"resources": ["disk"], "reference": "order 7", "deadline": None})
    assert answer.status_code == 200
    assert (answer.json()["resources"], answer.json()["reference"]) == (["disk"], "order 7")
    assert [task["name"] for task in two.post("/api/tasks/", json=[]).json()["tasks"]] == ["lost"]


def test_a_task_that_can_never_fit_any_more_is_edited_unless_it_asks_for_it_anew(two: httpx.Client) -> None:
    camera = "/api/v1/fleets/default/satellites/default/resources/camera"
    assert two.patch(camera, json={"capacity": 0}).status_code == 200
    answer = two.patch(path("lost"), json={"profit": 5, "name": "lost"})
    assert (answer.status_code, answer.json()["profit"], answer.json()["resources"]) == (200, 5, ["camera"])
    assert two.patch(path("lost"), json={"resources": ["camera"]}).status_code == 422
    assert two.patch(camera, json={"capacity": 1}).status_code == 200
    scheduled = two.post("/api/tasks/", json=[{"name": "new", "resources": ["camera"], "profit": 4}]).json()["tasks"]
    assert [task["name"] for task in scheduled] == ["lost"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": None}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"profit": -1}, "#/profit"),
        ({"profit": None}, "#/profit"),
        ({"resources": {"camera": 2}}, "#/resources/camera"),
        ({"resources": None}, "#/resources"),
        ({"status": "scheduled"}, "#/status"),
        ({"max_attempts": 0}, "#/max_attempts"),
    ],
)
def test_a_wrong_edit_is_told_with_its_place(two: httpx.Client, body: object, pointer: str) -> None:
    answer = two.patch(path("lost"), json=body)
    assert answer.status_code == 422
    assert [place["pointer"] for place in answer.json()["errors"]] == [pointer]


def test_a_scheduled_task_can_not_be_edited(two: httpx.Client) -> None:
    answer = two.patch(path("won"), json={"profit": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:satselect:problem:conflict")


@pytest.mark.parametrize("body", [b"{", b"null", b'{"iteration": 7}', b'{"words": ""}'])
def test_a_wrong_report_is_refused(two: httpx.Client, body: bytes) -> None:
    answer = two.post(f"{path('won')}/fail", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert Task.objects.get(name="won").status == "scheduled"
