"""Questions that select take no places from those who submit, and end when their client leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.databases import Databases
from tests.services import Services

LIMIT_S = 25


def hard() -> dict[str, Any]:
    random = Random(1)
    names = [f"r{n}" for n in range(40)]
    tasks = [
        {
            "name": f"{n}",
            "resources": {name: random.randint(1, 7) for name in random.sample(names, 3)},
            "profit": random.randint(50, 99),
        }
        for n in range(600)
    ]
    return {"tasks": tasks, "capacities": dict.fromkeys(names, 7)}


EASY = {"tasks": [{"name": "a", "resources": ["camera"], "profit": 1}]}


@pytest.fixture
def patient(databases: Databases, services: Services) -> Iterator[httpx.Client]:
    database = databases.get("sqlite", is_served=True)
    with httpx.Client(base_url=services.address(database, SATSELECT_TIME_LIMIT=str(LIMIT_S)), timeout=60) as client:
        yield client


def ask(client: httpx.Client, leaving_after_s: float) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{client.base_url}/api/v1/selections", json=hard(), timeout=leaving_after_s)


def test_hard_questions_have_places_of_their_own_and_end_with_their_clients(patient: httpx.Client) -> None:
    assert patient.post("/api/v1/selections", json=EASY).status_code == 200
    with ThreadPoolExecutor(2) as clients:
        begun = monotonic()
        asked = [clients.submit(ask, patient, 8) for _ in range(2)]
        sleep(1)
        refused = patient.post("/api/v1/selections", json=EASY)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.json()["type"].endswith("too-many-questions")
        submitted = patient.post("/api/tasks/", json=EASY["tasks"])
        assert submitted.status_code == 201
        assert patient.get("/readyz").status_code == 200
        assert monotonic() - begun < 8
        for each in asked:
            each.result()
    give_up = monotonic() + 5
    while patient.post("/api/v1/selections", json=EASY).status_code != 200:
        assert monotonic() < give_up < begun + LIMIT_S
