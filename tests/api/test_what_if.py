import httpx
import pytest

from tests.api.test_bad_input import assert_problem
from tests.databases import AND_OVER_THE_BUS, counts
from tests.people import bearer, key_of, user

DATABASES = AND_OVER_THE_BUS

URL = "/api/v1/selections"
IMAGE = {"name": "image", "resources": ["camera"], "profit": 3}


def test_a_fleet_is_asked_and_nothing_is_stored(service: httpx.Client) -> None:
    service.post("/api/tasks/", json=[{**IMAGE, "name": "waits"}, {**IMAGE, "name": "first", "profit": 9}])
    before = counts()
    dump = {"name": "dump", "resources": {"camera": 1}, "profit": 1}
    answer = service.post(URL, json={"tasks": [dump, {**IMAGE, "profit": 9.2}], "fleet": "default"})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    (displaced,) = shown.pop("displaced")
    assert (displaced["name"], displaced["profit"]) == ("waits", 3)
    assert shown == {
        "status": "optimal",
        "profit": 9.2,
        "objective": 9.2,
        "bound": 9.2,
        "gap": 0,
        "proof": shown["proof"],
        "tasks": [{"place": 1, "name": "image", "resources": ["camera"], "profit": 9.2, "satellite": None}],
        "buffered": [{"place": 0, "name": "dump", "resources": ["camera"], "profit": 1, "satellite": None}],
        "profit_without": 3,
    }
    assert counts() == before


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({}, "#/tasks"),
        ([], "#"),
        ({"tasks": [{**IMAGE, "profit": -1}]}, "#/tasks/0/profit"),
        ({"tasks": [IMAGE] * 10_001}, "#/tasks"),
        ({"tasks": [], "capacities": {"disk": -1}}, "#/capacities/disk"),
        ({"tasks": [], "satellites": {"a": {"disk": True}}}, "#/satellites/a/disk"),
        ({"tasks": [], "capacities": {"disk": 1}, "satellites": {"a": {"disk": 1}}}, "#/capacities/disk"),
        ({"tasks": [], "capacities": {"disk": 1}, "fleet": "default"}, "#/capacities"),
        ({"tasks": [IMAGE, {**IMAGE, "resources": {"camera": 2}}], "fleet": "default"}, "#/tasks/1/resources/camera"),
        ({"tasks": [], "capacities": {"disk": 1, "disk\u00a0": 2}}, "#/capacities"),
        ({"tasks": [], "satellites": {"a": {}, "\uff41": {}}}, "#/satellites"),
        ({"tasks": [], "satellites": {"a": {"disk": 1, " disk": 2}}}, "#/satellites/a"),
        ({"tasks": [], "colour": 1}, "#/colour"),
    ],
)
@pytest.mark.in_turn
def test_what_is_wrong_is_told_with_its_place(service: httpx.Client, question: object, pointer: str) -> None:
    before = counts()
    answer = service.post(URL, json=question)
    assert_problem(answer, 422)
    assert pointer in [place["pointer"] for place in answer.json()["errors"]]
    assert counts() == before


def test_an_unknown_fleet_is_not_found(service: httpx.Client) -> None:
    assert_problem(service.post(URL, json={"tasks": [], "fleet": "nowhere"}), 404)


def test_customers_ask_about_their_own_tasks_only(guarded: httpx.Client) -> None:
    headers = bearer(key_of(user("anna", "customer")))
    question = {"tasks": [IMAGE, {**IMAGE, "name": "better", "profit": 4}]}
    answer = guarded.post(URL, json=question, headers=headers)
    assert [task["name"] for task in answer.json()["tasks"]] == ["better"]
    assert answer.json()["profit_without"] is None
    assert_problem(guarded.post(URL, json=question | {"fleet": "default"}, headers=headers), 403)
