"""For every route of the description, what each kind of caller gets: a route without a row here fails."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from satselect.application.act import Act
from satselect.application.fleets.elements import put_elements
from satselect.application.fleets.stations import put_station
from satselect.application.planning.settle import settle
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.application.webhooks.register import register
from satselect.schemas.fields.examples import example_of
from satselect.schemas.planning.searches import NewSearch
from satselect.schemas.planning.stations import NewStation
from satselect.store.models import Batch, Fleet, Iteration, Key, Outage, Pass, Product, Satellite, Task, User
from tests.api.test_elements import message
from tests.application.buffers import NOW, task
from tests.people import bearer, key_of, user
from tests.planners import planner

DATABASES = ["sqlite"]

CALLERS = ("nobody", "owner", "colleague", "stranger", "executor", "other_executor", "operator", "admin")
"""The owner's task is scheduled on the fleet of the executor; colleagues share an account."""

PUBLIC = (200, 200, 200, 200, 200, 200, 200, 200)
EVERYONE = (401, 200, 200, 200, 200, 200, 200, 200)
OF_FLEET = (401, 200, 200, 200, 200, 404, 200, 200)
SUBMITTERS = (401, 201, 201, 201, 403, 403, 201, 201)
OF_ACCOUNT = (401, 200, 200, 404, 403, 403, 200, 200)
OF_OWNER = (401, 200, 404, 404, 404, 404, 404, 404)
OF_EXECUTOR = (401, 403, 403, 403, 200, 404, 200, 200)
OF_OPERATORS = (401, 403, 403, 403, 403, 403, 200, 200)
ELEMENTS = "/api/v1/fleets/{fleet}/satellites/{satellite}/elements"
SEARCH = "/api/v1/fleets/{fleet}/opportunities/search"
OUTAGES = "/api/v1/fleets/{fleet}/outages"
PASSES = "/api/v1/fleets/{fleet}/passes"
STATIONS = "/api/v1/fleets/{fleet}/stations"
SHARED = "/api/v1/fleets/{fleet}/resources"
RESOURCES = "/api/v1/fleets/{fleet}/satellites/{satellite}/resources"

