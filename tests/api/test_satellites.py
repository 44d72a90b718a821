"""Fleets of several satellites, by HTTP from the first call to the last."""

from typing import Any

import httpx
import pytest

from satselect.store.models import Audit, Fleet, Resource, Satellite
from tests.databases import AND_OVER_THE_BUS, counts

DATABASES = AND_OVER_THE_BUS

FLEET = "/api/v1/fleets/pair"
TASKS = [
    {"name": "photo", "resources": ["1", "5"], "profit": 10},
    {"name": "maintenance", "resources": ["1", "2"], "profit": 1},
    {"name": "test", "resources": ["5", "6"], "profit": 1},
    {"name": "fsck", "resources": ["1", "6"], "profit": 0.1},
]


def ok(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.fixture
def pair(service: httpx.Client) -> httpx.Client:
    """A service with a fleet of two satellites that own a camera each, `b` a radar too, and share an antenna."""
    ok(service.post("/api/v1/fleets", json={"name": "Pair"}))
    for name in ("A", "B"):
        ok(service.post(f"{FLEET}/satellites", json={"name": name}))
        ok(service.post(f"{FLEET}/satellites/{name.lower()}/resources", json={"name": "camera"}))
    ok(service.post(f"{FLEET}/satellites/b/resources", json={"name": "radar"}))
    ok(service.post(f"{FLEET}/resources", json={"name": "antenna", "capacity": 2}))
    return service


def test_two_satellites_from_nothing_to_a_selection(service: httpx.Client) -> None:
    made = ok(service.post("/api/v1/fleets", json={"name": "Pair", "is_open": True}))
    assert made == {
        "fleet": "pair",
        "name": "Pair",
        "is_open": True,
        "shows_break_even": False,
        "ageing_per_hour": 0,
        "release": "iteration",
        "settle_s": 5,
        "iterate_every_s": None,
        "satellites": [],
        "buffered": 0,
    }
    for name in ("A", "B"):
        shown = ok(service.post(f"{FLEET}/satellites", json={"name": name}))
        assert shown == {"satellite": name.lower(), "name": name, "fleet": "pair"}
    iteration = ok(service.post(f"{FLEET}/tasks", json=TASKS))
    assert (iteration["profit"], iteration["status"], iteration["buffered"]) == (12, "optimal", 1)
    on = {task["name"]: task["satellite"] for task in iteration["tasks"]}
    assert sorted(on) == ["maintenance", "photo", "test"]
    assert on["maintenance"] == on["test"] != on["photo"]
    listed = service.get("/api/v1/tasks?status=buffered").json()["items"]
    assert [(task["name"], task["satellite"]) for task in listed] == [("fsck", None)]


def test_a_task_says_which_satellites_it_may_run_on(pair: httpx.Client) -> None:
    sent = [{"name": "x", "resources": ["camera", "antenna"], "profit": 1, "satellites": ["b", "a"]}]
    (shown,) = ok(pair.post(f"{FLEET}/tasks", json=sent))["tasks"]
    assert shown["satellites"] == ["b", "a"]
    assert shown["satellite"] in {"a", "b"}
    assert pair.get(f"/api/v1/tasks/{shown['id']}").json() == shown


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"satellites": ["b", "c"]}, "#/0/satellites/1"),
        ({"satellites": ["b", "b"]}, "#/0/satellites/1"),
        ({"satellites": []}, "#/0/satellites"),
        ({"satellites": "b"}, "#/0/satellites"),
        ({"satellites": ["b", 1]}, "#/0/satellites/1"),
        ({"satellites": ["a"], "resources": ["radar"]}, "#/0/resources/0"),
        ({"resources": ["sonar"]}, "#/0/resources/0"),
    ],
)
def test_satellites_are_read_strictly(pair: httpx.Client, fields: dict[str, object], pointer: str) -> None:
    before = counts()
    answer = pair.post(f"{FLEET}/tasks", json=[{"name": "x", "resources": ["camera"], "profit": 1} | fields])
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])
    assert counts() == before


def test_the_answer_of_the_quick_endpoint_keeps_its_shape(service: httpx.Client) -> None:
    sent = {"name": "x", "resources": ["camera"], "profit": 1}
    answer = service.post("/api/tasks/", json=[sent | {"satellites": ["default"]}])
    assert answer.json() == {"tasks": [sent]}


