"""What the specification and its released readers ask for, of a running service."""

from typing import Any

import httpx
import pytest

from tests.stapi.worlds import BERLIN, FLEET, interval, iterate, offer, order, status

DATABASES = ["sqlite"]

CORE = "https://stapi.example.com/v0.1.0/core"
Json = dict[str, Any]


@pytest.fixture
def client(service: httpx.Client) -> httpx.Client:
    offer(service)
    return service


def links_of(value: Json) -> dict[str, Json]:
    return {link["rel"]: link for link in value["links"]}


def test_the_root_of_the_host_is_a_page_for_people_and_the_landing_page_for_programs(service: httpx.Client) -> None:
    assert service.get("/").status_code == 302  # nothing is offered
    offer(service)
    landing = service.get("/")
    assert landing.headers["Content-Type"] == "application/json"
    assert "Accept" in landing.headers["Vary"]
    assert CORE in landing.json()["conformsTo"]
    links = links_of(landing.json())
    assert service.get(links["conformance"]["href"]).json()["conformsTo"] == landing.json()["conformsTo"]
    assert [one["id"] for one in service.get(links["products"]["href"]).json()["products"]] == ["wide"]
    assert service.get(links["orders"]["href"]).json()["features"] == []
    assert "/orders" in service.get(links["service-desc"]["href"]).json()["paths"]
    page = service.get("/", headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Accept" in page.headers["Vary"]


def test_a_product_says_what_it_is_and_where_it_is_ordered(client: httpx.Client) -> None:
    (product,) = client.get("/products", params={"limit": 1}).json()["products"]
    assert client.get("/products/wide").json() == product
    assert (product["type"], product["stapi_type"], product["stapi_version"]) == ("Collection", "Product", "0.1.0")
    assert "https://geojson.org/schema/Point.json" in product["conformsTo"]
    links = links_of(product)
    assert links["create-order"]["method"] == "POST"
    assert client.get(links["conformance"]["href"]).json()["conformsTo"] == product["conformsTo"]
    queryables = client.get(links["queryables"]["href"])
    assert queryables.headers["Content-Type"] == "application/json"
    assert set(queryables.json()["properties"]) == {"satellite", "duration"}
    parameters = client.get(links["order-parameters"]["href"]).json()
    assert parameters["properties"]["profit"]["minimum"] == 2
    assert parameters["additionalProperties"] is False
    assert client.get("/products/none").status_code == 404
    client.patch("/api/v1/products/wide", json={"is_offered": False})
    assert client.get("/products/wide").status_code == 404


def test_an_order_is_a_task_with_its_place_and_its_time(client: httpx.Client) -> None:
    placed = order(client, order_parameters={"reference": "harvest", "bands": 3}, datetime=(when := interval()))
    shown = placed.json()
    assert placed.headers["Content-Type"] == "application/geo+json"
    assert (shown["geometry"], shown["bbox"]) == (BERLIN, [13.4, 52.5, 13.4, 52.5])
    properties = shown["properties"]
    assert properties["search_parameters"] == {"datetime": when, "geometry": BERLIN}
    assert properties["order_parameters"] == {"reference": "harvest", "bands": 3}
    assert properties["status"]["status_code"] == "received"
    task = client.get(f"/api/v1/tasks/{shown['id']}").json()
    assert (task["name"], task["reference"], task["profit"], task["duration"]) == ("Wide pictures", "harvest", 2, 600)
    assert task["payload"]["geometry"] == BERLIN
    assert [spot["satellite"] for spot in task["opportunities"]] == ["sat-1"]
    links = links_of(shown)
    assert links["self"]["href"] == placed.headers["Location"]
    assert links["monitor"]["href"] == f"{placed.headers['Location']}/statuses"


def test_orders_are_listed_newest_first_in_pages(client: httpx.Client) -> None:
    ids = [order(client).json()["id"] for _ in range(3)]
    first = client.get("/orders", params={"limit": 2}).json()
    assert [one["id"] for one in first["features"]] == ids[:0:-1]
    assert first["numberMatched"] == 3
    second = client.get(links_of(first)["next"]["href"]).json()
    assert [one["id"] for one in second["features"]] == ids[:1]
    assert "next" not in links_of(second)
    assert client.get("/orders", params={"limit": 1000}).status_code == 200
    for query in ("limit=0.5", "limit=x", "other=1"):
        assert client.get(f"/orders?{query}").status_code == 422
    for path in ("/orders?next=none", "/products?next=none", f"/orders/{ids[0]}/statuses?next=9", "/orders/none"):
        assert client.get(path).status_code == 404


MALFORMED: list[tuple[Json, str]] = [
    ({"datetime": None}, "#/datetime"),
    ({"datetime": 5}, "#/datetime"),
    ({"datetime": "2030-01-01T00:00:00Z"}, "#/datetime"),
    ({"datetime": "../.."}, "#/datetime"),
    ({"datetime": "9999-12-31T00:00:00Z/.."}, "#/datetime"),
    ({"datetime": "2030-01-02T00:00:00Z/2030-01-01T00:00:00Z"}, "#/datetime"),
    ({"datetime": "2030-01-01T00:00:00/2030-01-02T00:00:00"}, "#/datetime"),
    ({"geometry": {"type": "Circle", "coordinates": [0, 0]}}, "#/geometry"),
    ({"geometry": {"type": "Point", "coordinates": [1000, 2000]}}, "#/geometry"),
    ({"geometry": {"type": "Point", "coordinates": ["13", 52]}}, "#/geometry"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, "#/geometry"),
    ({"geometry": {"type": "GeometryCollection", "geometries": [BERLIN]}}, "#/geometry"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[0, i / 900] for i in range(899)] + [[0, 0]]]}}, ""),
    ({"filter": {"op": "nonsense"}}, "#/filter"),
    ({"filter": {"op": "=", "args": [{"property": "colour"}, 1]}}, "#/filter"),
    ({"filter": {"op": "like", "args": [{"property": "satellite"}, "sat%"]}}, "#/filter"),
    ({"filter": {"op": "<", "args": [{"property": "duration"}, "long"]}}, "#/filter"),
    ({"filter": {"op": "=", "args": [{"property": "satellite"}, "a\0"]}}, "#/filter"),
    ({"filter": True}, "#/filter"),
    ({"order_parameters": {"no_such": 1}}, "#/order_parameters/no_such"),
    ({"order_parameters": {"bands": 0}}, "#/order_parameters/bands"),
    ({"order_parameters": {"profit": 1}}, "#/order_parameters/profit"),
    ({"order_parameters": {"profit": True}}, "#/order_parameters/profit"),
    ({"order_parameters": {"reference": "a\u200bb"}}, "#/order_parameters/reference"),
    ({"other": 1}, "#/other"),
]


