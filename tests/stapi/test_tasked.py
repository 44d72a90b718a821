"""What others do to an order: an executor fetches it, fails at it, completes it; an operator takes it back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from satselect.store.models import Assignment
from tests.people import bearer, key_of, user
from tests.services import NO_TLS
from tests.stapi.worlds import FLEET, interval, iterate, offer, order, status

Json = dict[str, object]
People = dict[str, httpx.Client]


@pytest.fixture
def people(guarded: httpx.Client) -> Iterator[People]:
    with ExitStack() as open_ones:

        def client(name: str, role: str, **facts: object) -> httpx.Client:
            headers = bearer(key_of(user(name, role, **facts)))
            made = httpx.Client(base_url=guarded.base_url, headers=headers, verify=NO_TLS, timeout=30)
            return open_ones.enter_context(made)

        made = {"operator": client("operator", "operator"), "customer": client("customer", "customer")}
        offer(made["operator"])
        yield made | {"executor": client("executor", "executor", fleets=["orbit"])}


def code(people: People, placed: httpx.Response) -> str:
    return str(status(people["customer"], placed)["status_code"])


def planned(people: People, **fields: object) -> httpx.Response:
    placed = order(people["customer"], **fields)  # type: ignore[arg-type]
    iterate(people["operator"])
    return placed


def freeze(people: People) -> None:
    people["operator"].patch(FLEET, json={"frozen_s": 7200.0}).raise_for_status()


FETCHES: list[Callable[[str], str]] = [
    lambda id: f"/api/v1/tasks/{id}",
    lambda _: "/api/v1/tasks?status=scheduled",
    lambda _: f"{FLEET}/plan",
    lambda _: f"{FLEET}/plan?format=csv",
]


@pytest.mark.parametrize("where", FETCHES)
def test_an_order_is_tasked_once_it_is_frozen_and_its_executor_fetched_it(
    people: People, where: Callable[[str], str]
) -> None:
    placed = planned(people)
    path = where(placed.json()["id"])
    freeze(people)
    for name in ("operator", "customer"):
        people[name].get(path).raise_for_status()
    assert code(people, placed) == "scheduled", "who looks does not execute"
    people["executor"].get(path).raise_for_status()
    assert code(people, placed) == "tasked"
    fetched = Assignment.objects.get().fetched
    people["executor"].get(path).raise_for_status()
    assert Assignment.objects.get().fetched == fetched
    history = people["customer"].get(f"{placed.headers['Location']}/statuses").json()["statuses"]
    assert [one["status_code"] for one in history] == ["tasked", "scheduled", "accepted", "received"]
    assert history[0]["satellite"] == "sat-1"
    people["executor"].post(f"/api/v1/tasks/{placed.json()['id']}/complete").raise_for_status()
    assert code(people, placed) == "completed"


def test_what_was_fetched_early_is_tasked_when_it_is_frozen_as_it_was(people: People) -> None:
    placed = planned(people)
    people["executor"].get(f"{FLEET}/plan").raise_for_status()
    assert code(people, placed) == "accepted"
    freeze(people)
    assert code(people, placed) == "tasked"


def test_what_moved_since_it_was_fetched_has_to_be_fetched_again(people: People) -> None:
    placed = planned(people, datetime=interval(1, 2))
    people["executor"].get(f"{FLEET}/plan").raise_for_status()
    out = interval(0.9, 1.4).split("/")
    sent = {"satellite": "sat-1", "from": out[0], "until": out[1]}
    people["operator"].post(f"{FLEET}/outages", json=sent).raise_for_status()
    iterate(people["operator"])
    freeze(people)
    assert code(people, placed) == "scheduled"
    people["executor"].get(f"{FLEET}/plan").raise_for_status()
    assert code(people, placed) == "tasked"


def test_an_order_that_failed_and_may_be_tried_again_is_accepted_again(people: People) -> None:
    placed = order(people["customer"])
    task = f"/api/v1/tasks/{placed.json()['id']}"
    people["customer"].patch(task, json={"max_attempts": 2}).raise_for_status()
    iterate(people["operator"])
    people["executor"].get(task).raise_for_status()
    people["executor"].post(f"{task}/fail", json={"words": "the shutter stuck"}).raise_for_status()
    told = status(people["customer"], placed)
    assert (told["status_code"], told["reason_code"], told["reason_text"]) == ("accepted", "retry", "the shutter stuck")
    iterate(people["operator"])
    assert status(people["customer"], placed)["reason_code"] == "planned"


def test_an_operator_cancels_with_words_and_is_not_the_customer(people: People) -> None:
    placed = planned(people)
    cancel = f"/api/v1/tasks/{placed.json()['id']}/cancel"
    people["operator"].post(cancel, json={"words": "the camera is lost"}).raise_for_status()
    told = status(people["customer"], placed)
    assert (told["status_code"], told["reason_text"]) == ("cancelled", "the camera is lost")
    assert "reason_code" not in told
