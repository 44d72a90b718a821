"""What clients of a running service do and see: each posts five tasks, waits for the answer, and posts the next."""

import http.client
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import satselect
from benchmarks.problems import satellite
from benchmarks.solvers.engine import tasks_of

BATCH = 5
_PATH = "/api/v1/fleets/default/tasks"


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds that each answered request took, all of them together, and how many were refused as too much."""

    latencies: Sequence[float]
    duration: float
    refused: int


def load(address: str, clients: int, requests: int, resources: int, *, seed: int) -> Load:
    """So many requests, by so many clients at once.

    Raises:
        RuntimeError: an answer is neither a 201 nor a 503.
    """
    tasks = tasks_of(satellite(seed + 1, requests * BATCH, resources))
    bodies = [document(tasks[start : start + BATCH]) for start in range(0, len(tasks), BATCH)]
    start = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(_post_all, [address] * clients, [bodies[mine::clients] for mine in range(clients)]))
    answered = [second for part in parts for second in part if second is not None]
    return Load(answered, perf_counter() - start, requests - len(answered))


def document(tasks: Sequence[satselect.Task]) -> bytes:
    """The tasks as a request holds them."""
    sent = [{"name": task.name, "resources": dict(task.resources), "profit": task.profit} for task in tasks]
    return json.dumps(sent).encode()


def _post_all(address: str, bodies: Sequence[bytes]) -> list[float | None]:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)) as connection:
        return [_post(connection, body) for body in bodies]


def _post(connection: http.client.HTTPConnection, body: bytes) -> float | None:
    start = perf_counter()
    connection.request("POST", _PATH, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    seconds = perf_counter() - start
    if answer.status == http.client.SERVICE_UNAVAILABLE:
        return None
    if answer.status != http.client.CREATED:
        raise RuntimeError(f"{answer.status}: {text[:200]!r}")
    return seconds