def test_what_no_method_does_is_not_allowed_and_a_limit_is_a_number(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "DELETE", "QUERY"):
        answer = client.request(method, "/")
        assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True), method
    for limit in (None, "2", 1.5, True):
        body = {"datetime": interval(), "geometry": BERLIN, "limit": limit}
        refused = client.post("/products/wide/opportunities", json=body)
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json()["errors"]] == ["#/limit"]


def test_a_limit_that_is_out_of_reason_counts_as_the_nearest_that_is_not(client: httpx.Client) -> None:
    placed = [order(client).json()["id"] for _ in range(3)]
    for limit, shown in ((-(10**9), 1), (0, 1), (1, 1), (2, 2), (10**9, 3)):
        listed = client.get("/orders", params={"limit": limit})
        assert [one["id"] for one in listed.json()["features"]] == placed[::-1][:shown], limit
        assert ("next" in links_of(listed.json())) == (shown < 3)
        sought = {"datetime": interval(), "geometry": BERLIN, "limit": limit}
        assert len(client.post("/products/wide/opportunities", json=sought).json()["features"]) == 1
    assert client.get("/orders", params={"limit": "half"}).json()["detail"][0]["loc"] == ["query", "limit"]


def test_what_is_invalid_is_told_as_the_reference_tells_it_or_as_a_problem(client: httpx.Client) -> None:
    wrong = {"datetime": interval(), "geometry": BERLIN, "order_parameters": {"bands": 0, "a/b": 1}}
    usual = client.post("/products/wide/orders", json=wrong)
    assert (usual.status_code, usual.headers["Content-Type"]) == (422, "application/json")
    assert "Accept" in usual.headers["Vary"]
    told = usual.json()["detail"]
    assert {tuple(one["loc"]) for one in told} == {("body", "order_parameters", name) for name in ("bands", "a/b")}
    assert {one["type"] for one in told} == {"invalid-input"}
    assert {one["msg"] for one in told} == {"must be at least 1, not 0", "is not a known field"}
    asked = {"Accept": "application/problem+json"}
    problem = client.post("/products/wide/orders", json=wrong, headers=asked)
    assert (problem.status_code, problem.headers["Content-Type"]) == (422, "application/problem+json")
    assert problem.json()["errors"] == usual.json()["errors"]
    first = {"datetime": interval(1, 2), "geometry": BERLIN}
    key = {"Idempotency-Key": "one"}
    assert client.post("/products/wide/orders", json=first, headers=key).status_code == 201
    other = client.post("/products/wide/orders", json={**first, "datetime": interval(2, 3)}, headers=key)
    assert [one["loc"] for one in other.json()["detail"]] == [["body"]]


def test_what_is_malformed_is_refused_with_its_place(client: httpx.Client) -> None:
    for fields, pointer in MALFORMED:
        answer = order(client, code=422, **fields)
        assert answer.headers["Content-Type"] == "application/json"
        assert {error.get("pointer", "") for error in answer.json()["errors"]} == {pointer} or not pointer, fields
    assert client.get("/orders").json()["features"] == []


