"""A fleet that plans in time, for pages that others don't have: satellites with elements, stations, tasks that look."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

FLEET = "orbit"
ROOT = f"/api/v1/fleets/{FLEET}"
SATELLITES = 6
RESOURCES: Sequence[dict[str, Any]] = (
    {"name": "camera", "turnaround_s": 30},
    {"name": "radio", "capacity": 2},
    {"name": "disk", "capacity": 400, "kind": "reservoir"},
)
STATIONS = {
    "svalbard": (78.2, 15.4),
    "kiruna": (67.9, 20.9),
    "punta-arenas": (-52.9, -70.9),
    "suva": (-18.1, 178.4),
}
AT_ONCE = 500

Json = dict[str, Any]


def make_orbits(client: httpx.Client, tasks: int) -> Json:
    """Makes the fleet with so many tasks that look at places, and plans. Gives what addresses of its pages hold."""
    _post(client, "/api/v1/fleets", {"name": "Orbit", "fleet": FLEET, "horizon_s": 86_400, "settle_s": None})
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    for number in range(1, SATELLITES + 1):
        _post(client, f"{ROOT}/satellites", {"name": f"Sat {number}", "satellite": f"sat-{number}"})
        for resource in RESOURCES:
            _post(client, f"{ROOT}/satellites/sat-{number}/resources", resource)
        _put(client, f"{ROOT}/satellites/sat-{number}/elements", {"source": _message(number, now)})
    for slug, (latitude, longitude) in STATIONS.items():
        place = {"name": slug.title(), "latitude": latitude, "longitude": longitude, "minimum_elevation": 5.0}
        _put(client, f"{ROOT}/stations/{slug}", place | {"drains_per_s": {"disk": 0.5}})
    _post(client, "/api/v1/products", _product())
    sent = list(_tasks(tasks))
    for first in range(0, tasks, AT_ONCE):
        _post(client, f"{ROOT}/tasks", sent[first : first + AT_ONCE])
    _post(client, f"{ROOT}/iterations", None)
    return _facts(client)


def _facts(client: httpx.Client) -> Json:
    def first(what: str) -> Json:
        found: Json = client.get(what).json()["items"][0]
        return found

    return {
        "waiting": first(f"/api/v1/tasks?fleet={FLEET}&status=buffered&limit=1")["id"],
        "planned": first(f"/api/v1/tasks?fleet={FLEET}&status=scheduled&limit=1")["id"],
        "contact": first(f"{ROOT}/passes?limit=1")["id"],
        "plan": first(f"{ROOT}/iterations?limit=1")["id"],
    }


def _tasks(count: int) -> Iterator[Json]:
    random = Random(17)
    for number in range(count):
        place = [round(random.uniform(-179, 179), 3), round(random.uniform(-70, 70), 3)] if number % 5 else [13.4, 52.5]
        yield {
            "name": f"image {number}",
            "resources": {"camera": 1, "disk": random.randint(1, 4)},
            "profit": round(random.triangular(1, 40, 6), 1),
            "duration": 20,
            "target": {
                "geometry": {"type": "Point", "coordinates": place},
                "conditions": {"maximum_off_nadir": 30.0},
            },
        }


def _message(number: int, epoch: datetime) -> Json:
    return {
        "OBJECT_NAME": f"SAT {number}",
        "NORAD_CAT_ID": number,
        "EPOCH": (epoch - timedelta(hours=12)).isoformat(),
        "MEAN_MOTION": 15.2,
        "ECCENTRICITY": 0.001,
        "INCLINATION": 97.6,
        "RA_OF_ASC_NODE": 60 * number % 360,
        "ARG_OF_PERICENTER": 90,
        "MEAN_ANOMALY": 100 * number % 360,
    }


def _product() -> Json:
    return {
        "product": "sharp",
        "title": "Sharp pictures",
        "fleet": FLEET,
        "geometries": ["Point"],
        "resources": {"camera": 1},
        "duration": 20,
        "profit": 5,
        "sight": {"maximum_off_nadir": 30.0},
    }


def _post(client: httpx.Client, path: str, document: object) -> None:
    client.post(path, json=document).raise_for_status()


def _put(client: httpx.Client, path: str, document: object) -> None:
    client.put(path, json=document).raise_for_status()
