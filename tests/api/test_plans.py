"""Fleets that plan in time, as clients see them."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from satselect import Opportunity, TimedTask
from satselect.client.client import Client
from satselect.client.errors import InvalidError
from satselect.exports.formats import FORMATS
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

FLEET = "/api/v1/fleets/orbit"
Json = dict[str, Any]


def at(minutes: float) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    return (now + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def orbit(service: httpx.Client) -> httpx.Client:
    """A fleet of two satellites with a camera each, which plans four hours ahead."""
    wanted = {"name": "Orbit", "fleet": "orbit", "horizon_s": 14400, "frozen_s": 600, "settle_s": None}
    made = service.post("/api/v1/fleets", json=wanted)
    assert made.status_code == 201, made.text
    for slug in ("sat-1", "sat-2"):
        service.post(f"{FLEET}/satellites", json={"name": slug, "satellite": slug})
        for sent in ({"name": "camera", "turnaround_s": 60}, {"name": "disk", "capacity": 2, "kind": "reservoir"}):
            answer = service.post(f"{FLEET}/satellites/{slug}/resources", json=sent)
            assert answer.status_code == 201, answer.text
    return service


def timed(name: str, begin: float, end: float, **fields: object) -> Json:
    spot = {"satellite": "sat-1", "from": at(begin), "until": at(end), "details": {"off_nadir": 12.5}}
    return {"name": name, "resources": {"camera": 1}, "profit": 1, "opportunities": [spot]} | fields


def submit(client: httpx.Client, *tasks: Json, code: int = 201) -> Json:
    answer = client.post(f"{FLEET}/tasks", json=list(tasks))
    assert answer.status_code == code, answer.text
    shown: Json = answer.json()
    return shown


def test_a_task_is_planned_and_told_with_its_time(orbit: httpx.Client) -> None:
    task = timed("Berlin, sharp", 30, 60, duration=40, deliver_by=None, window={"from": at(35), "until": at(50)})
    (shown,) = submit(orbit, task)["tasks"]
    assert (shown["satellite"], shown["starts"], shown["is_frozen"]) == ("sat-1", task["window"]["from"], False)
    assert shown["opportunities"] == [task["opportunities"][0] | {"profit": None}]
    assert (shown["duration"], shown["window"]) == (40, task["window"])
    assert orbit.get(f"/api/v1/tasks/{shown['id']}").json() == shown
    plan = orbit.get(f"{FLEET}/plan").json()
    (item,) = plan["items"]
    assert (item["task"], item["starts"], item["ends"]) == (shown["id"], shown["starts"], shown["ends"])
    assert orbit.get(f"{FLEET}/plan", params={"from": at(55), "until": at(60)}).json()["items"] == []


def test_others_are_answered_to_the_letter_as_before(service: httpx.Client) -> None:
    iteration = service.post("/api/v1/fleets/default/tasks", json=[{"name": "a", "resources": ["x"], "profit": 1}])
    (task,) = iteration.json()["tasks"]
    assert not task.keys() & {"starts", "ends", "is_frozen", "opportunities", "duration", "window", "deliver_by"}
    assert "horizon_s" not in service.get("/api/v1/fleets/default").json()
    resources = service.get("/api/v1/fleets/default/satellites/default/resources").json()["items"]
    assert resources == [{"name": "x", "capacity": 1}]
    assert service.get("/api/v1/fleets/default/plan").status_code == 409
    spot = timed("a", 30, 40)
    refused = service.post("/api/v1/fleets/default/tasks", json=[spot])
    assert refused.status_code == 422
    assert "no horizon" in refused.text


def test_an_explanation_says_who_holds_what_from_when_to_when(orbit: httpx.Client) -> None:
    submit(orbit, timed("holder", 30, 40, profit=5), timed("loser", 35, 45, profit=2))
    waiting = orbit.get("/api/v1/tasks?status=buffered").json()["items"][0]
    told = orbit.get(f"/api/v1/tasks/{waiting['id']}/explanation").json()
    assert told["reason"] == "held", told
    (held,) = told["held"]
    planned = orbit.get(f"{FLEET}/plan").json()["items"][0]
    assert (held["resource"], held["from"], held["until"]) == ("sat-1/camera", planned["starts"], planned["ends"])
    assert held["by"]["name"] == "holder"
    assert told["reason"] == "held"
    assert "held by 'holder' from" in told["why"]
    assert told["break_even_profit"] == pytest.approx(5 * 1.02)
    orbit.patch(f"/api/v1/tasks/{waiting['id']}", json={"profit": told["break_even_profit"] + 0.01})
    submit(orbit)
    assert [one["name"] for one in orbit.get(f"{FLEET}/plan").json()["items"]] == ["loser"]


def test_what_if_tells_times_and_the_profit_from_which_on_a_task_has_a_place(orbit: httpx.Client) -> None:
    submit(orbit, timed("holder", 30, 40, profit=5))
    asked = [
        timed("loser", 35, 45, profit=2),
        timed("free", 60, 70),
        {"name": "all", "resources": ["disk"], "profit": 1},
    ]
    answer = orbit.post("/api/v1/selections", json={"tasks": asked, "fleet": "orbit"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (free, untimed), (loser,) = told["tasks"], told["buffered"]
    spot = asked[1]["opportunities"][0]
    assert (free["place"], free["satellite"], free["starts"], free["ends"]) == (1, "sat-1", spot["from"], spot["until"])
    assert (untimed["place"], "starts" in untimed, told["displaced"]) == (2, False, [])
    assert loser["break_even_profit"] == pytest.approx(5 * 1.02)
    assert (told["profit"], told["profit_without"]) == (7, 5)
    assert orbit.get(f"{FLEET}/plan").json()["items"][0]["name"] == "holder"
    for wrong in ({"tasks": asked}, {"tasks": [*asked, timed("a", 40, 30)], "fleet": "orbit"}):
        assert orbit.post("/api/v1/selections", json=wrong).status_code == 422


def test_passes_are_made_once_listed_and_taken_back(orbit: httpx.Client) -> None:
    sent = {"satellite": "sat-1", "from": at(46), "until": at(49), "station": "north", "drains": {"disk": 2}}
    made = orbit.post(f"{FLEET}/passes", json={"passes": [sent, sent]})
    assert made.status_code == 201, made.text
    (first, second) = made.json()["items"]
    assert first == second == sent | {"id": first["id"], "fleet": "orbit"}
    assert [one["id"] for one in orbit.get(f"{FLEET}/passes").json()["items"]] == [first["id"]]
    tasks = [timed(f"t{i}", 30 + 10 * i, 35 + 10 * i, resources={"camera": 1, "disk": 1}) for i in range(4)]
    submit(orbit, *tasks)
    assert len(orbit.get(f"{FLEET}/plan").json()["items"]) == 4
    assert orbit.delete(f"{FLEET}/passes/{first['id']}").status_code == 204
    submit(orbit)
    assert len(orbit.get(f"{FLEET}/plan").json()["items"]) == 2


def test_a_level_is_told_and_counts(orbit: httpx.Client) -> None:
    path = f"{FLEET}/satellites/sat-1/resources/disk"
    assert orbit.get(path).json() == {"name": "disk", "capacity": 2, "kind": "reservoir", "level": 0}
    assert orbit.patch(path, json={"level": 1}).json()["level"] == 1
    tasks = [timed(f"t{i}", 30 + 10 * i, 35 + 10 * i, resources={"camera": 1, "disk": 1}) for i in range(2)]
    assert len(submit(orbit, *tasks)["tasks"]) == 1
    assert orbit.patch(path, json={"turnaround_s": 5}).status_code == 409
    assert orbit.patch(path, json={}).status_code == 422


def test_a_level_that_does_not_fit_is_refused_and_changes_nothing(orbit: httpx.Client) -> None:
    path = "/api/v1/fleets/orbit/satellites/sat-1/resources/disk"
    for sent in ({"level": 3}, {"level": 2, "capacity": 1}):
        refused = orbit.patch(path, json=sent)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/level")
    assert orbit.get(path).json() == {"name": "disk", "capacity": 2, "kind": "reservoir", "level": 0}
    assert orbit.patch(path, json={"level": 3, "capacity": 3}).json()["level"] == 3


def test_settings_of_a_plan_are_shown_and_changed(orbit: httpx.Client) -> None:
    shown = orbit.get(FLEET).json()
    assert [shown[name] for name in ("horizon_s", "frozen_s", "step_s", "stay", "replan")] == [
        14400,
        600,
        10,
        0.02,
        "always",
    ]
    changed = orbit.patch(FLEET, json={"replan": "never", "stay": 0.5}).json()
    assert (changed["replan"], changed["stay"]) == ("never", 0.5)
    for wrong in ({"horizon_s": 0}, {"frozen_s": -1}, {"stay": 2}, {"replan": "often"}, {"step_s": 0}):
        assert orbit.patch(FLEET, json=wrong).status_code == 422, wrong


def _spot(**fields: object) -> Callable[[], Json]:
    return lambda: {"satellite": "sat-1", "from": at(30), "until": at(40)} | fields


BAD: dict[str, Callable[[], Json]] = {
    "naive": lambda: timed("a", 30, 40, opportunities=[_spot(**{"from": "2030-01-01T00:00:00"})()]),
    "reversed": lambda: timed("a", 40, 30),
    "twice": lambda: timed("a", 30, 40, opportunities=[_spot()(), _spot()()]),
    "year 0": lambda: timed("a", 30, 40, opportunities=[_spot(**{"from": "0000-01-01T00:00:00Z"})()]),
    "before the year 1": lambda: timed("a", 30, 40, opportunities=[_spot(**{"from": "0001-01-01T00:00:00+14:00"})()]),
    "beyond 9999": lambda: timed("a", 30, 40, opportunities=[_spot(until="9999-12-31T23:59:59-14:00")()]),
    "until 9999": lambda: timed("a", 30, 40, opportunities=[_spot(until="9999-12-31T23:59:59Z")()]),
    "for decades": lambda: timed("a", 30, 40, opportunities=[_spot(until="2080-01-01T00:00:00Z")()]),
    "since the year 1": lambda: timed("a", 30, 40, opportunities=[_spot(**{"from": "0001-01-01T00:00:00Z"})()]),
    "delivered before it is over": lambda: timed("a", 30, 40, duration=60, deliver_by=at(30.5)),
    "delivered in 2001": lambda: timed("a", 30, 40, deliver_by="2001-01-01T00:00:00Z"),
    "leap second": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-12-31T23:59:60Z")()]),
    "hour 24": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-12-31T24:00:00Z")()]),
    "offset alone": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-12-31T23:59:00+25:00")()]),
    "a number": lambda: timed("a", 30, 40, opportunities=[_spot(until=1_900_000_000)()]),
    "a day": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-12-31")()]),
    "unknown satellite": lambda: timed("a", 30, 40, opportunities=[_spot(satellite="sat-9")()]),
    "no satellite": lambda: timed("a", 30, 40, opportunities=[{"from": at(30), "until": at(40)}]),
    "unknown field": lambda: timed("a", 30, 40, opportunities=[_spot(station="north")()]),
    "negative profit": lambda: timed("a", 30, 40, opportunities=[_spot(profit=-1)()]),
    "details no object": lambda: timed("a", 30, 40, opportunities=[_spot(details=[1])()]),
    "none": lambda: timed("a", 30, 40, opportunities=[]),
    "opportunities no list": lambda: timed("a", 30, 40, opportunities={}),
    "too long": lambda: timed("a", 30, 40, duration=601),
    "negative duration": lambda: timed("a", 30, 40, duration=-1),
    "duration as text": lambda: timed("a", 30, 40, duration="40"),
    "duration of years": lambda: timed("a", 30, 40, duration=1e12),
    "duration without opportunities": lambda: {"name": "a", "resources": ["camera"], "profit": 1, "duration": 5},
    "window reversed": lambda: timed("a", 30, 40, window={"from": at(40), "until": at(30)}),
    "window beside": lambda: timed("a", 30, 40, window={"from": at(50), "until": at(60)}),
    "window too short": lambda: timed("a", 30, 40, duration=60, window={"from": at(39.5), "until": at(60)}),
    "window naive": lambda: timed("a", 30, 40, window={"from": "2030-01-01T00:00:00", "until": at(60)}),
    "window half": lambda: timed("a", 30, 40, window={"from": at(30)}),
    "deliver_by naive": lambda: timed("a", 30, 40, deliver_by="2030-01-01T00:00:00"),
    "satellites besides": lambda: timed("a", 30, 40, satellites=["sat-1"]),
    "all over": lambda: timed("a", -40, -30),
    "deadline over": lambda: timed("a", 30, 40, deadline=at(-1)),
    "local time": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-10-27T02:30:00 Europe/Berlin")()]),
    "offset without minutes": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-10-27T02:30:00+02")()]),
    "no such day": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-02-29T00:00:00Z")()]),
    "week date": lambda: timed("a", 30, 40, opportunities=[_spot(until="2030-W10-1T00:00:00Z")()]),
    "other digits": lambda: timed(
        "a", 30, 40, opportunities=[_spot(until="\uff12\uff10\uff13\uff10-01-01T00:00:00Z")()]
    ),
    "times null": lambda: timed("a", 30, 40, opportunities=[_spot(until=None)()]),
    "duration true": lambda: timed("a", 30, 40, duration=True),
    "window a list": lambda: timed("a", 30, 40, window=[at(30), at(40)]),
    "deliver_by a number": lambda: timed("a", 30, 40, deliver_by=0),
    "reversed eligibility": lambda: timed("a", 30, 40, not_before=at(35), deadline=at(20)),
    "unknown resource": lambda: timed("a", 30, 40, resources=["laser"]),
    "too much": lambda: timed("a", 30, 40, resources={"camera": 2}),
}


def test_bad_times_are_refused_and_change_nothing(orbit: httpx.Client) -> None:
    before = orbit.get(FLEET).json()
    for name, wrong in BAD.items():
        answer = orbit.post(f"{FLEET}/tasks", json=[timed("fine", 30, 40), wrong()])
        assert answer.status_code == 422, (name, answer.text)
        errors = answer.json()["errors"]
        assert errors, name
        assert all(error["pointer"].startswith("#/1") and error["detail"] for error in errors), (name, errors)
        assert orbit.get(FLEET).json() == before, name
    assert orbit.get("/api/v1/tasks").json()["items"] == []


CHANGED: dict[str, Callable[[], Json]] = {
    "naive": lambda: {"opportunities": [_spot(until="2030-01-01T00:00:00")()]},
    "reversed": lambda: {"opportunities": [_spot(**{"from": at(50)})()]},
    "twice": lambda: {"opportunities": [_spot()(), _spot()()]},
    "leap second": lambda: {"window": {"from": at(30), "until": "2030-12-31T23:59:60Z"}},
    "beyond 9999": lambda: {"deliver_by": "9999-12-31T23:59:59-14:00"},
    "until 9999": lambda: {"opportunities": [_spot(until="9999-12-31T23:59:59Z")()]},
    "delivered in 2001": lambda: {"deliver_by": "2001-01-01T00:00:00Z"},
    "none": lambda: {"opportunities": []},
    "all over": lambda: {"opportunities": [_spot(**{"from": at(-40), "until": at(-30)})()]},
    "unknown satellite": lambda: {"opportunities": [_spot(satellite="sat-9")()]},
    "unknown field": lambda: {"opportunities": [_spot(station="north")()]},
    "window beside": lambda: {"window": {"from": at(50), "until": at(60)}},
    "window half": lambda: {"window": {"from": at(30)}},
    "too long": lambda: {"duration": 601},
    "not a number": lambda: {"duration": "40"},
    "duration alone": lambda: {"opportunities": None},
    "satellites besides": lambda: {"satellites": ["sat-1"]},
    "too many": lambda: {"opportunities": [_spot()()] * 100_001},
}


def test_bad_changes_of_times_are_refused_and_change_nothing(orbit: httpx.Client) -> None:
    (task,) = submit(orbit, timed("a", 30, 40, duration=60))["tasks"]
    before = orbit.get(FLEET).json()
    for name, wrong in CHANGED.items():
        refused = orbit.patch(f"/api/v1/tasks/{task['id']}", json=wrong())
        assert refused.status_code in {413, 422}, (name, refused.text)
        assert orbit.get(FLEET).json() == before, name
        assert orbit.get(f"/api/v1/tasks/{task['id']}").json() == task, name


def test_what_a_task_asks_for_in_time_is_changed(orbit: httpx.Client) -> None:
    (task,) = submit(orbit, timed("a", 30, 40, duration=60, deadline=at(100)))["tasks"]
    path = f"/api/v1/tasks/{task['id']}"
    spot = {"satellite": "sat-2", "from": at(130), "until": at(140), "profit": 3.0, "details": {}}
    sent = {"opportunities": [spot], "duration": 30.5, "deliver_by": at(200), "window": None}
    changed = orbit.patch(path, json=sent)
    assert changed.status_code == 200, changed.text
    shown = changed.json()
    assert (shown["status"], "starts" in shown) == ("buffered", False)
    assert task["deadline"] < shown["deadline"] < spot["from"]
    assert (shown["opportunities"], shown["duration"], shown["deliver_by"]) == ([spot], 30.5, sent["deliver_by"])
    assert orbit.patch(path, json={"deadline": None, "deliver_by": None}).json()["deadline"] > spot["from"]
    submit(orbit)
    assert orbit.get(path).json()["satellite"] == "sat-2"


def test_a_change_that_changes_nothing_leaves_the_plan(orbit: httpx.Client) -> None:
    (task,) = submit(orbit, timed("a", 30, 40, duration=60))["tasks"]
    for same in ({}, {"profit": 1, "duration": 60}, {"opportunities": task["opportunities"]}):
        assert orbit.patch(f"/api/v1/tasks/{task['id']}", json=same).json() == task


def test_what_is_frozen_is_refused(orbit: httpx.Client) -> None:
    (task,) = submit(orbit, timed("a", 30, 40))["tasks"]
    orbit.patch(FLEET, json={"frozen_s": 3600})
    refused = orbit.patch(f"/api/v1/tasks/{task['id']}", json={"opportunities": [_spot()()]})
    assert (refused.status_code, "frozen" in refused.text) == (409, True)
    assert orbit.get(f"/api/v1/tasks/{task['id']}").json() == task | {"is_frozen": True}


def test_a_program_changes_times_with_python_s_own(orbit: httpx.Client) -> None:
    (task,) = submit(orbit, timed("a", 30, 40))["tasks"]
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=50)
    end = start + timedelta(minutes=5)
    wanted = {"opportunities": [Opportunity("sat-2", start, end)], "duration": timedelta(seconds=9.5)}
    with Client(str(orbit.base_url)) as client:
        changed = client.edit(task["id"], wanted | {"window": (start, end), "deliver_by": end})
    assert changed.opportunities
    assert [(one.satellite, one.starts, one.ends) for one in changed.opportunities] == [("sat-2", start, end)]
    assert (changed.duration, changed.window and changed.window.times, changed.deliver_by) == (9.5, (start, end), end)


def test_more_opportunities_than_fit_in_a_request_are_refused(orbit: httpx.Client) -> None:
    spots = [_spot()()] * 100_001
    refused = orbit.post(f"{FLEET}/tasks", json=[timed("a", 30, 40, opportunities=spots)])
    assert refused.status_code in {413, 422}
    assert orbit.get("/api/v1/tasks").json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"satellite": "sat-9"},
        {"drains": {"camera": 1}},
        {"drains": {"disk": -1}},
        {"until": "2030-01-01T00:00:00"},
        {"until": "2000-01-01T00:00:00Z"},
    ],
)
def test_bad_passes_are_refused(orbit: httpx.Client, wrong: Json) -> None:
    sent = {"satellite": "sat-1", "from": at(50), "until": at(55), "station": "north", "drains": {"disk": 2}} | wrong
    assert orbit.post(f"{FLEET}/passes", json={"passes": [sent]}).status_code == 422
    assert orbit.get(f"{FLEET}/passes").json()["items"] == []


def test_a_plan_is_handed_to_other_programs(orbit: httpx.Client) -> None:
    sent = {"satellite": "sat-1", "from": at(50), "until": at(55), "station": "north", "drains": {"disk": 2}}
    orbit.post(f"{FLEET}/passes", json={"passes": [sent]})
    (task,) = submit(orbit, timed("Berlin, sharp", 30, 40, reference="order 1"))["tasks"]
    told = {name: orbit.get(f"{FLEET}/plan", params={"format": name}) for name in FORMATS}
    assert {name: (one.status_code, one.headers["Content-Type"]) for name, one in told.items()} == {
        name: (200, one.media_type) for name, one in FORMATS.items()
    }
    (row,) = csv.DictReader(io.StringIO(told["csv"].text.lstrip("\ufeff")))
    assert "Berlin, sharp" in row.values()
    assert task["id"] in told["ical"].text.replace("\r\n ", "")
    assert "north" in told["openmct"].text
    assert {item["name"] for item in told["yamcs"].json()["items"]} >= {"Berlin, sharp"}
    assert orbit.get(f"{FLEET}/plan", params={"format": "xls"}).status_code == 422


def test_who_executes_a_plan_reads_in_it_what_its_opportunities_say_besides(orbit: httpx.Client) -> None:
    said = {"mode": "spot", "roll": -12.3}
    sent, plain = timed("Berlin", 30, 40), timed("plain", 60, 70)
    sent["opportunities"][0]["details"] = said
    del plain["opportunities"][0]["details"]
    submit(orbit, sent, plain)
    items = orbit.get(f"{FLEET}/plan").json()["items"]
    assert [(item["name"], item.get("details")) for item in items] == [("Berlin", said), ("plain", None)]
    table = orbit.get(f"{FLEET}/plan", params={"format": "csv"}).text.lstrip("\ufeff")
    assert [row["details"] for row in csv.DictReader(io.StringIO(table))] == [json.dumps(said), ""]


def test_a_program_submits_the_engines_tasks_with_their_times(orbit: httpx.Client) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
    spot = Opportunity("sat-1", start, start + timedelta(minutes=5), profit=3, details={"off_nadir": 12.5})
    task = TimedTask(
        "Berlin", ["camera"], profit=2, opportunities=[spot], duration=40, window=(start, start + timedelta(minutes=2))
    )
    with Client(str(orbit.base_url)) as client:
        client.submit([task], fleet="orbit", idempotency_key="once")
        (shown,) = client.tasks(fleet="orbit")
        assert (shown.status, shown.satellite, shown.starts) == ("scheduled", "sat-1", start)
        assert (shown.duration, shown.window and shown.window.times) == (40, task.window)
        later = TimedTask("Berlin", ["camera"], profit=2, opportunities=[spot], duration=41)
        with pytest.raises(InvalidError, match="key"):
            client.submit([later], fleet="orbit", idempotency_key="once")  # not taken for a repetition