PROMISED: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/livez"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): OF_OPERATORS,
    ("GET", "/api/v1/me"): EVERYONE,
    ("GET", "/api/v1/keys"): EVERYONE,
    ("POST", "/api/v1/keys"): (401, 201, 201, 201, 201, 201, 201, 201),
    ("GET", "/api/v1/keys/{visible}"): OF_OWNER,
    ("DELETE", "/api/v1/keys/{visible}"): (401, 204, 404, 404, 404, 404, 404, 404),
    ("POST", "/api/tasks/"): SUBMITTERS,
    ("GET", "/api/v1/tasks"): EVERYONE,
    ("GET", "/api/v1/tasks/{task_id}"): (401, 200, 200, 404, 200, 404, 200, 200),
    ("GET", "/api/v1/tasks/{task_id}/explanation"): OF_ACCOUNT,
    ("PATCH", "/api/v1/tasks/{task_id}"): (401, 409, 409, 404, 403, 403, 409, 409),
    ("POST", "/api/v1/tasks/{task_id}/cancel"): OF_ACCOUNT,
    ("POST", "/api/v1/tasks/{task_id}/complete"): OF_EXECUTOR,
    ("POST", "/api/v1/tasks/{task_id}/fail"): (401, 403, 403, 403, 409, 404, 409, 200),
    ("GET", "/api/v1/tasks/{task_id}/history"): (401, 200, 200, 404, 200, 404, 200, 200),
    ("POST", "/api/v1/fleets/{fleet}/tasks"): SUBMITTERS,
    ("GET", "/api/v1/batches/{batch_id}"): OF_ACCOUNT,
    ("POST", "/api/v1/batches/{batch_id}/requeue"): (401, 403, 403, 403, 403, 403, 409, 409),
    ("GET", "/api/v1/iterations/{iteration_id}"): OF_ACCOUNT,
    ("GET", "/api/v1/events"): (401, 200, 200, 200, 200, 404, 200, 200),
    ("GET", "/api/v1/webhooks"): EVERYONE,
    ("POST", "/api/v1/webhooks"): (401, 201, 201, 201, 201, 201, 201, 201),
    ("GET", "/api/v1/webhooks/{webhook_id}"): OF_OWNER,
    ("PATCH", "/api/v1/webhooks/{webhook_id}"): OF_OWNER,
    ("POST", "/api/v1/webhooks/{webhook_id}/secret"): (401, 201, 404, 404, 404, 404, 404, 404),
    ("POST", "/api/v1/webhooks/{webhook_id}/test"): (401, 409, 404, 404, 404, 404, 404, 404),  # these send nothing
    ("DELETE", "/api/v1/webhooks/{webhook_id}"): (401, 204, 404, 404, 404, 404, 404, 404),
    ("GET", "/api/v1/webhooks/{webhook_id}/deliveries"): OF_OWNER,
    ("GET", "/api/v1/fleets"): EVERYONE,
    ("POST", "/api/v1/fleets"): (401, 403, 403, 403, 403, 403, 409, 201),
    ("GET", "/api/v1/fleets/{fleet}"): OF_FLEET,
    ("PATCH", "/api/v1/fleets/{fleet}"): OF_OPERATORS,
    ("DELETE", "/api/v1/fleets/{fleet}"): (401, 403, 403, 403, 403, 403, 409, 409),
    ("GET", "/api/v1/fleets/{fleet}/satellites"): OF_FLEET,
    ("POST", "/api/v1/fleets/{fleet}/satellites"): (401, 403, 403, 403, 403, 403, 409, 201),
    ("GET", "/api/v1/fleets/{fleet}/satellites/{satellite}"): OF_FLEET,
    ("PATCH", "/api/v1/fleets/{fleet}/satellites/{satellite}"): OF_OPERATORS,
    ("DELETE", "/api/v1/fleets/{fleet}/satellites/{satellite}"): (401, 403, 403, 403, 403, 403, 409, 409),
    ("GET", ELEMENTS): OF_FLEET,
    ("PUT", ELEMENTS): OF_OPERATORS,
    ("GET", f"{ELEMENTS}/history"): OF_FLEET,
    ("POST", SEARCH): (401, 200, 200, 200, 403, 403, 200, 200),
    ("GET", OUTAGES): OF_FLEET,
    ("POST", OUTAGES): (401, 403, 403, 403, 403, 403, 201, 201),
    ("GET", f"{OUTAGES}/{{outage}}"): OF_FLEET,
    ("PATCH", f"{OUTAGES}/{{outage}}"): OF_OPERATORS,
    ("DELETE", f"{OUTAGES}/{{outage}}"): (401, 403, 403, 403, 403, 403, 404, 204),
    ("GET", "/api/v1/fleets/{fleet}/plan"): (401, 409, 409, 409, 409, 404, 409, 409),  # it does not plan in time
    ("GET", PASSES): OF_FLEET,
    ("POST", PASSES): (401, 403, 403, 403, 403, 403, 201, 201),
    ("GET", f"{PASSES}/{{contact}}"): OF_FLEET,
    ("DELETE", f"{PASSES}/{{contact}}"): (401, 403, 403, 403, 403, 403, 404, 204),
    ("GET", STATIONS): OF_FLEET,
    ("PUT", f"{STATIONS}/{{station}}"): OF_OPERATORS,
    ("GET", f"{STATIONS}/{{station}}"): OF_FLEET,
    ("DELETE", f"{STATIONS}/{{station}}"): (401, 403, 403, 403, 403, 403, 404, 204),
    ("GET", "/api/v1/products"): EVERYONE,
    ("POST", "/api/v1/products"): (401, 403, 403, 403, 403, 403, 409, 409),  # the fleet does not plan in time
    ("GET", "/api/v1/products/{product}"): OF_FLEET,
    ("PATCH", "/api/v1/products/{product}"): OF_OPERATORS,
    ("DELETE", "/api/v1/products/{product}"): (401, 403, 403, 403, 403, 403, 404, 204),
    ("GET", f"{SHARED}"): OF_FLEET,
    ("POST", f"{SHARED}"): (401, 403, 403, 403, 403, 403, 409, 201),
    ("GET", f"{SHARED}/{{resource}}"): (401, 404, 404, 404, 404, 404, 404, 404),
    ("PATCH", f"{SHARED}/{{resource}}"): (401, 403, 403, 403, 403, 403, 404, 404),
    ("DELETE", f"{SHARED}/{{resource}}"): (401, 403, 403, 403, 403, 403, 404, 404),
    ("GET", f"{RESOURCES}"): OF_FLEET,
    ("POST", f"{RESOURCES}"): (401, 403, 403, 403, 403, 403, 409, 201),
    ("GET", f"{RESOURCES}/{{resource}}"): (401, 200, 200, 404, 200, 404, 200, 200),
    ("PATCH", f"{RESOURCES}/{{resource}}"): OF_OPERATORS,
    ("DELETE", f"{RESOURCES}/{{resource}}"): (401, 403, 403, 403, 403, 403, 409, 409),
    ("GET", "/api/v1/fleets/{fleet}/iterations"): (401, 200, 200, 200, 403, 403, 200, 200),
    ("POST", "/api/v1/fleets/{fleet}/iterations"): (401, 403, 403, 403, 403, 403, 201, 201),
    ("POST", "/api/v1/selections"): OF_OPERATORS,
    ("GET", "/api/v1/audit"): OF_OPERATORS,
}

