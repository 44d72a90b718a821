"""Transitions of resources, as clients give them and see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from satselect.application.explanation.one_more_in_time import one_more_in_time
from satselect.store.models import Fleet
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

FLEET = "/api/v1/fleets/orbit"
CAMERA = f"{FLEET}/satellites/sat-1/resources/camera"
SLEW = {"detail": "off_nadir", "rate": 0.1, "settle_s": 30}
MODES = {"detail": "mode", "seconds": {"strip": {"spot": 300}, "spot": {"strip": 240, "spot": 60}}}
Json = dict[str, Any]


def at(minutes: float) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    return (now + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def orbit(service: httpx.Client) -> httpx.Client:
    """A fleet of one satellite with a camera that turns."""
    wanted = {"name": "Orbit", "fleet": "orbit", "horizon_s": 14400, "frozen_s": 600, "settle_s": None}
    assert service.post("/api/v1/fleets", json=wanted).status_code == 201
    service.post(f"{FLEET}/satellites", json={"name": "sat-1", "satellite": "sat-1"})
    made = service.post(f"{FLEET}/satellites/sat-1/resources", json={"name": "camera", "transition": SLEW})
    assert made.status_code == 201, made.text
    assert made.json()["transition"] == SLEW
    return service


def timed(name: str, begin: float, end: float, details: Json | None = None, **fields: object) -> Json:
    spot = {"satellite": "sat-1", "from": at(begin), "until": at(end), "details": details or {}}
    return {"name": name, "resources": {"camera": 1}, "profit": 1, "opportunities": [spot]} | fields


def submit(client: httpx.Client, *tasks: Json, code: int = 201) -> Json:
    answer = client.post(f"{FLEET}/tasks", json=list(tasks))
    assert answer.status_code == code, answer.text
    shown: Json = answer.json()
    return shown


def names(client: httpx.Client) -> list[str]:
    return [one["name"] for one in client.get(f"{FLEET}/plan").json()["items"]]


def test_what_is_nearer_than_a_turn_is_not_planned_together(orbit: httpx.Client) -> None:
    submit(
        orbit,
        timed("left", 20, 21, {"off_nadir": -20}, profit=3),
        timed("right, soon", 25, 26, {"off_nadir": 20}),
        timed("right, later", 31, 32, {"off_nadir": 20}),
        timed("left, soon", 22, 23, {"off_nadir": -20.0}),
    )
    assert names(orbit) == ["left", "left, soon", "right, later"]
    plan = orbit.get(f"{FLEET}/plan").json()
    soon = next(one for one in plan["items"] if one["name"] == "left, soon")
    settled = {"satellite": "sat-1", "resource": "camera", "from": plan["items"][0]["ends"]}
    assert plan["transitions"][0].items() >= settled.items()
    assert plan["transitions"][1]["from"] == soon["ends"]
    first, second = (datetime.fromisoformat(one["until"]) for one in plan["transitions"])
    assert first - datetime.fromisoformat(settled["from"]) == timedelta(seconds=30)
    assert second - datetime.fromisoformat(soon["ends"]) == timedelta(seconds=30 + 40 / 0.1)
    (waiting,) = orbit.get("/api/v1/tasks?status=buffered").json()["items"]
    told = orbit.get(f"/api/v1/tasks/{waiting['id']}/explanation").json()
    assert (told["reason"], {one["by"]["name"] for one in told["held"]}) == (
        "held",
        {"left", "left, soon"},
    )
    assert told["break_even_profit"] == pytest.approx((3 + 1) * 1.02)


def test_what_if_counts_turns(orbit: httpx.Client) -> None:
    submit(orbit, timed("left", 20, 21, {"off_nadir": -20}, profit=3))
    asked = [timed("right", 25, 26, {"off_nadir": 20})]
    told = orbit.post("/api/v1/selections", json={"tasks": asked, "fleet": "orbit"}).json()
    (loser,) = told["buffered"]
    assert loser["break_even_profit"] == pytest.approx(3 * 1.02)


def test_a_transition_is_shown_changed_and_taken_away(orbit: httpx.Client) -> None:
    shown = orbit.get(CAMERA).json()
    assert (shown["kind"], shown["transition"]["rate"]) == ("renewable", 0.1)
    submit(orbit, timed("a", 20, 21, {"off_nadir": 0, "mode": "spot"}))
    submit(orbit, timed("b", 20.5, 22, {"off_nadir": 0, "mode": "strip"}, duration=60))
    assert names(orbit) == ["a"]
    for sent, planned in (({"transition": MODES}, ["a"]), ({"transition": None}, ["a", "b"])):
        answer = orbit.patch(CAMERA, json=sent)
        assert answer.status_code == 200, answer.text
        assert answer.json().get("transition") == orbit.get(CAMERA).json().get("transition")
        submit(orbit)
        assert names(orbit) == planned
    assert "transition" not in orbit.get(CAMERA).json()
    acts = [one for one in orbit.get("/api/v1/audit").json()["items"] if one["action"] == "resource.edit"]
    assert [one["facts"]["transition"] for one in acts] == [None, MODES]


REFUSED: list[tuple[Json, int]] = [
    ({"transition": {"detail": "a"}}, 422),
    ({"transition": {"detail": "a", "rate": 0}}, 422),
    ({"transition": {"detail": "a", "seconds": {"x": {"y": 1}}}}, 422),
    ({"transition": 3}, 422),
    ({"capacity": 2}, 409),
    ({"capacity": 2, "transition": SLEW}, 409),
]


@pytest.mark.parametrize(("sent", "code"), REFUSED)
@pytest.mark.in_turn
def test_what_is_no_transition_changes_nothing(orbit: httpx.Client, sent: Json, code: int) -> None:
    before = orbit.get(CAMERA).json()
    answer = orbit.patch(CAMERA, json=sent)
    assert answer.status_code == code, answer.text
    assert orbit.get(CAMERA).json() == before
    for made in (
        {"name": "disk", "kind": "reservoir", "transition": SLEW},
        {"name": "radio", "capacity": 2, "transition": SLEW},
        {"name": "radio", "transition": {"detail": "x"}},
    ):
        assert orbit.post(f"{FLEET}/satellites/sat-1/resources", json=made).status_code == 422
    disk = f"{FLEET}/satellites/sat-1/resources"
    orbit.post(disk, json={"name": "disk", "kind": "reservoir"})
    assert orbit.patch(f"{disk}/disk", json={"transition": SLEW}).status_code == 409
    orbit.post(f"{FLEET}/satellites", json={"name": "sat-2", "satellite": "sat-2"})
    for other in ({"capacity": 2}, {"transition": MODES}):
        answer = orbit.post(f"{FLEET}/satellites/sat-2/resources", json={"name": "camera"} | other)
        assert answer.status_code == 409, answer.text
    assert orbit.post(f"{FLEET}/satellites/sat-2/resources", json={"name": "camera"}).json()["transition"]


@pytest.mark.parametrize("details", [{}, {"off_nadir": "12"}, {"off_nadir": True}, {"off_nadir": 181}, {"roll": 3}])
def test_an_opportunity_says_how_the_resource_stands(orbit: httpx.Client, details: Json) -> None:
    refused = submit(orbit, timed("a", 20, 21, {"off_nadir": 1}), timed("b", 30, 31, details), code=422)
    (error,) = refused["errors"]
    assert error["pointer"] == "#/1/opportunities/0/details/off_nadir"
    assert "must be degrees" in error["detail"]
    assert orbit.get("/api/v1/tasks").json()["items"] == []
    (task,) = submit(orbit, timed("a", 20, 21, {"off_nadir": 1}))["tasks"]
    spots = timed("a", 30, 31, details)["opportunities"]
    assert orbit.patch(f"/api/v1/tasks/{task['id']}", json={"opportunities": spots}).status_code == 422
    assert orbit.get(f"/api/v1/tasks/{task['id']}").json() == task


def test_a_target_tells_angles_and_no_modes(orbit: httpx.Client) -> None:
    target = {"geometry": {"type": "Point", "coordinates": [13.4, 52.5]}, "conditions": {}}
    task = {"name": "t", "resources": {"camera": 1}, "profit": 1, "duration": 10, "target": target}
    orbit.patch(CAMERA, json={"transition": MODES})
    refused = submit(orbit, task, code=422)
    assert refused["errors"][0]["pointer"] == "#/0/target"


def test_tasks_that_were_there_before_wait_until_they_say_how_it_stands(orbit: httpx.Client) -> None:
    submit(orbit, timed("a", 30, 31, {"off_nadir": 1}, profit=2), timed("b", 40, 41, {"off_nadir": 1}))
    orbit.patch(CAMERA, json={"transition": MODES})
    submit(orbit, timed("c", 60, 61, {"mode": "spot"}))
    assert names(orbit) == ["c"]
    waiting = {one["name"]: one["id"] for one in orbit.get("/api/v1/tasks?status=buffered").json()["items"]}
    told = orbit.get(f"/api/v1/tasks/{waiting['a']}/explanation").json()
    assert told["reason"] == "never fits"
    assert "don't say 'mode', by which the transitions of 'camera' go" in told["why"]
    spots = timed("a", 30, 31, {"mode": "strip"})["opportunities"]
    assert orbit.patch(f"/api/v1/tasks/{waiting['a']}", json={"opportunities": spots}).status_code == 200
    submit(orbit)
    assert names(orbit) == ["a", "c"]


def test_what_is_frozen_keeps_others_away_until_it_is_over(orbit: httpx.Client) -> None:
    submit(orbit, timed("frozen", 2, 12, {"off_nadir": -20}, duration=60))
    orbit.patch(FLEET, json={"frozen_s": 0})
    assert orbit.patch(CAMERA, json={"transition": None}).status_code == 200
    submit(orbit)
    orbit.patch(FLEET, json={"frozen_s": 1800})
    submit(orbit, timed("near", 31, 32, profit=9), timed("far", 60, 61))
    assert names(orbit)[-2:] == ["near", "far"]
    # Nobody knows how it stands in what is frozen: until that is over, nothing new comes.
    orbit.patch(CAMERA, json={"transition": MODES})
    submit(orbit, timed("late", 90, 91, {"mode": "spot"}))
    assert "late" not in names(orbit)


def test_of_what_turns_one_more_unit_is_not_asked_for(orbit: httpx.Client) -> None:
    orbit.post(f"{FLEET}/satellites/sat-1/resources", json={"name": "recorder"}).raise_for_status()
    both = {"camera": 1, "recorder": 1}
    several = [timed(f"{i}", 20, 21, {"off_nadir": 0}, resources=resources) for i, resources in enumerate([both, both])]
    submit(orbit, *several, timed("alone", 20, 21, resources={"recorder": 1}, profit=3))
    found = one_more_in_time(Fleet.objects.get(slug="orbit").id, at=datetime.now(UTC), budget_s=20)
    assert [(one.resource, one.gain) for one in found] == [("recorder", 1)]
