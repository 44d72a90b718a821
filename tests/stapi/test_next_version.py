"""STAPI 0.2.0, as it is before its release, where a service is told to speak it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.databases import Database
from tests.services import NO_TLS, Services
from tests.stapi.worlds import ASYNC, BERLIN, interval, iterate, offer, over

DATABASES = ["sqlite"]
VERSION = "0.2.0"
BASE = "https://stapi.example.com/v0.2.0/"
OLD = {"search_records", "opportunity_request"}
Json = dict[str, Any]


@pytest.fixture
def client(database: Database, services: Services) -> Iterator[httpx.Client]:
    address = services.address(database, SATSELECT_STAPI_VERSION=VERSION)
    with httpx.Client(base_url=address, timeout=30, verify=NO_TLS) as made:
        offer(made)
        yield made


def links_of(value: Json) -> dict[str, Json]:
    return {link["rel"]: link for link in value["links"]}


def own(uris: list[str]) -> set[str]:
    return {uri.removeprefix(BASE) for uri in uris if "geojson" not in uri}


def test_it_is_named_in_the_classes_of_conformance(client: httpx.Client) -> None:
    landing, product = client.get("/").json(), client.get("/products/wide").json()
    assert own(landing["conformsTo"]) == {
        "core",
        "order-statuses",
        "searches-opportunity",
        "searches-opportunity-statuses",
    }
    assert client.get("/conformance").json() == {"conformsTo": landing["conformsTo"]}
    assert own(product["conformsTo"]) == {"opportunities", "opportunities-async"}
    assert links_of(landing).keys() >= {"self", "conformance", "products", "orders", "search-records", "service-desc"}
    assert "opportunity-search-records" not in links_of(landing)
    listed = client.get("/products").json()
    assert (listed["stapi_type"], listed["stapi_version"], "type" in listed) == ("ProductCollection", VERSION, False)
    assert listed["products"] == [product]
    assert client.get("/stapi/openapi.json").json()["info"]["version"] == VERSION


def test_an_order_says_its_request_and_is_planned(client: httpx.Client) -> None:
    sought = {"datetime": interval(), "geometry": BERLIN}
    found = client.post("/products/wide/opportunities", json={"search_parameters": sought}).json()
    assert (found["stapi_type"], found["stapi_version"]) == ("OpportunityCollection", VERSION)
    (feature,) = found["features"]
    assert feature["stapi_version"] == VERSION
    link = links_of(feature)["create-order"]
    assert link["body"].keys() == {"search_parameters", "order_parameters"}
    placed = client.post(link["href"], json=link["body"])
    assert placed.status_code == 201, placed.text
    told = placed.json()
    assert told["stapi_version"] == VERSION
    assert told["properties"].keys() == {"product_id", "created", "status", "order_request"}
    request = told["properties"]["order_request"]
    assert request["order_parameters"] == {}
    assert request["search_parameters"]["geometry"] == BERLIN
    iterate(client)
    again = client.get(placed.headers["Location"]).json()
    assert again["properties"]["status"]["reason_code"] == "planned"
    assert again["properties"]["status"]["satellite"] == "sat-1"
    listed = client.get("/orders").json()
    assert (listed["stapi_type"], listed["features"]) == ("OrderCollection", [again])
    history = client.get(links_of(again)["monitor"]["href"]).json()
    assert (history["stapi_type"], history["stapi_version"]) == ("OrderStatusCollection", VERSION)
    assert [one["status_code"] for one in history["statuses"]] == ["accepted", "received"]


def test_searches_are_records_of_their_parameters(client: httpx.Client) -> None:
    sought = {"datetime": interval(), "geometry": BERLIN}
    asked = client.post("/products/wide/opportunities", json={"search_parameters": sought, "limit": 1}, headers=ASYNC)
    record = over(client, asked)
    assert record["search_parameters"] == sought
    assert not OLD & record.keys()
    listed = client.get("/searches/opportunities").json()
    assert (listed["records"], OLD & listed.keys()) == ([record], set())
    statuses = client.get(links_of(record)["monitor"]["href"]).json()
    assert statuses["stapi_type"] == "OpportunitySearchStatusCollection"
    assert statuses["statuses"][0] == record["status"]
    collection = client.get(links_of(record)["opportunities"]["href"]).json()
    assert (collection["id"], len(collection["features"])) == (record["id"], 1)


def test_pages_go_on_by_bodies_of_the_same_version_and_hold_at_least_one(client: httpx.Client) -> None:
    client.post("/api/v1/fleets/orbit/satellites", json={"name": "sat-2", "satellite": "sat-2"}).raise_for_status()
    client.post("/api/v1/fleets/orbit/satellites/sat-2/resources", json={"name": "camera"}).raise_for_status()
    body = {"search_parameters": {"datetime": interval(), "geometry": BERLIN}, "limit": 1}
    first = client.post("/products/wide/opportunities", json=body).json()
    link = links_of(first)["next"]
    assert link["body"].keys() == {"search_parameters", "limit", "next"}
    second = client.post(link["href"], json=link["body"]).json()
    found = [page["features"][0]["properties"]["satellite"] for page in (first, second)]
    assert (found, "next" in links_of(second)) == (["sat-1", "sat-2"], False)
    assert client.post("/products/wide/opportunities", json=body | {"limit": 0}).status_code == 422
    for path in ("/orders", "/products", "/searches/opportunities"):
        assert client.get(path, params={"limit": 0}).json()["detail"][0]["loc"] == ["query", "limit"]
        assert client.get(path, params={"limit": 1_000}).status_code == 200


def test_bodies_of_the_version_before_are_read(client: httpx.Client) -> None:
    flat = {"datetime": interval(), "geometry": BERLIN, "order_parameters": {"bands": 2}}
    told = client.post("/products/wide/orders", json=flat).json()
    assert told["properties"]["order_request"]["order_parameters"] == {"bands": 2}