QUERIES = {("GET", "/api/v1/events"): "?follow=false"}

BODIES: dict[tuple[str, str], object] = {
    ("POST", "/api/v1/keys"): {},
    ("PATCH", "/api/v1/tasks/{task_id}"): {"profit": 3},
    ("POST", "/api/v1/fleets"): {"name": "New", "fleet": "new"},
    ("PATCH", "/api/v1/fleets/{fleet}"): {"name": "New"},
    ("POST", "/api/v1/fleets/{fleet}/satellites"): {"name": "New", "satellite": "new"},
    ("PATCH", "/api/v1/fleets/{fleet}/satellites/{satellite}"): {"name": "New"},
    ("PUT", ELEMENTS): {"source": message()},
    ("POST", SEARCH): example_of(NewSearch),
    ("POST", OUTAGES): {"satellite": "default"},
    ("PATCH", f"{OUTAGES}/{{outage}}"): {"until": None},
    ("POST", PASSES): {"passes": []},
    ("PUT", f"{STATIONS}/{{station}}"): {"latitude": 60, "longitude": 20},
    ("POST", "/api/v1/products"): {
        "product": "new",
        "title": "New",
        "fleet": "default",
        "geometries": ["Point"],
        "resources": [],
        "duration": 1,
    },
    ("PATCH", "/api/v1/products/{product}"): {"title": "New"},
    ("POST", SHARED): {"name": "antenna", "capacity": 2},
    ("PATCH", f"{SHARED}/{{resource}}"): {"capacity": 3},
    ("POST", RESOURCES): {"name": "antenna", "capacity": 2},
    ("PATCH", f"{RESOURCES}/{{resource}}"): {"capacity": 3},
    ("POST", "/api/v1/webhooks"): {"address": "https://hooks.example.org/"},
    ("PATCH", "/api/v1/webhooks/{webhook_id}"): {"is_enabled": False},
    ("POST", "/api/v1/webhooks/{webhook_id}/secret"): {},
    ("POST", "/api/tasks/"): [],
    ("POST", "/api/v1/fleets/{fleet}/tasks"): [],
    ("POST", "/api/v1/selections"): {"tasks": [], "fleet": "default"},
}


@dataclass(frozen=True)
class World:
    """A fleet with a scheduled task of the owner, and a key for each caller."""

    client: httpx.Client
    keys: dict[str, str]
    places: dict[str, object]

    def call(self, caller: str, route: tuple[str, str]) -> httpx.Response:
        headers = bearer(self.keys[caller]) if caller in self.keys else {}
        method, path = route
        path = path.format(**self.places) + QUERIES.get(route, "")
        return self.client.request(method, path, json=BODIES.get(route), headers=headers)


