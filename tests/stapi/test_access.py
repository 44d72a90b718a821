"""Two customers never see each other's orders, and nobody orders without a key."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.people import bearer, key_of, user
from tests.services import NO_TLS
from tests.stapi.worlds import BERLIN, interval, offer, order

DATABASES = ["sqlite"]
PATHS = ("/products", "/products/wide", "/products/wide/queryables", "/products/wide/order-parameters", "/orders")


@pytest.fixture
def people(guarded: httpx.Client) -> Iterator[dict[str, httpx.Client]]:
    """A client for each of them."""
    made = {
        "anna": user("anna", "customer"),
        "colleague": user("colleague", "customer", account="anna"),
        "berta": user("berta", "customer"),
        "operator": user("operator", "operator"),
        "executor": user("executor", "executor"),
    }
    with ExitStack() as open_ones:
        clients = {}
        for name, someone in made.items():
            headers = bearer(key_of(someone))
            client = httpx.Client(base_url=guarded.base_url, headers=headers, verify=NO_TLS, timeout=30)
            clients[name] = open_ones.enter_context(client)
        offer(clients["operator"])
        yield clients


def test_orders_exist_for_their_account_and_for_operators(people: dict[str, httpx.Client]) -> None:
    placed = order(people["anna"], key="one")
    path = placed.headers["Location"]
    order(people["berta"], key="one")
    seen = {name: client.get(path).status_code for name, client in people.items()}
    assert seen == {"anna": 200, "colleague": 200, "berta": 404, "operator": 200, "executor": 404}
    assert people["berta"].get(f"{path}/statuses").status_code == 404
    listed = {name: client.get("/orders").json()["numberMatched"] for name, client in people.items()}
    assert listed == {"anna": 1, "colleague": 1, "berta": 1, "operator": 2, "executor": 0}
    assert people["berta"].get(f"/orders?next={placed.json()['id']}").status_code == 404
    assert people["berta"].post(f"/api/v1/tasks/{placed.json()['id']}/cancel").status_code == 404


def test_what_is_free_is_told_where_break_even_profits_are(people: dict[str, httpx.Client]) -> None:
    wish = {"datetime": interval(), "geometry": BERLIN}

    def told(name: str) -> set[bool]:
        found = people[name].post("/products/wide/opportunities", json=wish).json()["features"]
        return {"satselect:free" in one["properties"] for one in found}

    assert told("anna") == told("operator") == {True}
    people["operator"].patch("/api/v1/fleets/orbit", json={"shows_break_even": False})
    assert (told("anna"), told("operator")) == ({False}, {True})


def test_executors_order_nothing_and_see_products_of_their_fleets_only(people: dict[str, httpx.Client]) -> None:
    assert people["executor"].get("/products").json()["products"] == []
    assert people["executor"].get("/products/wide").status_code == 404
    body = {"datetime": interval(), "geometry": BERLIN, "order_parameters": {}}
    assert people["executor"].post("/products/wide/orders", json=body).status_code == 403


def test_without_a_key_there_is_the_landing_page_and_nothing_else(
    guarded: httpx.Client, people: dict[str, httpx.Client]
) -> None:
    assert guarded.get("/").status_code == guarded.get("/conformance").status_code == 200
    for path in PATHS:
        answer = guarded.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert guarded.post("/products/wide/orders", content=b"{").status_code == 401
    assert guarded.post("/products/wide/opportunities", content=b"{").status_code == 401
