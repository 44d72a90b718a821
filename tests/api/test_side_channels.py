"""What a customer of an open fleet sees does not depend on how much others do there, or what they call things."""

import json
import re
from typing import Any

import httpx
import pytest

from satselect.application.act import Act
from satselect.application.fleets.stations import put_station
from satselect.application.planning.settle import settle
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.application.webhooks.fan_out import fan_out
from satselect.application.webhooks.register import register
from satselect.schemas.planning.stations import NewStation
from satselect.store.models import Batch, Event, Fleet, Iteration, Key, Resource, Task, User
from tests.api.test_access import PROMISED, SHARED, offered, past_outage, past_pass
from tests.application.buffers import NOW, task
from tests.people import bearer, key_of, user
from tests.planners import planner

FLEET = "/api/v1/fleets/default"
TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
ROUTES = [
    route for route, statuses in PROMISED.items() if route[0] == "GET" and statuses[1] < 400 and route[1][:5] == "/api/"
] + [("GET", f"{SHARED}/{{resource}}")]
MORE = ("", "?limit=1")


def submitted(owner: User, *names: str, resource: str, profit: float = 1) -> None:
    tasks = [task(name, resource.format(name), profit=profit) for name in names]
    batch = Submission(fleet="default", account_id=owner.account_id, user_id=owner.id, tasks=tasks, digest="")
    settle(planner(5), submit(batch, at=NOW).batch)


def busy(other: User, count: int = 50) -> None:
    """Somebody else submits tasks that use nothing of what the customer uses, some at a time."""
    for place in range(0, count, 10):
        names = [f"t{number}" for number in range(place, place + 10)]
        submitted(other, *names, resource="other {}")
        submitted(other, *names, resource=f"other t{place}")


class Customer:
    """A customer with a task that is scheduled, one that waits, a webhook with a delivery; and what they get."""

    def __init__(self, client: httpx.Client) -> None:
        self.user = user("owner", "customer")
        self.client, self.headers = client, bearer(key_of(self.user))
        webhook = register("https://hooks.example.org/", "", Act(self.user, NOW), allows_private=False)
        submitted(self.user, "image", resource="camera", profit=9)
        submitted(self.user, "second", resource="disk", profit=9)
        submitted(self.user, "waits", "wins", resource="antenna")
        submitted(self.user, "third", resource="disk")  # and now the one that waited is scheduled, too
        later = task("later", "antenna", not_before="2099-01-01T00:00:00Z")
        batch = Submission(
            fleet="default", account_id=self.user.account_id, user_id=self.user.id, tasks=[later], digest=""
        )
        settle(planner(5), submit(batch, at=NOW).batch)
        fan_out(at=NOW)
        put_station(
            Fleet.objects.get(slug="default"), "north", NewStation(latitude=50, longitude=10), Act(self.user, NOW)
        )
        self.places: dict[str, object] = {
            "task_id": Task.objects.get(name="later").id,
            "iteration_id": Iteration.objects.earliest("version").id,
            "batch_id": Batch.objects.earliest("seq").id,
            "fleet": "default",
            "satellite": "default",
            "resource": "camera",
            "outage": past_outage().id,
            "contact": past_pass().id,
            "product": offered().slug,
            "station": "north",
            "webhook_id": webhook.id,
            "visible": Key.objects.get(user=self.user).visible,
        }

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={**self.headers, **headers})

    def everything(self) -> dict[str, object]:
        """Every answer by its address; of positions only that they are there."""
        found: dict[str, object] = {}
        for _, path in ROUTES:
            events = path == "/api/v1/events"
            for query in ("?follow=false&after=0", "?follow=false") if events else MORE:
                answer = self.get(path.format(**self.places) + query)
                kept = {name: answer.headers.get(name) for name in ("ETag", "Link", "Content-Length")}
                found[path + query] = answer.status_code, kept, TOKEN.sub("token", answer.text)
        return found


@pytest.fixture
def customer(guarded: httpx.Client) -> Customer:
    return Customer(guarded)


@pytest.fixture
def other() -> User:
    return user("other", "customer")


