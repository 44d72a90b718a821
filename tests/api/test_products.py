"""What fleets offer, as operators make it."""

from typing import Any

import httpx
import pytest

FLEET = "/api/v1/fleets/orbit"
Json = dict[str, Any]
SHARP: Json = {
    "product": "sharp",
    "title": "Sharp pictures",
    "fleet": "orbit",
    "geometries": ["Point", "Polygon"],
    "resources": {"camera": 1},
    "duration": 40,
    "profit": 5,
    "parameters": {"properties": {"bands": {"type": "integer", "minimum": 1}}, "required": ["bands"]},
    "sight": {"maximum_off_nadir": 30.0},
}


@pytest.fixture
def offering(service: httpx.Client) -> httpx.Client:
    """A service with a fleet of one satellite that plans in time."""
    service.post("/api/v1/fleets", json={"name": "Orbit", "fleet": "orbit", "horizon_s": 86400, "settle_s": None})
    service.post(f"{FLEET}/satellites", json={"name": "sat-1", "satellite": "sat-1"})
    service.post(f"{FLEET}/satellites/sat-1/resources", json={"name": "camera"})
    return service


def test_a_product_is_made_changed_and_taken_away(offering: httpx.Client) -> None:
    made = offering.post("/api/v1/products", json=SHARP)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["resources"], shown["profit"], shown["is_offered"]) == (["camera"], 5, True)
    assert shown["sight"]["swath_km"] == 25.0
    assert offering.get("/api/v1/products").json()["items"] == [shown]
    assert offering.post("/api/v1/products", json=SHARP).status_code == 409
    tag = {"If-Match": made.headers["ETag"]}
    changed = offering.patch("/api/v1/products/sharp", json={"profit": 6.5, "is_offered": False}, headers=tag)
    assert changed.json() == {**shown, "profit": 6.5, "is_offered": False}
    assert offering.patch("/api/v1/products/sharp", json={"profit": 7}, headers=tag).status_code == 412
    assert offering.delete("/api/v1/products/sharp", headers=tag).status_code == 412
    assert offering.delete("/api/v1/products/sharp").status_code == 204
    assert offering.get("/api/v1/products/sharp").status_code == 404
    audit = [line["action"] for line in offering.get("/api/v1/audit").json()["items"]][:3]
    assert audit == ["product.delete", "product.edit", "product.create"]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("resources", {"camera": 2}, "#/resources/camera"),
        ("resources", ["telescope"], "#/resources/0"),
        ("satellites", ["sat-9"], "#/satellites/0"),
        ("geometries", ["MultiPoint"], "#/geometries/0"),
        ("geometries", ["Circle"], "#/geometries/0"),
        ("geometries", [], "#/geometries"),
        ("parameters", {"properties": {"bands": {"type": "whole"}}}, "#/parameters"),
        ("parameters", {"properties": {"profit": {}}}, "#/parameters"),
        ("parameters", {"properties": {"a": {"$ref": "https://example.org/schema"}}}, "#/parameters"),
        ("parameters", {"required": ["bands"]}, "#/parameters"),
        ("parameters", {"additionalProperties": True}, "#/parameters"),
        ("sight", {"maximum_off_nadir": 181.0}, "#/sight/maximum_off_nadir"),
        ("product", "Sharp", "#/product"),
    ],
)
def test_what_the_fleet_could_never_do_is_refused(
    offering: httpx.Client, field: str, value: object, pointer: str
) -> None:
    answer = offering.post("/api/v1/products", json={**SHARP, field: value})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert offering.get("/api/v1/products").json()["items"] == []


TURNS = {"detail": "roll", "rate": 1.5, "settle_s": 4}
MODES = {"detail": "mode", "seconds": {"strip": {"spot": 30}, "spot": {"strip": 45, "spot": 10}}}


@pytest.mark.parametrize(
    ("transition", "fields", "pointer"),
    [
        (TURNS, {}, None),
        (TURNS, {"sight": None}, "#/details/roll"),
        (TURNS, {"sight": None, "details": {"roll": 12}}, None),
        (TURNS, {"sight": None, "details": {"roll": 181}}, "#/details/roll"),
        (TURNS, {"details": {"roll": 12}}, "#/details/roll"),
        ({**TURNS, "detail": "yaw"}, {}, "#/details/yaw"),
        ({**TURNS, "detail": "yaw"}, {"details": {"yaw": -3.5}}, None),
        (MODES, {}, "#/details/mode"),
        (MODES, {"details": {"mode": "wide"}}, "#/details/mode"),
        (MODES, {"details": {"mode": "spot", "operator": "north"}}, None),
        (MODES, {"details": {"mode": ["spot"]}}, "#/details/mode"),
    ],
)
def test_what_transitions_go_by_is_worked_out_from_orbits_or_said(
    offering: httpx.Client, transition: Json, fields: Json, pointer: str | None
) -> None:
    camera = f"{FLEET}/satellites/sat-1/resources/camera"
    assert offering.patch(camera, json={"transition": transition}).status_code == 200
    answer = offering.post("/api/v1/products", json=SHARP | fields)
    if pointer is None:
        assert answer.status_code == 201, answer.text
        assert answer.json()["details"] == fields.get("details", {})
        return
    assert answer.status_code == 422, answer.text
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}


def test_a_fleet_that_does_not_plan_in_time_offers_nothing(offering: httpx.Client) -> None:
    assert offering.post("/api/v1/products", json={**SHARP, "fleet": "default"}).status_code == 409
    assert offering.post("/api/v1/products", json={**SHARP, "fleet": "nowhere"}).status_code == 404
