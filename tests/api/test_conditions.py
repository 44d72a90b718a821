"""Older pages don't win: whatever changes is changed only if it is as whoever changes it saw it, where they say so."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from satselect.application.act import Act
from satselect.application.webhooks.register import register
from satselect.store.models import Batch, Key, Outage, Pass, Satellite, Task, User
from tests.api.test_access import offered
from tests.api.test_elements import message
from tests.application.buffers import NOW
from tests.longer import more
from tests.services import NO_TLS

TASK = {"name": "image", "resources": ["camera"], "profit": 5, "max_attempts": 2}
FULL = "/api/v1/fleets/default/tasks"
DATABASES = ["sqlite", "postgresql"]  # a bus carries none of this
OTHER = '"another"'
STRANGE = ["nonsense", '""', "", '*, "a"', 'W/"weak"']


class Thing:
    """Something that can be changed: where it is, how, and how others change it meanwhile."""

    def __init__(self, read: str, method: str, path: str, body: object, *, other: object = None) -> None:
        self.read, self.method, self.path, self.body = read, method, path, body
        self.other = body if other is None else other


def waiting(service: httpx.Client) -> str:
    """The address of a task that waits."""
    service.post(FULL, json=[TASK, {**TASK, "name": "second", "profit": 1}])
    return f"/api/v1/tasks/{Task.objects.get(name='second').id}"


def running(service: httpx.Client) -> str:
    """The address of a task that is scheduled."""
    service.post(FULL, json=[TASK])
    return f"/api/v1/tasks/{Task.objects.get(name='image').id}"


def edited_task(service: httpx.Client) -> Thing:
    path = waiting(service)
    return Thing(path, "PATCH", path, {"profit": 3}, other={"profit": 4})


def cancelled_task(service: httpx.Client) -> Thing:
    path = waiting(service)
    return Thing(path, "POST", f"{path}/cancel", None, other={"profit": 4})


def completed_task(service: httpx.Client) -> Thing:
    path = running(service)
    return Thing(path, "POST", f"{path}/complete", None)


def failed_task(service: httpx.Client) -> Thing:
    path = running(service)
    return Thing(path, "POST", f"{path}/fail", None)


def fleet(service: httpx.Client) -> Thing:
    return Thing("/api/v1/fleets/default", "PATCH", "/api/v1/fleets/default", {"name": "A"}, other={"name": "B"})


def deleted_fleet(service: httpx.Client) -> Thing:
    service.post("/api/v1/fleets", json={"name": "Spare"})
    path = "/api/v1/fleets/spare"
    return Thing(path, "DELETE", path, None, other={"name": "B"})


def satellite(service: httpx.Client) -> Thing:
    path = "/api/v1/fleets/default/satellites/default"
    return Thing(path, "PATCH", path, {"name": "A"}, other={"name": "B"})


def deleted_satellite(service: httpx.Client) -> Thing:
    service.post("/api/v1/fleets/default/satellites", json={"name": "spare"})
    path = "/api/v1/fleets/default/satellites/spare"
    return Thing(path, "DELETE", path, None, other={"name": "B"})


def elements(service: httpx.Client) -> Thing:
    path = "/api/v1/fleets/default/satellites/default/elements"
    service.put(path, json={"source": message(-3)})
    return Thing(path, "PUT", path, {"source": message(-2)}, other={"source": message(-1)})


def supply(service: httpx.Client) -> Thing:
    service.post("/api/v1/fleets/default/satellites/default/resources", json={"name": "disk/a", "capacity": 2})
    path = "/api/v1/fleets/default/satellites/default/resources/disk/a"
    return Thing(path, "PATCH", path, {"capacity": 3}, other={"capacity": 4})


def deleted_supply(service: httpx.Client) -> Thing:
    thing = supply(service)
    return Thing(thing.path, "DELETE", thing.path, None, other={"capacity": 4})


def shared(service: httpx.Client) -> Thing:
    service.post("/api/v1/fleets/default/resources", json={"name": "station", "capacity": 2})
    path = "/api/v1/fleets/default/resources/station"
    return Thing(path, "PATCH", path, {"capacity": 3}, other={"capacity": 4})


def deleted_shared(service: httpx.Client) -> Thing:
    thing = shared(service)
    return Thing(thing.path, "DELETE", thing.path, None, other={"capacity": 4})


def outage(service: httpx.Client) -> Thing:
    found = Satellite.objects.get()
    made = Outage.objects.create(fleet=found.fleet, satellite=found, starts=NOW, ends=NOW + timedelta(hours=1))
    path = f"/api/v1/fleets/default/outages/{made.id}"
    return Thing(path, "PATCH", path, {"words": "a"}, other={"words": "b"})


def deleted_outage(service: httpx.Client) -> Thing:
    thing = outage(service)
    return Thing(thing.path, "DELETE", thing.path, None, other={"words": "b"})


def deleted_pass(service: httpx.Client) -> Thing:
    found = Satellite.objects.get()
    made = Pass.objects.create(fleet=found.fleet, satellite=found, starts=NOW, ends=NOW + timedelta(hours=1))
    path = f"/api/v1/fleets/default/passes/{made.id}"
    return Thing(path, "DELETE", path, None)


def station(service: httpx.Client) -> Thing:
    path = "/api/v1/fleets/default/stations/north"
    made = {"latitude": 50, "longitude": 10}
    service.put(path, json=made)
    return Thing(path, "PUT", path, {**made, "name": "A"}, other={**made, "name": "B"})


def deleted_station(service: httpx.Client) -> Thing:
    thing = station(service)
    return Thing(thing.path, "DELETE", thing.path, None)


def product(service: httpx.Client) -> Thing:
    path = f"/api/v1/products/{offered().slug}"
    return Thing(path, "PATCH", path, {"title": "A"}, other={"title": "B"})


def deleted_product(service: httpx.Client) -> Thing:
    thing = product(service)
    return Thing(thing.path, "DELETE", thing.path, None, other={"title": "B"})


def webhook(service: httpx.Client) -> Thing:
    local = User.objects.get(username="local")
    made = register("https://hooks.example.org/", "", Act(local, NOW), allows_private=False)
    path = f"/api/v1/webhooks/{made.id}"
    return Thing(path, "PATCH", path, {"is_enabled": True}, other={"is_enabled": False})


def rotated_secret(service: httpx.Client) -> Thing:
    thing = webhook(service)
    return Thing(thing.read, "POST", f"{thing.read}/secret", {}, other={"is_enabled": False})


def deleted_webhook(service: httpx.Client) -> Thing:
    thing = webhook(service)
    return Thing(thing.path, "DELETE", thing.path, None, other={"is_enabled": False})


def key(service: httpx.Client) -> Thing:
    local = User.objects.get(username="local")
    Key.objects.create(visible="spare234", digest="", user=local, created=NOW)
    return Thing("/api/v1/keys/spare234", "DELETE", "/api/v1/keys/spare234", None)


def dead_batch(service: httpx.Client) -> Thing:
    service.post(FULL, json=[TASK])
    Batch.objects.update(state="dead", iteration=None)
    path = f"/api/v1/batches/{Batch.objects.get().id}"
    return Thing(path, "POST", f"{path}/requeue", None)


Make = Callable[[httpx.Client], Thing]
THINGS: list[Make] = [
    edited_task,
    cancelled_task,
    completed_task,
    failed_task,
    fleet,
    deleted_fleet,
    satellite,
    deleted_satellite,
    elements,
    supply,
    deleted_supply,
    shared,
    deleted_shared,
    outage,
    deleted_outage,
    deleted_pass,
    station,
    deleted_station,
    product,
    deleted_product,
    webhook,
    rotated_secret,
    deleted_webhook,
    key,
    dead_batch,
]


def tag(service: httpx.Client, thing: Thing) -> str:
    etag: str = service.get(thing.read).headers["ETag"]
    assert etag.startswith('"'), "a strong one"
    return etag


def change(service: httpx.Client, thing: Thing, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.request(thing.method, thing.path, json=thing.body, headers=named)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("make", "sent"),
    [
        *((make, OTHER) for make in THINGS),
        *((fleet, sent) for sent in STRANGE),
        *more((make, sent) for make in THINGS for sent in STRANGE if make is not fleet),
    ],
)
def test_what_is_not_as_it_was_seen_stays_as_it_is(service: httpx.Client, make: Make, sent: str) -> None:
    thing = make(service)
    before = service.get(thing.read)
    answer = change(service, thing, If_Match=sent)
    assert (answer.status_code, answer.headers["Content-Type"]) == (412, "application/problem+json")
    assert answer.json()["type"] == "urn:satselect:problem:precondition-failed"
    after = service.get(thing.read)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])


@pytest.mark.in_turn
@pytest.mark.parametrize("make", THINGS)
def test_what_is_as_it_was_seen_is_changed(service: httpx.Client, make: Make) -> None:
    thing = make(service)
    seen = tag(service, thing)
    answer = change(service, thing, If_Match=f'"older", {seen}')
    assert answer.status_code in (200, 201, 204), answer.text
    if thing.method != "DELETE":
        assert answer.headers["ETag"] == tag(service, thing)
        assert thing.body == {"is_enabled": True} or answer.headers["ETag"] != seen


@pytest.mark.in_turn
@pytest.mark.parametrize("make", THINGS)
def test_a_star_is_whatever_is_there(service: httpx.Client, make: Make) -> None:
    assert change(service, make(service), If_Match="*").status_code in (200, 201, 204)


@pytest.mark.in_turn
@pytest.mark.parametrize("make", THINGS)
def test_a_weak_tag_is_no_condition_that_a_change_can_meet(service: httpx.Client, make: Make) -> None:
    thing = make(service)
    assert change(service, thing, If_Match=f"W/{tag(service, thing)}").status_code == 412


@pytest.mark.in_turn
@pytest.mark.parametrize("make", THINGS)
def test_if_none_match_refuses_what_it_names(service: httpx.Client, make: Make) -> None:
    thing = make(service)
    assert change(service, thing, If_None_Match=tag(service, thing)).status_code == 412
    assert change(service, thing, If_None_Match="*").status_code == 412
    assert change(service, thing, If_None_Match=OTHER).status_code in (200, 201, 204)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "make",
    [
        make
        for make in THINGS
        if make not in (completed_task, failed_task, deleted_pass, deleted_station, key, dead_batch)
    ],
)
def test_the_older_of_two_pages_does_not_win(service: httpx.Client, make: Make) -> None:
    thing = make(service)
    seen = tag(service, thing)
    method = "PUT" if thing.method == "PUT" else "PATCH"
    assert service.request(method, thing.read, json=thing.other, headers={"If-Match": seen}).status_code == 200
    assert change(service, thing, If_Match=seen).status_code == 412
    assert change(service, thing, If_Match=tag(service, thing)).status_code in (200, 201, 204)


@pytest.mark.parametrize("report", ["fail", "complete", "cancel"])
@pytest.mark.parametrize("names_by", ["tag", "iteration", "both"])
def test_a_report_on_the_page_of_attempt_1_does_not_end_attempt_2(
    service: httpx.Client, report: str, names_by: str
) -> None:
    path = running(service)
    first = service.get(path)
    assert service.post(f"{path}/fail").json()["status"] == "buffered"
    service.post("/api/v1/fleets/default/iterations")
    assert service.get(path).json()["status"] == "scheduled"
    if names_by == "tag":
        answer = service.post(f"{path}/{report}", headers={"If-Match": first.headers["ETag"]})
    elif names_by == "iteration":
        answer = service.post(f"{path}/{report}", json={"iteration": first.json()["iteration"]})
    else:
        told = {"If-Match": first.headers["ETag"]}
        answer = service.post(f"{path}/{report}", json={"iteration": first.json()["iteration"]}, headers=told)
    assert answer.status_code == (409 if names_by == "iteration" else 412)
    assert (service.get(path).json()["status"], service.get(path).json()["attempts"]) == ("scheduled", 1)


MAKING: dict[str, object] = {
    FULL: [TASK],
    "/api/tasks/": [TASK],
    "/api/v1/fleets": {"name": "New"},
    "/api/v1/fleets/default/satellites": {"name": "New"},
    "/api/v1/fleets/default/resources": {"name": "new"},
    "/api/v1/fleets/default/satellites/default/resources": {"name": "new"},
    "/api/v1/fleets/default/outages": {"satellite": "default"},
    "/api/v1/fleets/default/passes": {"passes": []},
    "/api/v1/fleets/default/iterations": None,
    "/api/v1/webhooks": {"address": "https://hooks.example.org/"},
    "/api/v1/keys": {},
    "/api/v1/selections": {"tasks": []},
    "/api/v1/fleets/default/opportunities/search": {
        "target": {"geometry": {"type": "Point", "coordinates": [13.4, 52.5]}},
        "from": "2026-12-01T00:00:00Z",
        "until": "2026-12-02T00:00:00Z",
    },
}


@pytest.mark.parametrize("path", MAKING)
def test_what_is_made_can_match_no_tag(service: httpx.Client, path: str) -> None:
    assert service.post(path, json=MAKING[path], headers={"If-Match": OTHER}).status_code == 412
    assert not Task.objects.exists()
    assert service.post(path, json=MAKING[path], headers={"If-Match": "*"}).status_code in (200, 201)


TRIAL = "/api/v1/webhooks/{webhook_id}/test"
PRODUCTS = "/api/v1/products"


def test_a_trial_can_match_no_tag(service: httpx.Client) -> None:
    made = service.post("/api/v1/webhooks", json={"address": "https://hooks.example.org/"}).json()
    assert service.post(TRIAL.format(webhook_id=made["id"]), headers={"If-Match": OTHER}).status_code == 412


def test_a_new_product_can_match_no_tag(service: httpx.Client) -> None:
    assert service.post(PRODUCTS, json={}, headers={"If-Match": OTHER}).status_code == 412


def test_every_call_that_changes_something_is_tried_here(service: httpx.Client) -> None:
    paths = service.get("/api/openapi.json").json()["paths"]
    methods = [(method, path, call) for path, calls in paths.items() for method, call in calls.items()]
    heeding = [
        call["operationId"]
        for method, _, call in methods
        if method != "get" and any(each["name"] == "If-Match" for each in call.get("parameters", ()))
    ]
    others = {path for method, path, _ in methods if method != "get"}
    made = {path.replace("default/satellites/default", "{fleet}/satellites/{satellite}") for path in MAKING}
    made = {path.replace("fleets/default", "fleets/{fleet}") for path in made} | {TRIAL, PRODUCTS}
    assert len(heeding) == len(THINGS)
    assert len([1 for method, path, _ in methods if method != "get" and path not in made]) == len(THINGS)
    assert made <= others


READ = [
    "/api/v1/tasks",
    "/api/v1/fleets",
    "/api/v1/fleets/default/iterations",
    "/api/v1/fleets/default/satellites",
    "/api/v1/fleets/default/satellites/default/resources",
    "/api/v1/fleets/default/resources",
    "/api/v1/fleets/default/satellites/default/elements/history",
    "/api/v1/fleets/default/outages",
    "/api/v1/fleets/default/passes",
    "/api/v1/fleets/default/stations",
    "/api/v1/webhooks",
    "/api/v1/keys",
    "/api/v1/me",
    "/api/v1/audit",
    "/api/v1/iterations/{iteration}",
    "/api/v1/tasks/{task}",
    "/api/v1/tasks/{task}/history",
    "/api/v1/tasks/{task}/explanation",
]


@pytest.mark.parametrize("path", READ)
def test_what_is_known_is_not_sent_again(service: httpx.Client, path: str) -> None:
    made = service.post(FULL, json=[TASK]).json()
    path = path.format(iteration=made["id"], task=made["tasks"][0]["id"])
    first = service.get(path)
    etag = first.headers["ETag"]
    for sent in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = service.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    for sent in (OTHER, "nonsense"):
        assert service.get(path, headers={"If-None-Match": sent}).content == first.content
    assert service.get(path, headers={"If-Match": OTHER}).status_code == 412
    assert service.get(path, headers={"If-Match": etag}).status_code == 200
    assert (first.headers["Cache-Control"], "authorizationToken" in first.headers["Vary"]) == (
        "private, no-cache",
        True,
    )


@pytest.mark.in_turn
def test_what_only_the_new_state_makes_wrong_is_told_to_who_saw_it(service: httpx.Client) -> None:
    path = waiting(service)
    seen = service.get(path).headers["ETag"]
    assert service.patch(path, json={"not_before": "2099-06-01T00:00:00Z"}).status_code == 200
    sooner = {"deadline": "2099-05-01T00:00:00Z"}
    assert service.patch(path, json=sooner, headers={"If-Match": seen}).status_code == 412
    now = service.get(path).headers["ETag"]
    assert service.patch(path, json=sooner, headers={"If-Match": now}).status_code == 422
    assert service.patch(path, json={"profit": "much"}, headers={"If-Match": seen}).status_code == 422


def test_a_busy_buffer_does_not_stop_who_edits_the_fleet(service: httpx.Client) -> None:
    path = "/api/v1/fleets/default"
    seen = service.get(path).headers["ETag"]
    waiting(service)
    assert service.get(path, headers={"If-None-Match": seen}).json()["buffered"] == 1
    assert service.patch(path, json={"name": "A"}, headers={"If-Match": seen}).status_code == 200
    assert service.patch(path, json={"name": "B"}, headers={"If-Match": seen}).status_code == 412


@pytest.mark.parametrize("make", [edited_task, fleet, satellite, supply, outage])
def test_of_many_who_saw_the_same_one_changes_it(service: httpx.Client, make: Make) -> None:
    thing = make(service)
    seen, start = tag(service, thing), threading.Barrier(8)
    assert isinstance(thing.body, dict)
    ((name, value),) = thing.body.items()

    def patch(number: int) -> int:
        body = {name: f"{value}{number}" if isinstance(value, str) else value + number}
        start.wait(20)
        with httpx.Client(base_url=service.base_url, timeout=30, verify=NO_TLS) as own:
            return own.patch(thing.path, json=body, headers={"If-Match": seen}).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(patch, range(8)))
    assert set(statuses[1:]) <= {409, 412}, "or it was read in between, which is told, too"
    assert statuses.count(200) == 1


def test_two_who_change_different_fields_of_an_outage_both_do(service: httpx.Client) -> None:
    thing = outage(service)
    until = (NOW + timedelta(hours=9)).isoformat()
    for _ in range(10):
        with ThreadPoolExecutor(2) as threads:
            made = threads.map(
                lambda body: httpx.patch(f"{service.base_url}{thing.path}", json=body, timeout=30, verify=NO_TLS),
                [{"words": "a"}, {"until": until}],
            )
            assert [answer.status_code for answer in made] == [200, 200]
        shown = service.get(thing.path).json()
        assert (shown["words"], shown["until"]) == ("a", "2026-11-23T21:00:00Z")
        service.patch(thing.path, json={"words": None, "until": None})