@pytest.fixture
def world(guarded: httpx.Client) -> World:
    owner = user("owner", "customer")
    people = {
        "owner": owner,
        "colleague": user("colleague", "customer", account="owner"),
        "stranger": user("stranger", "customer"),
        "executor": user("executor", "executor", fleets=["default"]),
        "other_executor": user("other_executor", "executor"),
        "operator": user("operator", "operator"),
        "admin": user("admin", "admin"),
    }
    keys = {name: key_of(someone) for name, someone in people.items()}
    put_elements(Satellite.objects.get(), json.dumps(message(-2)), Act(people["admin"], datetime.now(UTC)))
    put_station(
        Fleet.objects.get(slug="default"), "north", NewStation(latitude=50, longitude=10), Act(people["admin"], NOW)
    )
    iteration = submitted(owner, "image", "camera", profit=9)
    places = {
        "task_id": Task.objects.get().id,
        "iteration_id": iteration.id,
        "batch_id": Batch.objects.get().id,
        "fleet": "default",
        "satellite": "default",
        "resource": "camera",
        "outage": past_outage().id,
        "contact": past_pass().id,
        "product": offered().slug,
        "station": "north",
        "webhook_id": register("https://hooks.example.org/", "", Act(owner, NOW), allows_private=False).id,
        "visible": Key.objects.create(visible="spare234", digest="", user=owner, created=NOW).visible,
    }
    return World(guarded, keys, places)


def offered() -> Product:
    wanted = {"title": "Sharp", "license": "proprietary", "geometries": ["Point"], "resources": {}, "duration_s": 1}
    return Product.objects.create(slug="sharp", fleet=Satellite.objects.get().fleet, created=NOW, **wanted)


def past_pass() -> Pass:
    found = Satellite.objects.get()
    return Pass.objects.create(fleet=found.fleet, satellite=found, starts=NOW - timedelta(hours=1), ends=NOW)


def past_outage() -> Outage:
    hour = timedelta(hours=1)
    satellite = Satellite.objects.get()
    return Outage.objects.create(fleet=satellite.fleet, satellite=satellite, starts=NOW - 2 * hour, ends=NOW - hour)


def submitted(owner: User, name: str, *resources: str, profit: float) -> Iteration:
    batch = Submission(
        fleet="default",
        account_id=owner.account_id,
        user_id=owner.id,
        tasks=[task(name, *resources, profit=profit)],
        digest="",
    )
    return settle(planner(5), submit(batch, at=NOW).batch)


def test_every_route_of_the_description_promises_something(guarded: httpx.Client) -> None:
    paths = guarded.get("/api/openapi.json").json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert described == set(PROMISED)


@pytest.mark.parametrize("route", PROMISED, ids=" ".join)
def test_each_caller_gets_the_status_that_was_promised(world: World, route: tuple[str, str]) -> None:
    got = {caller: world.call(caller, route).status_code for caller in reversed(CALLERS) if caller != "owner"}
    got["owner"] = world.call("owner", route).status_code  # last: it may be the end of what others ask for
    assert got == dict(zip(CALLERS, PROMISED[route], strict=True))


@pytest.mark.parametrize("header", ["Authorization", "authorizationToken"])
def test_a_key_may_come_in_either_header(world: World, header: str) -> None:
    prefix = "Bearer " if header == "Authorization" else ""
    answer = world.client.get("/api/v1/me", headers={header: prefix + world.keys["owner"]})
    assert answer.json() == {"user": "owner", "account": "owner", "role": "customer", "fleets": []}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sat_wrong"}, {"authorizationToken": "x"}])