def test_satellites_of_a_buffered_task_can_be_edited(pair: httpx.Client) -> None:
    radar = [{"name": str(n), "resources": ["camera"], "profit": n, "satellites": ["a"]} for n in (1, 2)]
    ok(pair.post(f"{FLEET}/tasks", json=radar))
    waiting = pair.get("/api/v1/tasks?status=buffered").json()["items"][0]["id"]
    refused = pair.patch(f"/api/v1/tasks/{waiting}", json={"satellites": ["c"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/satellites/0")
    assert ok(pair.patch(f"/api/v1/tasks/{waiting}", json={"satellites": None}), 200)["satellites"] is None


def test_names_become_slugs_that_nobody_has(service: httpx.Client) -> None:
    made = [
        service.post("/api/v1/fleets", json={"name": name}).json()["fleet"]
        for name in ("Caf\u00e9 1", "cafe 1", "\u65e5")
    ]
    assert made == ["cafe-1", "cafe-1-2", "fleet"]
    assert service.post("/api/v1/fleets", json={"name": "x", "fleet": "cafe-1"}).status_code == 409
    assert service.post("/api/v1/fleets", json={"name": "x", "fleet": "Cafe 1"}).status_code == 422


def test_a_name_is_shared_or_a_satellites_own(pair: httpx.Client) -> None:
    before = counts()
    assert pair.post(f"{FLEET}/resources", json={"name": "camera"}).status_code == 409
    assert pair.post(f"{FLEET}/satellites/a/resources", json={"name": "antenna"}).status_code == 409
    assert counts() == before


def test_what_is_shared_is_changed_like_what_is_owned(pair: httpx.Client) -> None:
    assert pair.get(f"{FLEET}/resources").json()["items"] == [{"name": "antenna", "capacity": 2}]
    assert ok(pair.patch(f"{FLEET}/resources/antenna", json={"capacity": 5}), 200)["capacity"] == 5
    assert pair.delete(f"{FLEET}/resources/antenna").status_code == 204
    assert pair.get(f"{FLEET}/resources").json()["items"] == []


def test_what_was_never_used_can_be_deleted(pair: httpx.Client) -> None:
    assert pair.delete(f"{FLEET}/satellites/b").status_code == 204
    assert [each["satellite"] for each in pair.get(f"{FLEET}/satellites").json()["items"]] == ["a"]
    assert set(Resource.objects.values_list("name", flat=True)) == {"antenna", "camera"}
    assert pair.delete(FLEET).status_code == 204
    assert pair.get(FLEET).status_code == pair.delete(FLEET).status_code == 404
    assert (Satellite.objects.count(), Fleet.objects.count(), Resource.objects.count()) == (1, 1, 0)


def test_what_is_in_use_can_not_be_deleted(pair: httpx.Client) -> None:
    sent = [
        {"name": "runs on b", "resources": ["radar"], "profit": 1},
        {"name": "may run on a", "resources": ["camera"], "profit": 1, "satellites": ["a"]},
    ]
    ok(pair.post(f"{FLEET}/tasks", json=sent))
    before = counts()
    for path in (
        FLEET,
        f"{FLEET}/satellites/a",
        f"{FLEET}/satellites/b",
        f"{FLEET}/satellites/b/resources/radar",
        f"{FLEET}/satellites/a/resources/camera",
        "/api/v1/fleets/default",
    ):
        assert pair.delete(path).status_code == 409, path
    assert counts() == before


def test_a_satellite_is_kept_while_buffered_tasks_may_need_it(pair: httpx.Client) -> None:
    for satellite in ("a", "b"):
        pair.patch(f"{FLEET}/satellites/{satellite}/resources/camera", json={"capacity": 1})
    ok(pair.post(f"{FLEET}/tasks", json=[{"name": str(n), "resources": ["camera"], "profit": n} for n in range(3)]))
    assert pair.delete(f"{FLEET}/satellites/b").status_code == 409


def test_changes_are_audited(pair: httpx.Client) -> None:
    pair.patch(f"{FLEET}/satellites/a", json={"name": "First"})
    assert pair.get(f"{FLEET}/satellites/a").json() == {"satellite": "a", "name": "First", "fleet": "pair"}
    pair.delete(f"{FLEET}/satellites/a")
    pair.delete(FLEET)
    actions = list(Audit.objects.order_by("id").values_list("action", "object_id"))
    assert (actions[:2], actions[-3:]) == (
        [("fleet.create", "pair"), ("satellite.create", "pair/a")],
        [("satellite.edit", "pair/a"), ("satellite.delete", "pair/a"), ("fleet.delete", "pair")],
    )
    of = [row.facts["of"] for row in Audit.objects.filter(action="resource.create").order_by("id")]
    assert of == ["pair/a", "pair/b", "pair/b", "pair"]


def test_a_resource_with_the_longest_name_can_be_made(service: httpx.Client) -> None:
    made = service.post("/api/v1/fleets/default/resources", json={"name": "x" * 200})
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("ageing_per_hour", value) for value in (-1, "1", True, 0.00001, 1e7, None)],
        *[("release", value) for value in ("never", None, 1)],
        *[("is_open", value) for value in ("yes", None, 1)],
    ],
)
def test_a_wrong_setting_is_refused(service: httpx.Client, name: str, value: object) -> None:
    before = counts()
    answer = service.patch("/api/v1/fleets/default", json={name: value})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"#/{name}")
    assert counts() == before


def test_settings_of_a_fleet_are_kept(service: httpx.Client) -> None:
    wanted = {"ageing_per_hour": 2.5, "release": "completion", "is_open": False, "shows_break_even": False}
    for fleet in ("default", ok(service.post("/api/v1/fleets", json={"name": "Pair"}))["fleet"]):
        changed = ok(service.patch(f"/api/v1/fleets/{fleet}", json=wanted), 200)
        assert wanted.items() <= changed.items()
        assert ok(service.get(f"/api/v1/fleets/{fleet}"), 200) == changed
    assert wanted.items() <= ok(service.post("/api/v1/fleets", json={"name": "Other", **wanted})).items()
