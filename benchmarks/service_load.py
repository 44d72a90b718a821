"""What clients of a running service do and see: each posts five tasks, waits for the answer, and posts the next."""

import http.client
import json
import math
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
REFUSED = frozenset({http.client.TOO_MANY_REQUESTS, http.client.SERVICE_UNAVAILABLE})
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds that each answered request took, all of them together, and how many were refused as too much."""

    latencies: Sequence[float]
    duration: float
    refused: int


def load(
    address: str, clients: int, requests: int, resources: int, *, seed: int, fleets: Sequence[str] = ("default",)
) -> Load:
    """So many requests, by so many clients at once, to the fleets in turn.

    Raises:
        RuntimeError: an answer is neither a 201 nor says that it is too much.
    """
    posts = [
        (path_of(fleets[number % len(fleets)]), body) for number, body in enumerate(bodies(requests, resources, seed))
    ]
    start = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(_post_all, [address] * clients, [posts[mine::clients] for mine in range(clients)]))
    answered = [second for part in parts for second in part if second is not None]
    return Load(answered, perf_counter() - start, requests - len(answered))


def p99(times: Sequence[float]) -> float:
    """What 99 of 100 didn't exceed; of a few the longest."""
    return sorted(times)[math.ceil(0.99 * (len(times) - 1))]


def fleet_names(count: int) -> list[str]:
    """The fleets that are loaded: the default one, or so many others."""
    return [f"fleet-{number}" for number in range(count)] or ["default"]


def path_of(fleet: str) -> str:
    """Where batches of that fleet are posted."""
    return f"/api/v1/fleets/{fleet}/tasks"


def bodies(requests: int, resources: int, seed: int) -> list[bytes]:
    """So many batches, as requests hold them."""
    tasks = tasks_of(satellite(seed + 1, requests * BATCH, resources))
    return [document(tasks[start : start + BATCH]) for start in range(0, len(tasks), BATCH)]


def document(tasks: Sequence[satselect.Task]) -> bytes:
    """The tasks as a request holds them."""
    sent = [{"name": task.name, "resources": dict(task.resources), "profit": task.profit} for task in tasks]
    return json.dumps(sent).encode()


def connect(address: str) -> http.client.HTTPConnection:
    """A connection to a service, to be kept."""
    return http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)


def _post_all(address: str, posts: Sequence[tuple[str, bytes]]) -> list[float | None]:
    with closing(connect(address)) as connection:
        return [_post(connection, path, body) for path, body in posts]


def _post(connection: http.client.HTTPConnection, path: str, body: bytes) -> float | None:
    start = perf_counter()
    connection.request("POST", path, body, JSON)
    answer = connection.getresponse()
    text = answer.read()
    seconds = perf_counter() - start
    if answer.status in REFUSED:
        return None
    if answer.status != http.client.CREATED:
        raise RuntimeError(f"{answer.status}: {text[:200]!r}")
    return seconds