def test_who_has_no_key_is_told_how_to_show_one(guarded: httpx.Client, headers: dict[str, str]) -> None:
    answer = guarded.post("/api/tasks/", content=b"{", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_once(world: World) -> None:
    key = world.keys["owner"]
    assert world.client.delete(f"/api/v1/keys/{key[4:12]}", headers=bearer(key)).status_code == 204
    assert world.client.get("/api/v1/me", headers=bearer(key)).status_code == 401


def test_a_key_is_shown_once(world: World) -> None:
    headers = bearer(world.keys["owner"])
    made = world.client.post(
        "/api/v1/keys", json={"name": "laptop", "expires": "2099-01-01T00:00:00Z"}, headers=headers
    )
    text = made.json()["key"]
    assert world.client.get("/api/v1/me", headers=bearer(text)).json()["user"] == "owner"
    listed = world.client.get("/api/v1/keys", headers=headers)
    assert text not in listed.text
    assert listed.json()["items"][0] == {name: value for name, value in made.json().items() if name != "key"}


def test_lists_hold_what_the_caller_may_see(world: World) -> None:
    submitted(User.objects.get(username="stranger"), "other", "camera", profit=1)
    submitted(User.objects.get(username="stranger"), "waiting", "camera", profit=0)
    found = {
        caller: sorted(item["name"] for item in world.call(caller, ("GET", "/api/v1/tasks")).json()["items"])
        for caller in CALLERS[1:]
    }
    mine, others = ["image"], ["other", "waiting"]
    assert found == {
        "owner": mine,
        "colleague": mine,
        "stranger": others,
        "executor": ["image", "other", "waiting"],
        "other_executor": [],
        "operator": [*mine, *others],
        "admin": [*mine, *others],
    }


def test_executors_list_the_fleets_whose_tasks_they_run(world: World) -> None:
    listed = {
        caller: [fleet["fleet"] for fleet in world.call(caller, ("GET", "/api/v1/fleets")).json()["items"]]
        for caller in ("stranger", "executor", "other_executor", "operator")
    }
    assert listed == {
        "stranger": ["default", "elsewhere"],
        "executor": ["default"],
        "other_executor": ["elsewhere"],
        "operator": ["default", "elsewhere"],
    }


def test_a_201_holds_own_tasks_only(world: World) -> None:
    sent = [{"name": "own", "resources": ["disk"], "profit": 1}]
    world.client.post("/api/tasks/", json=[{**sent[0], "name": "early"}], headers=bearer(world.keys["stranger"]))
    world.client.post("/api/tasks/", json=[{**sent[0], "name": "late"}], headers=bearer(world.keys["stranger"]))
    answer = world.client.post("/api/tasks/", json=sent, headers=bearer(world.keys["owner"]))
    assert answer.json() == {"tasks": sent}


def test_sums_and_prices_are_for_operators(world: World) -> None:
    route = "GET", "/api/v1/iterations/{iteration_id}"
    seen, all_of_it = world.call("owner", route).json(), world.call("operator", route).json()
    secret = {"profit", "objective", "bound", "gap", "proof", "greedy_profit", "cause", "capacities", "prices"}
    assert {name for name, value in seen.items() if value is None} == secret
    assert all_of_it["profit"] == 9
    assert [each["name"] for each in seen["tasks"]] == ["image"]


def test_an_explanation_names_tasks_of_others_as_such(world: World) -> None:
    stranger = User.objects.get(username="stranger")
    rival = Submission(
        fleet="default",
        account_id=stranger.account_id,
        user_id=stranger.id,
        tasks=[task("rival", "camera", profit=7), task("own", "camera", profit=1)],
        digest="",
    )
    submit(rival, at=NOW)
    submitted(User.objects.get(username="owner"), "loser", "camera", profit=2)
    path = f"/api/v1/tasks/{Task.objects.get(name='loser').id}/explanation"
    shown = world.client.get(path, headers=bearer(world.keys["owner"])).json()
    assert shown["displaced_by"] == {"camera": [{"id": None, "name": "a task of another customer", "profit": None}]}
    assert (shown["price"], shown["break_even_profit"]) == (None, 7)
    whole = world.client.get(path, headers=bearer(world.keys["operator"])).json()
    assert whole["displaced_by"]["camera"][0]["name"] == "rival"


def test_a_customer_lists_the_iterations_of_the_own_account(world: World) -> None:
    submitted(User.objects.get(username="stranger"), "other", "camera", profit=1)
    route = "GET", "/api/v1/fleets/{fleet}/iterations"
    counted = {caller: len(world.call(caller, route).json()["items"]) for caller in ("owner", "stranger", "operator")}
    assert counted == {"owner": 1, "stranger": 1, "operator": 2}
    assert world.call("owner", route).json()["items"][0]["profit"] is None


def test_a_history_names_people_of_the_own_account_only(world: World) -> None:
    route = "GET", "/api/v1/tasks/{task_id}/history"
    told = {caller: world.call(caller, route).json()["items"][0]["by"] for caller in ("colleague", "executor", "admin")}
    assert told == {"colleague": "owner", "executor": None, "admin": "owner"}
