"""A fleet that offers products, as tests of the tasking API find it."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx

Json = dict[str, Any]
FLEET = "/api/v1/fleets/orbit"
BERLIN: Json = {"type": "Point", "coordinates": [13.4, 52.5]}
WIDE: Json = {
    "product": "wide",
    "title": "Wide pictures",
    "fleet": "orbit",
    "geometries": ["Point", "Polygon"],
    "resources": {"camera": 1},
    "duration": 600,
    "profit": 2,
    "parameters": {"properties": {"bands": {"type": "integer", "minimum": 1}}},
}

ASYNC = {"Prefer": "respond-async"}
WITHIN_S = 30.0


def hours(from_now: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(hours=from_now)


def interval(first: float = 1, last: float = 2) -> str:
    return f"{hours(first).isoformat()}/{hours(last).isoformat()}"


def offer(operator: httpx.Client, **product: object) -> None:
    """A fleet with one satellite and one camera, that offers a product which needs no sight."""
    fleet = {"name": "Orbit", "fleet": "orbit", "horizon_s": 14400, "settle_s": None, "shows_break_even": True}
    for path, body in (
        ("/api/v1/fleets", fleet),
        (f"{FLEET}/satellites", {"name": "sat-1", "satellite": "sat-1"}),
        (f"{FLEET}/satellites/sat-1/resources", {"name": "camera"}),
        ("/api/v1/products", WIDE | product),
    ):
        answer = operator.post(path, json=body)
        assert answer.status_code == 201, answer.text


def order(client: httpx.Client, *, code: int = 201, key: str | None = None, **fields: object) -> httpx.Response:
    body = {"datetime": interval(), "geometry": BERLIN, "order_parameters": {}} | fields
    answer = client.post("/products/wide/orders", json=body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == code, answer.text
    return answer


def iterate(operator: httpx.Client) -> None:
    """Has the fleet plan, whatever plans it beside."""
    assert operator.post(f"{FLEET}/iterations").status_code == 201


def status(client: httpx.Client, placed: httpx.Response) -> Json:
    """What an order is now."""
    found: Json = client.get(placed.headers["Location"]).json()["properties"]["status"]
    return found


def search(client: httpx.Client, *, product: str = "wide", **fields: object) -> httpx.Response:
    body = {"datetime": interval(), "geometry": BERLIN} | fields
    return client.post(f"/products/{product}/opportunities", json=body, headers=ASYNC)


def over(client: httpx.Client, asked: httpx.Response) -> Json:
    """The record once it is completed or failed."""
    assert asked.status_code == 201, asked.text
    until = monotonic() + WITHIN_S
    while True:
        record: Json = client.get(asked.headers["Location"]).json()
        if record["status"]["status_code"] in ("completed", "failed"):
            return record
        assert monotonic() < until, record
        sleep(0.1)


def link_of(value: Json, rel: str) -> str:
    return str(next(link["href"] for link in value["links"] if link["rel"] == rel))


def found(client: httpx.Client, asked: httpx.Response) -> Json:
    record = over(client, asked)
    assert record["status"]["status_code"] == "completed", record
    collection: Json = client.get(link_of(record, "opportunities")).json()
    return collection
