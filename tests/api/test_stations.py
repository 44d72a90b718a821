"""Stations of a fleet over HTTP, and the passes over them."""

from typing import Any

import httpx
import pytest

from satselect.schemas.planning.stations import MOST_STATIONS
from satselect.store.models import Audit, Event, Fleet, Station
from tests.api.test_elements import message
from tests.databases import KINDS, counts

DATABASES = KINDS

FLEET = "/api/v1/fleets/orbit"
STATIONS = f"{FLEET}/stations"
NORTH = {"latitude": 67.9, "longitude": 21.1, "minimum_elevation": 5, "drains_per_s": {"disk": 0.01}}
Json = dict[str, Any]


@pytest.fixture
def orbit(service: httpx.Client) -> httpx.Client:
    """A satellite with elements, a camera and a disk, which plans a day ahead."""
    service.post("/api/v1/fleets", json={"name": "Orbit", "fleet": "orbit", "horizon_s": 86_400, "settle_s": None})
    service.post(f"{FLEET}/satellites", json={"name": "sat-1", "satellite": "sat-1"})
    for sent in ({"name": "camera"}, {"name": "disk", "capacity": 3, "kind": "reservoir"}):
        service.post(f"{FLEET}/satellites/sat-1/resources", json=sent)
    put = service.put(f"{FLEET}/satellites/sat-1/elements", json={"source": message(-0.5)})
    assert put.status_code == 200, put.text
    return service


def iterate(service: httpx.Client) -> None:
    assert service.post(f"{FLEET}/iterations").status_code == 201


def passes(service: httpx.Client) -> list[Json]:
    items: list[Json] = service.get(f"{FLEET}/passes").json()["items"]
    return items


def test_a_station_is_put_shown_changed_and_deleted(orbit: httpx.Client) -> None:
    assert orbit.get(f"{STATIONS}/north").status_code == 404
    made = orbit.put(f"{STATIONS}/north", json=NORTH)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert shown == {
        "station": "north",
        "fleet": "orbit",
        "name": "north",
        "latitude": 67.9,
        "longitude": 21.1,
        "height_m": 0.0,
        "minimum_elevation": 5.0,
        "minimum_length": 0.0,
        "drains_per_s": {"disk": 0.01},
        "satellites": None,
        "searched_until": None,
        "unsearched": [],
    }
    assert orbit.get(f"{STATIONS}/north").json() == shown
    again = orbit.put(f"{STATIONS}/north", json={**NORTH, "name": "North", "height_m": 400, "satellites": ["sat-1"]})
    assert again.status_code == 200
    assert (again.json()["name"], again.json()["satellites"]) == ("North", ["sat-1"])
    assert orbit.get(STATIONS).json() == {"items": [again.json()], "next": None}
    assert orbit.delete(f"{STATIONS}/north").status_code == 204
    assert orbit.delete(f"{STATIONS}/north").status_code == 404
    lines = Audit.objects.filter(object_type="station").order_by("id").values_list("action", "object_id")
    assert list(lines) == [("station.put", "orbit/north")] * 2 + [("station.delete", "orbit/north")]


def test_passes_are_worked_out_with_the_next_iteration_and_handed_over(orbit: httpx.Client) -> None:
    orbit.put(f"{STATIONS}/north", json=NORTH)
    iterate(orbit)
    found = passes(orbit)
    assert len(found) >= 4
    elements = orbit.get(f"{FLEET}/satellites/sat-1/elements").json()["id"]
    assert {(one["station"], one["satellite"], one["elements"]) for one in found} == {("north", "sat-1", elements)}
    assert all(set(one["drains"]) <= {"disk"} for one in found)
    assert orbit.get(f"{STATIONS}/north").json()["searched_until"]
    first = found[-1]
    assert orbit.get(f"{FLEET}/passes/{first['id']}").json() == first
    plan = orbit.get(f"{FLEET}/plan", params={"format": "ical"})
    assert plan.text.count("BEGIN:VEVENT") >= 4
    refused = orbit.delete(f"{FLEET}/passes/{first['id']}")
    assert refused.status_code == 409
    assert "worked out" in refused.json()["detail"]


def test_a_given_pass_has_no_elements_and_goes_before(orbit: httpx.Client) -> None:
    orbit.put(f"{STATIONS}/north", json=NORTH)
    iterate(orbit)
    before = passes(orbit)
    one = {name: before[0][name] for name in ("satellite", "from", "until", "station")}
    (given,) = orbit.post(f"{FLEET}/passes", json={"passes": [one]}).json()["items"]
    assert "elements" not in given
    assert given["drains"] == {}
    assert len(passes(orbit)) == len(before)
    assert orbit.delete(f"{FLEET}/passes/{given['id']}").status_code == 204
    iterate(orbit)
    assert len(passes(orbit)) == len(before)


def test_the_same_again_changes_nothing(orbit: httpx.Client) -> None:
    orbit.put(f"{STATIONS}/north", json=NORTH)
    before = Event.objects.count(), Audit.objects.count(), Fleet.objects.get(slug="orbit").version
    assert orbit.put(f"{STATIONS}/north", json=NORTH).status_code == 200
    assert (Event.objects.count(), Audit.objects.count(), Fleet.objects.get(slug="orbit").version) == before


