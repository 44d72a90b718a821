import httpx
import pytest

from satselect.store.models import Audit, Event, Fleet, Resource
from tests.databases import counts

RESOURCES = "/api/v1/fleets/default/satellites/default/resources"
TASKS = [{"name": str(n), "resources": ["disk"], "profit": n} for n in (4, 3, 2, 1)]


def scheduled(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 201, answer.text
    return [task["name"] for task in answer.json()["tasks"]]


def test_the_default_fleet_is_listed(service: httpx.Client) -> None:
    (fleet,) = service.get("/api/v1/fleets").json()["items"]
    assert fleet == service.get("/api/v1/fleets/default").json()
    assert (fleet["fleet"], fleet["is_open"], fleet["satellites"], fleet["buffered"]) == (
        "default",
        True,
        ["default"],
        0,
    )


def test_a_capacity_that_changes_counts_from_the_next_iteration_on(service: httpx.Client) -> None:
    assert scheduled(service.post("/api/tasks/", json=TASKS)) == ["4"]
    assert service.patch(f"{RESOURCES}/disk", json={"capacity": 2}).json() == {"name": "disk", "capacity": 2}
    assert scheduled(service.post("/api/tasks/", json=[])) == ["3", "2"]
    service.patch(f"{RESOURCES}/disk", json={"capacity": 0})
    assert scheduled(service.post("/api/tasks/", json=[])) == []
    service.patch(f"{RESOURCES}/disk", json={"capacity": 1})
    assert scheduled(service.post("/api/tasks/", json=[])) == ["1"]


def test_a_satellite_gets_a_resource_and_loses_it(service: httpx.Client) -> None:
    made = service.post(RESOURCES, json={"name": "an/tenna \u00e9", "capacity": 3})
    assert (made.status_code, made.json()) == (201, {"name": "an/tenna \u00e9", "capacity": 3})
    assert service.get(RESOURCES).json()["items"] == [made.json()]
    assert service.post(RESOURCES, json={"name": "an/tenna \u00e9"}).status_code == 409
    assert service.delete(f"{RESOURCES}/an/tenna \u00e9").status_code == 204
    assert (service.get(RESOURCES).json()["items"], Resource.objects.count()) == ([], 0)


def test_a_resource_in_use_stays(service: httpx.Client) -> None:
    service.post("/api/tasks/", json=TASKS)
    before = counts()
    assert service.delete(f"{RESOURCES}/disk").status_code == 409
    assert counts() == before


def test_a_closed_fleet_takes_what_it_has_and_nothing_else(service: httpx.Client) -> None:
    service.post(RESOURCES, json={"name": "disk", "capacity": 2})
    assert service.patch("/api/v1/fleets/default", json={"is_open": False, "name": "Main"}).json()["name"] == "Main"
    assert scheduled(service.post("/api/tasks/", json=TASKS)) == ["4", "3"]
    refused = service.post("/api/tasks/", json=[{"name": "a", "resources": ["disk", "camera"], "profit": 1}])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/0/resources/1")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/api/v1/fleets/default", {"slug": "x"}, 422),
        ("PATCH", "/api/v1/fleets/default", {"name": None}, 422),
        ("PATCH", "/api/v1/fleets/nowhere", {"name": "x"}, 404),
        ("POST", RESOURCES, {"name": "disk", "capacity": -1}, 422),
        ("POST", RESOURCES, {"name": "disk", "capacity": True}, 422),
        ("POST", RESOURCES, {"name": "di\u0000sk"}, 422),
        ("PATCH", f"{RESOURCES}/nothing", {"capacity": 1}, 404),
        ("PATCH", f"{RESOURCES}/%00", {"capacity": 1}, 404),
        ("GET", "/api/v1/fleets/default/satellites/none/resources", None, 404),
        ("GET", "/api/v1/fleets/%00", None, 404),
        ("POST", "/api/v1/fleets/%00/tasks", [], 404),
        ("DELETE", "/api/v1/keys/%00", None, 404),
    ],
)
def test_a_wrong_request_changes_nothing(
    service: httpx.Client, method: str, path: str, body: object, status: int
) -> None:
    before = counts()
    assert service.request(method, path, json=body).status_code == status
    assert counts() == before


def test_changes_of_a_fleet_are_audited_and_told(service: httpx.Client) -> None:
    service.post(RESOURCES, json={"name": "disk"})
    service.patch(f"{RESOURCES}/disk", json={"capacity": 2})
    service.patch("/api/v1/fleets/default", json={"is_open": False})
    actions = Audit.objects.order_by("id").values_list("action", "object_id")
    assert list(actions) == [("resource.create", "disk"), ("resource.edit", "disk"), ("fleet.edit", "default")]
    assert list(Event.objects.values_list("kind", flat=True)) == ["fleet"] * 3
    assert Fleet.objects.get().version == 3
