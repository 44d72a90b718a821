"""Many submitters at once to a fleet that plans in time: nothing is lost, doubled or planned over each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import httpx
import pytest

from satselect.store.models import Fleet, Task
from tests.databases import OVER_THE_BUS
from tests.longer import more
from tests.oracle_in_time import check_plans, settled
from tests.owners import wait_until
from tests.services import NO_TLS

DATABASES = ["sqlite", OVER_THE_BUS]

FLEET = "/api/v1/fleets/orbit"
SUBMITTERS = 32


@pytest.mark.parametrize("batches", [1, *more([2])])
def test_what_is_accepted_is_planned_once_or_waits(service: httpx.Client, batches: int) -> None:
    made = {"name": "Orbit", "fleet": "orbit", "horizon_s": 14400, "frozen_s": 600, "settle_s": None}
    service.post("/api/v1/fleets", json=made).raise_for_status()
    for slug in ("sat-1", "sat-2"):
        service.post(f"{FLEET}/satellites", json={"name": slug, "satellite": slug}).raise_for_status()
        resource = {"name": "camera", "turnaround_s": 30}
        service.post(f"{FLEET}/satellites/{slug}/resources", json=resource).raise_for_status()
    with ThreadPoolExecutor(SUBMITTERS) as threads:
        accepted = list(threads.map(lambda seed: submit_all(str(service.base_url), seed, batches), range(SUBMITTERS)))
    fleet = Fleet.objects.get(slug="orbit")
    wait_until(lambda: settled(fleet))
    assert sorted(Task.objects.values_list("name", flat=True)) == sorted(name for some in accepted for name in some)
    fleet.refresh_from_db()
    assert check_plans(fleet) >= 1


def submit_all(address: str, seed: int, batches: int) -> list[str]:
    rng, accepted = Random(seed), []
    with httpx.Client(base_url=address, timeout=60, verify=NO_TLS) as client:
        for batch in range(batches):
            tasks = [task(f"{seed}.{batch}.{n}", rng) for n in range(rng.randint(1, 3))]
            send(client, tasks)
            accepted += [str(one["name"]) for one in tasks]
            change_one(client, rng)
    return accepted


def send(client: httpx.Client, tasks: list[dict[str, object]]) -> None:
    """As often as it takes: where more are at it than there are connections, it is one submission all the same."""
    key = {"Idempotency-Key": uuid4().hex}
    for _ in range(20):
        answer = client.post(f"{FLEET}/tasks", json=tasks, headers=key)
        if answer.status_code != 503:
            break
    assert answer.status_code in {201, 202}, answer.text


def task(name: str, rng: Random) -> dict[str, object]:
    start = datetime.now(UTC) + timedelta(minutes=rng.randint(15, 200))
    spot = {
        "satellite": rng.choice(["sat-1", "sat-2"]),
        "from": start.isoformat(),
        "until": (start + timedelta(minutes=8)).isoformat(),
    }
    sent = {"name": name, "resources": ["camera"], "profit": rng.randint(0, 99), "opportunities": [spot]}
    return sent | ({"duration": 60} if rng.random() < 0.5 else {})


def change_one(client: httpx.Client, rng: Random) -> None:
    """Whoever submitted it; others change it at the same time."""
    listed = client.get("/api/v1/tasks?limit=5")
    if listed.status_code == 503:  # more are at it than there are connections
        return
    one = rng.choice(listed.json()["items"])
    path = f"/api/v1/tasks/{one['id']}"
    if rng.random() < 0.5:
        changed = client.patch(path, json={"opportunities": task("", rng)["opportunities"], "duration": None})
    else:
        changed = client.post(f"{path}/{rng.choice(['cancel', 'complete', 'fail'])}")
    assert changed.status_code in {200, 409, 503}, changed.text
