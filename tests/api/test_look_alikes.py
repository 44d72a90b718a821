"""Names that differ in how they are typed only: one resource, whoever names it, however."""

import httpx
import pytest

from satselect.store.models import Resource, Satellite
from tests.databases import counts

FIVE = ["antenna", "antenna ", "\u00a0antenna", "\uff41ntenna", "antenna\ufe0f"]
FLEET = "/api/v1/fleets/default"
RESOURCES = f"{FLEET}/satellites/default/resources"
QUICK, FULL = "/api/tasks/", f"{FLEET}/tasks"
TASKS = [{"name": str(n), "resources": [name], "profit": n} for n, name in enumerate(FIVE)]


def scheduled(answer: httpx.Response) -> list[str]:
    assert answer.status_code in {200, 201}, answer.text
    return [task["name"] for task in answer.json()["tasks"]]


@pytest.mark.parametrize("path", [QUICK, FULL])
@pytest.mark.parametrize("amount", [None, 1])
def test_five_spellings_compete_for_one_antenna(service: httpx.Client, path: str, amount: int | None) -> None:
    tasks = [task | ({"resources": {task["resources"][0]: 1}} if amount else {}) for task in TASKS]  # type: ignore[index]
    answer = service.post(path, json=tasks)
    assert scheduled(answer) == ["4"]
    assert answer.json()["tasks"][0]["resources"] == ["antenna"]
    assert [scheduled(service.post(path, json=[])) for _ in range(5)] == [["3"], ["2"], ["1"], ["0"], []]
    assert list(Resource.objects.values_list("name", flat=True)) == ["antenna"]


def test_a_repetition_may_spell_names_otherwise(service: httpx.Client) -> None:
    key = {"Idempotency-Key": "a"}
    first, again = (service.post(QUICK, json=[{**TASKS[0], "resources": [name]}], headers=key) for name in FIVE[:2])
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.text) == (201, "true", first.text)


@pytest.mark.parametrize("name", FIVE[1:])
def test_operators_and_tasks_mean_the_same(service: httpx.Client, name: str) -> None:
    made = service.post(RESOURCES, json={"name": name, "capacity": 3})
    assert (made.status_code, made.json()) == (201, {"name": "antenna", "capacity": 3})
    assert service.post(RESOURCES, json={"name": "antenna"}).status_code == 409
    assert service.get(f"{RESOURCES}/{name}").json() == made.json()
    service.patch(f"{RESOURCES}/{name}", json={"capacity": 2})
    assert scheduled(service.post(QUICK, json=TASKS)) == ["4", "3"]
    out = service.post(f"{FLEET}/outages", json={"satellite": "\uff44efault", "resource": name}).json()
    assert (out["satellite"], out["resource"]) == ("default", "antenna")
    assert scheduled(service.post(QUICK, json=[])) == []
    shown = service.get(f"/fleets/default/buffer.json?resource={name}").json()
    assert len(shown) == 3


def test_an_edit_means_the_same(service: httpx.Client) -> None:
    service.post(QUICK, json=TASKS[:2])
    (waits,) = service.get("/api/v1/tasks?status=buffered").json()["items"]
    edited = service.patch(f"/api/v1/tasks/{waits['id']}", json={"resources": {FIVE[3]: 1}, "satellites": ["default "]})
    assert (edited.json()["resources"], edited.json()["satellites"]) == (["antenna"], ["default"])
    assert Resource.objects.count() == 1


@pytest.mark.parametrize("name", FIVE)
def test_questions_mean_the_same(service: httpx.Client, name: str) -> None:
    before = counts()
    asked = {"tasks": TASKS, "capacities": {name: 2}}
    assert scheduled(service.post("/api/v1/selections", json=asked)) == ["3", "4"]
    on = [task | {"satellites": [f"{name} 1"]} for task in TASKS]
    asked = {"tasks": on, "satellites": {"antenna  1": {name: 3}}}
    assert scheduled(service.post("/api/v1/selections", json=asked)) == ["2", "3", "4"]
    assert counts() == before


def test_what_an_earlier_release_left_is_found_as_it_is_called(service: httpx.Client) -> None:
    satellite = Satellite.objects.get()
    for name, units in (("antenna", 1), ("antenna ", 2)):
        made = Resource.objects.create(fleet_id=satellite.fleet_id, name=name)
        made.supplies.create(satellite=satellite, capacity=units)
    assert service.get(f"{RESOURCES}/antenna%20").json() == {"name": "antenna ", "capacity": 2}
    assert service.get(f"{RESOURCES}/%EF%BD%81ntenna").json() == {"name": "antenna", "capacity": 1}
    assert service.delete(f"{RESOURCES}/antenna%20").status_code == 204
    assert scheduled(service.post(QUICK, json=TASKS)) == ["4"]
