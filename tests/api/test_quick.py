from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from random import Random
from uuid import uuid4

import httpx
import pytest

from satselect.store.models import Batch, Iteration, Task
from tests.databases import AND_OVER_THE_BUS, counts

DATABASES = AND_OVER_THE_BUS

README = [
    {"name": "capture for client 1098", "resources": ["camera", "disk", "proc"], "profit": 9.2},
    {"name": "clean satellite disk", "resources": ["disk"], "profit": 0.4},
    {"name": "upgrade to v2.1", "resources": ["proc"], "profit": 2.9},
]
PARALLEL = 64
LENSE = [{"name": "clean camera lense", "resources": ["camera"], "profit": 0.2}]


def test_the_two_requests_of_the_readme(service: httpx.Client) -> None:
    first = service.post("/api/tasks/", json=README)
    assert (first.status_code, first.json()) == (201, {"tasks": README[:1]})
    second = service.post("/api/tasks/", json=LENSE)
    assert (second.status_code, second.json()) == (201, {"tasks": [README[2], README[1], *LENSE]})


def test_location_names_the_iteration(service: httpx.Client) -> None:
    answer = service.post("/api/tasks/", json=README)
    iteration = service.get(answer.headers["Location"]).json()
    assert [task["name"] for task in iteration["tasks"]] == ["capture for client 1098"]
    assert (iteration["profit"], iteration["gap"], iteration["buffered"]) == (9.2, 0.0, 2)


@pytest.mark.parametrize("path", ["/api/tasks/", "/api/tasks"])
def test_both_spellings_of_the_path_take_a_post(service: httpx.Client, path: str) -> None:
    assert service.post(path, json=README).status_code == 201


@pytest.mark.parametrize("profit", ["9", "9.2", "0", "0.1", "1000000000000", "1e-7", "123456789012.25", "7.0"])
def test_the_profit_comes_back_as_sent(service: httpx.Client, profit: str) -> None:
    body = f'[{{"name": "a", "resources": [], "profit": {profit}}}]'
    answer = service.post("/api/tasks/", content=body, headers={"Content-Type": "application/json"})
    sent, received = httpx.Response(200, content=profit).json(), answer.json()["tasks"][0]["profit"]
    assert (received, type(received)) == (sent, type(sent))


def test_resources_come_back_in_the_order_sent(service: httpx.Client) -> None:
    task = {"name": "a", "resources": ["zoom", "alpha", "middle"], "profit": 1}
    assert service.post("/api/tasks/", json=[task]).json()["tasks"] == [task]


def test_a_task_without_resources_is_always_scheduled(service: httpx.Client) -> None:
    tasks: list[dict[str, object]] = [{"name": str(n), "resources": [], "profit": n} for n in (3, 2, 1, 0)]
    assert service.post("/api/tasks/", json=tasks).json()["tasks"] == tasks


def test_no_tasks_iterate_over_the_buffer(service: httpx.Client) -> None:
    service.post("/api/tasks/", json=README)
    answer = service.post("/api/tasks/", json=[])
    assert (answer.status_code, answer.json()) == (201, {"tasks": [README[2], README[1]]})


def test_equal_names_are_different_tasks(service: httpx.Client) -> None:
    nfc, nfd = "caf\u00e9", "cafe\u0301"
    tasks = [{"name": name, "resources": [], "profit": 1} for name in (nfc, nfd)]
    assert [task["name"] for task in service.post("/api/tasks/", json=tasks).json()["tasks"]] == [nfc, nfc]


def test_two_thousand_tasks_over_forty_resources_are_answered_with_the_optimum(service: httpx.Client) -> None:
    rng = Random(2)
    tasks: list[dict[str, object]] = [
        {
            "name": f"task {n}",
            "resources": rng.sample([f"r{i}" for i in range(40)], rng.randint(1, 5)),
            "profit": rng.randint(1, 1000) / 10,
        }
        for n in range(2_000)
    ]
    answer = service.post("/api/tasks/", json=tasks)
    assert answer.status_code == 201
    iteration = service.get(answer.headers["Location"]).json()
    assert (iteration["status"], iteration["gap"]) == ("optimal", 0)
    assert iteration["profit"] >= iteration["greedy_profit"]
    assert len(iteration["tasks"]) + iteration["buffered"] == 2_000


def test_a_repetition_gets_the_stored_answer(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = service.post("/api/tasks/", json=README, headers=headers)
    before = counts()
    second = service.post("/api/tasks/", json=README, headers=headers)
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["Location"] == first.headers["Location"]
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert counts() == before


def test_a_key_with_another_body_is_refused(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    service.post("/api/tasks/", json=README, headers=headers)
    before = counts()
    assert service.post("/api/tasks/", json=LENSE, headers=headers).status_code == 422
    assert counts() == before


@pytest.mark.parametrize("key", ["", "k" * 300, "tab\tin it", "\u00e9".encode("latin-1")])
def test_an_impossible_key_is_refused(service: httpx.Client, key: str | bytes) -> None:
    headers = httpx.Headers([(b"Idempotency-Key", key if isinstance(key, bytes) else key.encode())])
    answer = service.post("/api/tasks/", json=README, headers=headers)
    assert answer.status_code == 400
    assert not Batch.objects.exists()


def test_parallel_repetitions_have_one_effect_and_equal_answers(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": uuid4().hex}

    def post(_: int) -> tuple[int, bytes]:
        answer = service.post("/api/tasks/", json=README, headers=headers)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(PARALLEL) as threads:
        answers = set(threads.map(post, range(PARALLEL)))
    assert [status for status, _ in answers] == [201]
    assert (Batch.objects.count(), Task.objects.count(), Iteration.objects.count()) == (1, 3, 1)


def test_the_fields_of_the_full_api_are_taken(service: httpx.Client) -> None:
    task = {
        "name": "image",
        "resources": {"disk": 1},
        "profit": 1,
        "not_before": "2020-01-01T00:00:00Z",
        "deadline": "2120-01-01T01:00:00+01:00",
        "reference": "order 7",
        "payload": {"angle": 12.5},
    }
    assert service.post("/api/tasks/", json=[task]).status_code == 201
    (stored,) = service.get("/api/v1/tasks").json()["items"]
    assert {name: stored[name] for name in task} == task | {"resources": ["disk"], "deadline": "2120-01-01T00:00:00Z"}


@pytest.mark.parametrize("path", ["/api/tasks/", "/api/tasks", "/api/v1/fleets/default/tasks"])
def test_a_repetition_is_known_by_what_it_means(service: httpx.Client, path: str) -> None:
    headers = {"Idempotency-Key": "once", "Content-Type": "application/json"}
    first = service.post(path, content=b'[{"name": "a", "resources": ["x", "y"], "profit": 1}]', headers=headers)
    again = service.post(
        path, content=b' [ {"profit": 1.0, "resources": {"y": 1, "x": 1}, "name": "\\u0061"} ]\n', headers=headers
    )
    assert (again.status_code, again.content) == (201, first.content)
    other = service.post(path, content=b'[{"name": "a", "resources": ["x"], "profit": 1}]', headers=headers)
    assert (other.status_code, Batch.objects.count()) == (422, 1)


def test_a_repetition_is_known_by_its_bytes_where_an_earlier_release_took_it(service: httpx.Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = service.post("/api/tasks/", json=README, headers=headers)
    Batch.objects.update(digest=sha256(b"POST /api/tasks\n" + first.request.content).hexdigest())
    assert service.post("/api/tasks/", json=README, headers=headers).content == first.content
    assert service.post("/api/tasks/", json=README[:1], headers=headers).status_code == 422
