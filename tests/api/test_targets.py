"""Tasks with targets over HTTP: two days of a small fleet, from elements to an exported plan."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from satselect.orbits import Point, read_elements
from tests.api.test_elements import message
from tests.databases import AND_OVER_THE_BUS
from tests.orbits.skies import elevation, off_nadir, satellite

DATABASES = AND_OVER_THE_BUS

FLEET = "/api/v1/fleets/orbit"
PLACES = {"Berlin": (13.4, 52.52), "Sydney": (151.2, -33.9), "Nuuk": (-51.7, 64.2), "Suva": (178.4, -18.1)}
STATIONS = {"Kiruna": (21.0, 67.9), "Punta Arenas": (-70.9, -53.2)}
HELD = 3
Json = dict[str, Any]


def hours(count: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=count)).replace(microsecond=0).isoformat()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def orbit(service: httpx.Client) -> httpx.Client:
    """A fleet of two satellites with elements, a camera and a disk each, which plans two days ahead."""
    made = service.post("/api/v1/fleets", json={"name": "Orbit", "fleet": "orbit", "horizon_s": 172_800})
    assert made.status_code == 201, made.text
    for number, slug in enumerate(("sat-1", "sat-2")):
        service.post(f"{FLEET}/satellites", json={"name": slug, "satellite": slug})
        for sent in (
            {"name": "camera", "turnaround_s": 30},
            {"name": "disk", "capacity": HELD, "kind": "reservoir"},
        ):
            assert service.post(f"{FLEET}/satellites/{slug}/resources", json=sent).status_code == 201
        source = message(-0.5, NORAD_CAT_ID=799501234 + number, RA_OF_ASC_NODE=40 + 90 * number)
        put = service.put(f"{FLEET}/satellites/{slug}/elements", json={"source": source})
        assert put.status_code == 200, put.text
    return service


def aimed(name: str, **fields: object) -> Json:
    target = {
        "geometry": {"type": "Point", "coordinates": list(PLACES[name.split()[0]])},
        "conditions": {"maximum_off_nadir": 45},
    }
    return {"name": name, "resources": ["camera", "disk"], "profit": 1, "duration": 20, "target": target} | fields


def submit(client: httpx.Client, *tasks: Json, **headers: str) -> Json:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post(f"{FLEET}/tasks", json=list(tasks), headers=named)
    assert answer.status_code == 201, answer.text
    shown: Json = answer.json()
    return shown


def drained(client: httpx.Client) -> list[Json]:
    """Passes over the stations, as a search for their places finds them, each of which empties one unit of a disk."""
    passes = []
    for station, place in STATIONS.items():
        target = {"geometry": {"type": "Point", "coordinates": list(place)}, "conditions": {"minimum_elevation": 10}}
        asked = {"target": target, "from": hours(0), "until": hours(48)}
        found = client.post(f"{FLEET}/opportunities/search", json=asked).json()
        passes += [
            {
                "satellite": item["satellite"],
                "from": item["from"],
                "until": item["until"],
                "station": station,
                "drains": {"disk": 1},
            }
            for item in found["items"]
            if not item["is_cut"]
        ]
    answer = client.post(f"{FLEET}/passes", json={"passes": passes})
    assert answer.status_code == 201, answer.text
    return passes


def test_two_days_are_planned_from_elements_and_hold_by_a_second_computation(orbit: httpx.Client) -> None:
    passes = drained(orbit)
    tasks = [aimed(f"{name} {number}", profit=number + 1) for name in PLACES for number in range(4)]
    submit(orbit, *tasks)
    plan = orbit.get(f"{FLEET}/plan", params={"from": hours(-1), "until": hours(60)}).json()["items"]
    assert len(plan) >= len(PLACES)
    for slug in ("sat-1", "sat-2"):
        source = orbit.get(f"{FLEET}/satellites/{slug}/elements").json()["source"]
        _check_views(satellite(read_elements(source)[0]), [one for one in plan if one["satellite"] == slug])
        _check_levels(slug, plan, passes)
    exported = orbit.get(f"{FLEET}/plan", params={"from": hours(-1), "until": hours(60), "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert len([row for row in rows if any(value in {one["name"] for one in plan} for value in row.values())]) == len(
        plan
    )


def _check_views(where: Any, planned: list[Json]) -> None:  # noqa: ANN401
    """From start to end the target is seen as it was asked for."""
    for one in planned:
        longitude, latitude = PLACES[one["name"].split()[0]]
        place = Point(latitude, longitude)
        starts, ends = moment(one["starts"]), moment(one["ends"])
        assert ends - starts == timedelta(seconds=20)
        for at in (starts, starts + (ends - starts) / 2, ends):
            assert off_nadir(where(at), place) <= 45.02
            assert elevation(where(at), place) >= -0.02
    ordered = sorted((moment(one["starts"]), moment(one["ends"])) for one in planned)
    assert all(later - end >= timedelta(seconds=30) for (_, end), (later, _) in pairwise(ordered))


def _check_levels(slug: str, plan: list[Json], passes: list[Json]) -> None:
    """Played through by time: what starts takes room, and a pass empties what was there when it began."""
    turns = [(moment(one["starts"]), 1, 0) for one in plan if one["satellite"] == slug]
    mine = [one for one in passes if one["satellite"] == slug]
    turns += [(moment(one["until"]), 0, number) for number, one in enumerate(mine)]
    turns += [(moment(one["from"]), -1, number) for number, one in enumerate(mine)]
    level, taken = 0, {}
    for _, what, number in sorted(turns):
        if what == 1:
            level += 1
        elif what == -1:
            taken[number] = min(level, 1)
        else:
            level -= taken.pop(number)
        assert 0 <= level <= HELD


def test_a_task_tells_its_target_and_what_nobody_can_say(orbit: httpx.Client) -> None:
    orbit.post(f"{FLEET}/satellites", json={"name": "bare", "satellite": "bare"})
    submit(orbit, aimed("Berlin", satellites=["sat-1", "bare"]))
    (shown,) = orbit.get("/api/v1/tasks", params={"fleet": "orbit"}).json()["items"]
    assert shown["target"]["geometry"] == aimed("Berlin")["target"]["geometry"]
    assert shown["target"]["conditions"]["maximum_off_nadir"] == 45
    assert {spot["satellite"] for spot in shown["opportunities"]} <= {"sat-1"}
    elements = orbit.get(f"{FLEET}/satellites/sat-1/elements").json()["id"]
    assert {spot["elements"] for spot in shown["opportunities"]} <= {elements}
    (told,) = shown["unsearched"]
    assert (told["satellite"], told["reason"]) == ("bare", "no_elements")
    assert moment(shown["searched_until"]) > moment(hours(48))
    assert shown["satellites"] == ["sat-1", "bare"]


def test_a_repetition_with_the_same_key_is_the_same_task(orbit: httpx.Client) -> None:
    sent = aimed("Suva")
    first = submit(orbit, sent, Idempotency_Key="k")
    assert submit(orbit, sent, Idempotency_Key="k") == first
    assert len(orbit.get("/api/v1/tasks", params={"fleet": "orbit"}).json()["items"]) == 1
    other = sent | {"target": sent["target"] | {"conditions": {"maximum_off_nadir": 44}}}
    answer = orbit.post(f"{FLEET}/tasks", json=[other], headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert "another body" in answer.text


def test_all_faults_of_targets_are_told_at_once(orbit: httpx.Client) -> None:
    wrong = [
        aimed("Berlin") | {"target": {"geometry": {"type": "Point", "coordinates": [200, 95]}}},
        aimed("Berlin") | {"opportunities": []},
        aimed("Berlin") | {"target": {"geometry": {"type": "Point", "coordinates": [1, 2]}, "clouds": 3}},
    ]
    answer = orbit.post(f"{FLEET}/tasks", json=wrong)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "#/0/target/geometry/coordinates/0",
        "#/0/target/geometry/coordinates/1",
        "#/1",
        "#/2/target/clouds",
    ]


def test_what_if_takes_opportunities_and_no_targets(orbit: httpx.Client) -> None:
    answer = orbit.post("/api/v1/selections", json={"fleet": "orbit", "tasks": [aimed("Berlin")]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/tasks/0/target"
