"""Searches whose clients do not wait: stored, worked off by whoever does that, and read later."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from satselect.application.ordering.searches import records
from satselect.store.models import OpportunitySearch
from tests.people import bearer, key_of, user
from tests.services import NO_TLS
from tests.stapi.worlds import ASYNC, BERLIN, FLEET, Json, interval, link_of, offer, order, over, search

DATABASES = ["sqlite"]


def test_what_the_service_offers_says_so(service: httpx.Client) -> None:
    offer(service)
    landing = service.get("/").json()
    base = "https://stapi.example.com/v0.1.0"
    assert {f"{base}/searches-opportunity", f"{base}/searches-opportunity-statuses"} <= set(landing["conformsTo"])
    assert f"{base}/opportunities-async" in service.get("/products/wide").json()["conformsTo"]
    assert link_of(landing, "search-records") == link_of(landing, "opportunity-search-records")
    assert service.get(link_of(landing, "search-records")).json()["search_records"] == []


def test_searches_are_listed_newest_first_in_pages(service: httpx.Client) -> None:
    offer(service)
    ids = [over(service, search(service))["id"] for _ in range(3)]
    first = service.get("/searches/opportunities", params={"limit": 2}).json()
    assert [one["id"] for one in first["search_records"]] == ids[:0:-1]
    second = service.get(link_of(first, "next")).json()
    assert [one["id"] for one in second["search_records"]] == ids[:1]
    assert "next" not in {link["rel"] for link in second["links"]}
    for path in ("?next=none", f"/{uuid4()}", f"/{uuid4()}/statuses", "/none"):
        assert service.get(f"/searches/opportunities{path}").status_code == 404
    assert service.get("/searches/opportunities?limit=x").status_code == 422
    assert service.get(f"/products/other/opportunities/{ids[0]}").status_code == 404


def test_what_was_found_comes_in_pages(service: httpx.Client) -> None:
    offer(service)
    for slug in ("sat-2", "sat-3"):
        service.post(f"{FLEET}/satellites", json={"name": slug, "satellite": slug})
        service.post(f"{FLEET}/satellites/{slug}/resources", json={"name": "camera"})
    record = over(service, search(service, limit=1))
    where = link_of(record, "opportunities")
    assert len(service.get(where).json()["features"]) == 3
    first = service.get(where, params={"limit": 2}).json()
    rest = service.get(link_of(first, "next")).json()
    slugs = [one["properties"]["satellite"] for one in first["features"] + rest["features"]]
    assert (slugs, "next" in {link["rel"] for link in rest["links"]}) == (["sat-1", "sat-2", "sat-3"], False)
    assert service.get(f"{where}?next=9").status_code == 404


def test_what_lacks_what_the_product_needs_is_not_found(service: httpx.Client) -> None:
    offer(service)
    service.post(f"{FLEET}/satellites", json={"name": "sat-0", "satellite": "sat-0"}).raise_for_status()
    at_once = service.post("/products/wide/opportunities", json={"datetime": interval(), "geometry": BERLIN}).json()
    record = over(service, search(service))
    assert record["status"]["status_code"] == "completed"
    for found in (at_once, service.get(link_of(record, "opportunities")).json()):
        assert [one["properties"]["satellite"] for one in found["features"]] == ["sat-1"]
    without = over(service, search(service, filter={"op": "=", "args": [{"property": "satellite"}, "sat-0"]}))
    assert (without["status"]["status_code"], without["status"]["reason_code"]) == ("completed", "unavailable")


def test_what_is_malformed_is_refused_at_once_and_what_can_not_be_is_said(service: httpx.Client) -> None:
    offer(service)
    for fields in ({"filter": {"op": "nonsense"}}, {"datetime": 5}, {"geometry": {"type": "MultiPoint"}}, {"other": 1}):
        assert search(service, **fields).status_code == 422
    assert search(service, product="none").status_code == 404
    assert service.get("/searches/opportunities").json()["search_records"] == []
    past = over(service, search(service, datetime="2020-01-01T00:00:00Z/2020-01-02T00:00:00Z"))
    assert (past["status"]["status_code"], past["status"]["reason_code"]) == ("completed", "no_opportunity")
    assert service.get(link_of(past, "opportunities")).json()["features"] == []


def test_a_search_that_can_not_be_worked_off_fails_and_says_why(service: httpx.Client) -> None:
    offer(service)
    # A sight of half the Earth for weeks is more than one search may look for.
    for number in range(2, 12):
        service.post(f"{FLEET}/satellites", json={"name": f"sat-{number}", "satellite": f"sat-{number}"})
    sharp = {"product": "sharp", "sight": {"maximum_off_nadir": 30.0, "swath_km": 5000.0}, "geometries": ["LineString"]}
    service.patch(FLEET, json={"horizon_s": 86400.0 * 30})
    body = service.get("/api/v1/products/wide").json() | sharp
    assert service.post("/api/v1/products", json=body).status_code == 201
    line = {"type": "LineString", "coordinates": [[-60, -40], [60, 40], [-60, 40], [60, -40]]}
    asked = search(service, product="sharp", geometry=line, datetime=interval(1, 24 * 29))
    status = over(service, asked)["status"]
    assert (status["status_code"], status["reason_code"]) == ("failed", "invalid_request")
    assert "too much for one search" in status["reason_text"]


@pytest.fixture
def people(guarded: httpx.Client) -> Iterator[dict[str, httpx.Client]]:
    made = {
        "anna": user("anna", "customer"),
        "colleague": user("colleague", "customer", account="anna"),
        "berta": user("berta", "customer"),
        "operator": user("operator", "operator"),
        "executor": user("executor", "executor"),
    }
    clients = {
        name: httpx.Client(base_url=guarded.base_url, headers=bearer(key_of(someone)), verify=NO_TLS, timeout=30)
        for name, someone in made.items()
    }
    offer(clients["operator"])
    yield clients
    for client in clients.values():
        client.close()


def test_searches_are_those_of_their_account_and_seen_by_operators(
    people: dict[str, httpx.Client], guarded: httpx.Client
) -> None:
    record = over(people["anna"], search(people["anna"]))
    own = over(people["operator"], search(people["operator"]))
    for path in (f"/searches/opportunities/{record['id']}", f"/searches/opportunities/{record['id']}/statuses"):
        seen = {name: client.get(path).status_code for name, client in people.items()}
        assert seen == {"anna": 200, "colleague": 200, "berta": 404, "operator": 200, "executor": 404}
        assert guarded.get(path).status_code == 401
    seen = {name: client.get(link_of(record, "opportunities")).status_code for name, client in people.items()}
    assert seen == {"anna": 200, "colleague": 200, "berta": 404, "operator": 200, "executor": 404}
    lists = {name: client.get("/searches/opportunities").json()["search_records"] for name, client in people.items()}
    told = {name: [one["id"] for one in some] for name, some in lists.items()}
    mine = [record["id"]]
    assert told == {"anna": mine, "colleague": mine, "berta": [], "operator": [own["id"], *mine], "executor": []}
    assert people["berta"].get(f"/searches/opportunities?next={record['id']}").status_code == 404
    assert search(people["executor"]).status_code == 404
    assert guarded.post("/products/wide/opportunities", content=b"{", headers=ASYNC).status_code == 401


def test_what_a_fleet_does_not_show_any_more_is_not_told_of_earlier_searches(people: dict[str, httpx.Client]) -> None:
    record = over(people["anna"], search(people["anna"]))

    names = {f"satselect:{name}" for name in ("free", "price", "break_even", "wins_with")}

    def told(name: str, where: str = link_of(record, "opportunities")) -> set[str]:
        features: list[Json] = people[name].get(where).json()["features"]
        return names & set(features[0]["properties"])

    assert told("anna") == told("operator") == names
    people["operator"].patch(FLEET, json={"shows_break_even": False})
    assert (told("anna"), told("operator")) == (set(), names)
    later = link_of(over(people["anna"], search(people["anna"])), "opportunities")
    assert (told("anna", later), told("operator", later)) == (set(), set()), "nobody worked it out for her"


def test_as_many_as_one_may_have_under_way_and_no_more(service: httpx.Client) -> None:
    offer(service)
    over(service, search(service))
    row = OpportunitySearch.objects.get()
    waiting = {"state": "in_progress", "claimed_until": row.created.replace(year=9000), "ended": None}
    fields = {"account_id": row.account_id, "user_id": row.user_id, "product_id": row.product_id, "wish": row.wish}
    ids = [row.id.__class__(int=row.id.int + number) for number in range(1, records.MOST_OPEN + 1)]
    OpportunitySearch.objects.bulk_create(
        OpportunitySearch(id=id, created=row.created, **fields, **waiting) for id in ids
    )
    assert search(service).status_code == 429
    OpportunitySearch.objects.filter(id=ids[0]).delete()
    assert search(service).status_code == 201


def test_a_product_that_was_searched_for_and_never_ordered_can_be_deleted(service: httpx.Client) -> None:
    offer(service)
    over(service, search(service))
    assert service.delete("/api/v1/products/wide").status_code == 204
    assert service.get("/searches/opportunities").json()["search_records"] == []


def test_orders_know_nothing_of_searches(service: httpx.Client) -> None:
    offer(service)
    over(service, search(service))
    assert service.get("/orders").json()["features"] == []
    order(service)
    assert len(service.get("/searches/opportunities").json()["search_records"]) == 1


def test_a_search_that_is_asked_for_again_with_its_key_is_the_same_one(
    people: dict[str, httpx.Client], guarded: httpx.Client
) -> None:
    body = {"datetime": interval(), "geometry": BERLIN}
    where = "/products/wide/opportunities"

    def ask(name: str, key: str = "one", **fields: object) -> httpx.Response:
        headers = {**ASYNC, "Idempotency-Key": key}
        return people[name].post(where, json={**body, **fields}, headers=headers)

    first = ask("anna")
    done = over(people["anna"], first)
    for again in (ask("anna"), ask("colleague")):
        assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
        assert again.json() == done, "as it is now"
    other = ask("anna", datetime=interval(1, 3))
    assert (other.status_code, other.headers["Content-Type"]) == (422, "application/json")
    assert other.json()["type"] == "urn:satselect:problem:idempotency-key-reused", other.text
    for one in (ask("berta"), ask("anna", "two")):
        assert one.json()["id"] != done["id"]
    assert ask("anna", "x" * 256).status_code == 400
    assert len(people["anna"].get("/searches/opportunities").json()["search_records"]) == 2


def test_one_key_sent_many_times_at_once_is_one_search(people: dict[str, httpx.Client]) -> None:
    body = {"datetime": interval(), "geometry": BERLIN}

    def ask(number: int) -> httpx.Response:
        client = people[("anna", "colleague")[number % 2]]
        return client.post("/products/wide/opportunities", json=body, headers={**ASYNC, "Idempotency-Key": "one"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(16)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1