BAD: dict[str, tuple[Json, str]] = {
    "no place": ({"latitude": ...}, "#/latitude"),
    "beyond the pole": ({"latitude": 90.1}, "#/latitude"),
    "text": ({"longitude": "21"}, "#/longitude"),
    "beyond the antimeridian": ({"longitude": 180.5}, "#/longitude"),
    "in space": ({"height_m": 1e6}, "#/height_m"),
    "only the zenith": ({"minimum_elevation": 90}, "#/minimum_elevation"),
    "no length": ({"minimum_length": -1}, "#/minimum_length"),
    "no such reservoir": ({"drains_per_s": {"tape": 1}}, "#/drains_per_s/tape"),
    "no reservoir at all": ({"drains_per_s": {"camera": 1}}, "#/drains_per_s/camera"),
    "fills": ({"drains_per_s": {"disk": -1}}, "#/drains_per_s/disk"),
    "nothing": ({"drains_per_s": {"disk": 0}}, "#/drains_per_s/disk"),
    "too fast": ({"drains_per_s": {"disk": 1e10}}, "#/drains_per_s/disk"),
    "no such satellite": ({"satellites": ["sat-9"]}, "#/satellites/0"),
    "twice": ({"satellites": ["sat-1", "sat-1"]}, "#/satellites/1"),
    "for nobody": ({"satellites": []}, "#/satellites"),
    "blank": ({"name": " "}, "#/name"),
    "unknown": ({"azimuth": 3}, "#/azimuth"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.in_turn
def test_what_is_no_station_is_refused(orbit: httpx.Client, what: str) -> None:
    wrong, pointer = BAD[what]
    before = counts()
    sent = {name: value for name, value in (NORTH | wrong).items() if value is not ...}
    answer = orbit.put(f"{STATIONS}/north", json=sent)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert counts() == before


@pytest.mark.parametrize("body", [b"NaN", b"{", b"[]", b'{"latitude": NaN, "longitude": 1}', b'{"latitude": 1e999}'])
def test_what_is_no_object_is_refused(orbit: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert orbit.put(f"{STATIONS}/north", content=body, headers=headers).status_code in (400, 422)
    assert not Station.objects.exists()


@pytest.mark.parametrize("slug", ["North", "no rth", "-north", "n" * 65, "n\u00f6rd"])
def test_a_word_that_is_no_address_is_refused(orbit: httpx.Client, slug: str) -> None:
    assert orbit.put(f"{STATIONS}/{slug}", json=NORTH).status_code == 422
    assert not Station.objects.exists()


def test_a_station_is_put_only_as_it_was_seen(orbit: httpx.Client) -> None:
    path = f"{STATIONS}/north"
    assert orbit.put(path, json=NORTH, headers={"If-Match": '"x"'}).status_code == 412
    assert orbit.put(path, json=NORTH, headers={"If-None-Match": "*"}).status_code == 201
    assert orbit.put(path, json={**NORTH, "name": "B"}, headers={"If-None-Match": "*"}).status_code == 412
    seen = orbit.get(path).headers["ETag"]
    iterate(orbit)
    assert orbit.put(path, json={**NORTH, "name": "B"}, headers={"If-Match": seen}).status_code == 200
    assert orbit.put(path, json={**NORTH, "name": "C"}, headers={"If-Match": seen}).status_code == 412


def test_a_fleet_has_so_many_stations_and_no_more(orbit: httpx.Client) -> None:
    fleet = Fleet.objects.get(slug="orbit")
    facts: Json = {"height_m": 0, "minimum_elevation": 0, "minimum_length_s": 0, "drains_per_s": {}}
    Station.objects.bulk_create(
        Station(fleet=fleet, slug=f"s{number}", name="s", latitude=0, longitude=0, **facts)
        for number in range(MOST_STATIONS)
    )
    assert orbit.put(f"{STATIONS}/north", json=NORTH).status_code == 409
    assert orbit.put(f"{STATIONS}/s1", json=NORTH).status_code == 200


def test_a_station_goes_with_its_fleet_and_passes_with_their_satellite(orbit: httpx.Client) -> None:
    orbit.put(f"{STATIONS}/north", json=NORTH)
    orbit.post(f"{FLEET}/satellites", json={"name": "spare", "satellite": "spare"})
    orbit.put(f"{FLEET}/satellites/spare/elements", json={"source": message(-0.5)})
    iterate(orbit)
    assert {one["satellite"] for one in passes(orbit)} == {"sat-1", "spare"}
    assert orbit.delete(f"{FLEET}/satellites/spare").status_code == 204
    assert {one["satellite"] for one in passes(orbit)} == {"sat-1"}
    orbit.post("/api/v1/fleets", json={"name": "Other", "fleet": "other"})
    orbit.put("/api/v1/fleets/other/stations/north", json={"latitude": 1, "longitude": 2})
    assert orbit.delete("/api/v1/fleets/other").status_code == 204
    assert Station.objects.count() == 1