def test_bodies_of_the_next_version_are_read_as_well(client: httpx.Client) -> None:
    body = {"search_parameters": {"datetime": interval(), "geometry": BERLIN}}
    placed = client.post("/products/wide/orders", json=body)
    assert placed.json()["properties"]["search_parameters"] == body["search_parameters"]
    found = client.post("/products/wide/opportunities", json=body)
    assert len(found.json()["features"]) == 1


def test_an_open_end_is_the_horizon_and_an_open_start_is_now(client: httpx.Client) -> None:
    start = interval().partition("/")[0]
    for text in (f"{start}/..", f"{start}/", f"../{start}"):
        told = order(client, datetime=text).json()["properties"]["search_parameters"]["datetime"]
        assert ".." not in told
        assert all(told.split("/"))


def test_a_time_that_is_over_is_rejected_and_has_no_opportunities(client: httpx.Client) -> None:
    over = "2020-01-01T00:00:00Z/2020-01-02T00:00:00Z"
    assert status(client, order(client, datetime=over))["status_code"] == "rejected"
    found = client.post("/products/wide/opportunities", json={"datetime": over, "geometry": BERLIN})
    assert (found.status_code, found.json()["features"]) == (200, [])


def test_a_place_of_another_kind_than_the_product_is_for_is_rejected(client: httpx.Client) -> None:
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    told = order(client, geometry=line).json()["properties"]["status"]
    assert (told["status_code"], told["reason_code"]) == ("rejected", "invalid_geometry")
    assert told["reason_text"] == "this product is for: Point, Polygon"
    found = client.post("/products/wide/opportunities", json={"datetime": interval(), "geometry": line})
    assert (found.status_code, found.json()["features"]) == (200, [])


def test_where_a_page_begins_is_nothing_to_an_order(client: httpx.Client) -> None:
    wish = {"datetime": interval(), "geometry": BERLIN}
    for body in ({**wish, "limit": 3, "next": "a"}, {"search_parameters": wish, "limit": 3, "next": "a"}):
        placed = client.post("/products/wide/orders", json=body)
        assert placed.status_code == 201, placed.text
        assert placed.json()["properties"]["search_parameters"] == wish


def test_what_can_not_be_is_rejected_and_stays_so(client: httpx.Client) -> None:
    no_satellite = {"op": "=", "args": [{"property": "satellite"}, "sat-9"]}
    when = interval()
    placed = order(client, filter=no_satellite, datetime=when, key="once")
    told = placed.json()["properties"]["status"]
    assert (told["status_code"], told["reason_code"]) == ("rejected", "no_opportunity")
    assert order(client, filter=no_satellite, datetime=when, key="once").json() == placed.json()
    history = client.get(f"{placed.headers['Location']}/statuses").json()["statuses"]
    assert [one["status_code"] for one in history] == ["rejected", "received"]
    iterate(client)
    assert client.get("/api/v1/tasks").json()["items"] == []


def test_the_same_key_is_one_order(client: httpx.Client) -> None:
    when = interval()
    placed = order(client, datetime=when, key="once")
    again = order(client, datetime=when, key="once")
    assert (again.content, again.headers["Idempotent-Replayed"]) == (placed.content, "true")
    assert order(client, datetime=when, key="once", code=422, order_parameters={"bands": 2}).status_code == 422
    assert client.get("/orders").json()["numberMatched"] == 1


def test_an_opportunity_can_be_ordered_as_it_stands(client: httpx.Client) -> None:
    client.post(f"{FLEET}/satellites", json={"name": "sat-2", "satellite": "sat-2"})
    client.post(f"{FLEET}/satellites/sat-2/resources", json={"name": "camera"})
    body = {"datetime": (when := interval()), "geometry": BERLIN, "limit": 1}
    answer = client.post("/products/wide/opportunities", json=body, headers={"Prefer": "wait"})
    assert (answer.headers["Content-Type"], answer.headers["Preference-Applied"]) == ("application/geo+json", "wait")
    (first,) = answer.json()["features"]
    assert (first["stapi_type"], first["bbox"], first["properties"]["product_id"]) == (
        "Opportunity",
        [13.4, 52.5, 13.4, 52.5],
        "wide",
    )
    following = links_of(answer.json())["next"]
    second = client.post(following["href"], json=following["body"]).json()
    assert "next" not in links_of(second)
    assert [one["properties"]["satellite"] for one in [first, *second["features"]]] == ["sat-1", "sat-2"]
    assert [one["properties"]["satselect:free"] for one in [first, *second["features"]]] == [True, True]
    link = links_of(second["features"][0])["create-order"]
    placed = client.request(link["method"], link["href"], json=link["body"])
    assert placed.status_code == 201
    assert placed.json()["properties"]["search_parameters"]["filter"] == link["body"]["filter"]
    iterate(client)
    told = status(client, placed)
    assert (told["status_code"], told["satellite"]) == ("accepted", "sat-2")
    assert told["datetime"].split("/")[0][:19] == when.split("/")[0][:19]
    assert client.post("/products/wide/opportunities", json={**body, "next": "none"}).status_code == 404