def told(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


def ids(text: str) -> list[str]:
    return [line[4:] for line in text.splitlines() if line.startswith("id: ")]


def test_what_a_customer_gets_is_the_same_whatever_others_do(customer: Customer, other: User) -> None:
    submitted(other, "before", resource="other {}")
    before = customer.everything()
    busy(other)
    assert Resource.objects.filter(name__startswith="other").count() > 50
    after = customer.everything()
    assert {path: after[path] for path in after if after[path] != before[path]} == {}
    assert "other" not in json.dumps(after, default=str)


def test_a_customer_pages_through_own_iterations_by_tokens(customer: Customer, other: User) -> None:
    whole = [item["id"] for item in customer.get(f"{FLEET}/iterations").json()["items"]]
    busy(other, 10)
    path: str | None = f"{FLEET}/iterations?limit=1"
    found, cursors = [], []
    while path:
        page = customer.get(path).json()
        found += [item["id"] for item in page["items"]]
        path = page["next"]
        cursors += TOKEN.findall(path or "")
    assert found == whole
    assert len(set(cursors)) == len(cursors) == len(whole) - 1


def test_events_of_a_customer_have_growing_numbers_that_count_nothing(customer: Customer, other: User) -> None:
    busy(other, 10)
    submitted(customer.user, "late", resource="late")
    text = customer.get("/api/v1/events?follow=false&after=0").text
    numbers = [event["number"] for event in told(text)]
    assert numbers == sorted(set(numbers))
    assert min(numbers) > Fleet.objects.get().event_number * 1_000  # microseconds, which an integer of JSON holds
    assert max(numbers) < 2**53
    assert all(len(id) == 43 for id in ids(text))
    assert len(set(ids(text))) == len(ids(text))


@pytest.mark.parametrize("by", ["parameter", "header"])
def test_a_customer_resumes_after_any_position(customer: Customer, other: User, by: str) -> None:
    text = customer.get("/api/v1/events?follow=false&after=0").text
    whole, positions = told(text), ids(text)
    busy(other, 10)
    for place, position in enumerate(positions[:-1]):
        query = f"&after={position}" if by == "parameter" else ""
        headers = {} if by == "parameter" else {"Last-Event-ID": position}
        answer = customer.get(f"/api/v1/events?follow=false{query}", **headers)
        assert told(answer.text) == whole[place + 1 :]


def test_two_positions_of_the_same_place_do_not_compare(customer: Customer) -> None:
    here = [ids(customer.get("/api/v1/events?follow=false").text)[0] for _ in range(20)]
    assert len(set(here)) == 20
    assert len({position[0] for position in here}) > 1


def test_numbers_and_tokens_that_were_not_given_are_refused(customer: Customer) -> None:
    (position,) = ids(customer.get("/api/v1/events?follow=false").text)
    cursor = TOKEN.findall(customer.get(f"{FLEET}/iterations?limit=1").json()["next"])[0]
    wrong = [position[:place] + ("A" if position[place] != "A" else "B") + position[place + 1 :] for place in range(43)]
    for after in ["1", "99", *wrong, cursor]:
        answer = customer.get(f"/api/v1/events?follow=false&after={after}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "after")
        answer = customer.get(f"{FLEET}/iterations?cursor={after if after != cursor else position}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor")
    answer = customer.get("/api/v1/events?follow=false", **{"Last-Event-ID": wrong[0]})
    assert (answer.status_code, answer.json()["errors"][0]["header"]) == (400, "Last-Event-ID")


def test_who_had_plain_numbers_is_told_all_that_is_kept(customer: Customer) -> None:
    answer = customer.get("/api/v1/events?follow=false", **{"Last-Event-ID": "5"})
    assert told(answer.text) == told(customer.get("/api/v1/events?follow=false&after=0").text)


def test_a_gap_tells_a_customer_no_numbers(customer: Customer) -> None:
    Event.objects.order_by("number")[0].delete()
    gap, *_ = told(customer.get("/api/v1/events?follow=false&after=0").text)
    assert gap == {"kind": "gap", "number": 0, "after": 0, "fleet": "default"}


def test_a_delivery_has_the_number_of_its_body(customer: Customer) -> None:
    listed = customer.get(f"/api/v1/webhooks/{customer.places['webhook_id']}/deliveries").json()["items"]
    events = [event["number"] for event in told(customer.get("/api/v1/events?follow=false&after=0").text)]
    assert len(listed) == 4
    assert {item["number"] for item in listed} < set(events)


def test_operators_keep_plain_numbers(customer: Customer) -> None:
    headers = bearer(key_of(user("operator", "operator")))
    there = Fleet.objects.get().event_number  # the fleet may iterate by itself meanwhile
    text = customer.client.get("/api/v1/events?follow=false&after=2", headers=headers).text
    numbers = [event["number"] for event in told(text)]
    assert numbers == list(range(3, numbers[-1] + 1))
    assert there <= numbers[-1] <= Fleet.objects.get().event_number
    assert ids(text)[-1] == str(numbers[-1])
    before = Iteration.objects.latest("version").version
    page = customer.client.get(f"{FLEET}/iterations?limit=1", headers=headers).json()
    cursor = page["next"].partition("cursor=")[2]
    assert before <= int(cursor) <= Iteration.objects.latest("version").version


def test_a_name_is_shown_to_who_used_it_and_once_an_operator_gave_it_to_all(customer: Customer, other: User) -> None:
    submitted(other, "image", resource="secret")
    path = f"{FLEET}/satellites/default/resources"
    boss = bearer(key_of(user("operator", "operator")))

    def names(headers: dict[str, str]) -> list[str]:
        return [item["name"] for item in customer.client.get(path, headers=headers).json()["items"]]

    assert names(customer.headers) == ["antenna", "camera", "disk"]
    assert names(bearer(key_of(other))) == ["secret"]
    assert customer.get(f"{path}/secret").status_code == 404
    assert names(boss) == ["antenna", "camera", "disk", "secret"]
    customer.client.post(f"{FLEET}/outages", json={"satellite": "default", "resource": "secret"}, headers=boss)
    assert [item["resource"] for item in customer.get(f"{FLEET}/outages").json()["items"]] == [None]
    assert customer.client.patch(f"{path}/secret", json={"capacity": 2}, headers=boss).status_code == 200
    assert names(customer.headers) == ["antenna", "camera", "disk", "secret"]
    customer.client.post(path, json={"name": "made", "capacity": 1}, headers=boss)
    assert "made" in names(bearer(key_of(other)))


def test_executors_see_part_and_get_tokens_too(customer: Customer) -> None:
    headers = bearer(key_of(user("executor", "executor", fleets=["default"])))
    text = customer.client.get("/api/v1/events?follow=false&after=0", headers=headers).text
    assert all(len(id) == 43 for id in ids(text))
    assert len(told(text)) == 5
