"""Clients who don't wait for each other: a batch is posted when its time has come, whatever became of those before."""

import http.client
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from time import perf_counter, sleep

from benchmarks.service_load import JSON, connect

CLIENTS = 192
"""More than a service works on at once."""

FAILED = 0

Post = tuple[str, bytes]
"""A path and a body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a post.

    Attributes:
        status: of HTTP; 0 if the connection failed.
        at: when it was posted, by the clock of `perf_counter`.
        seconds: until all of the answer was there.
        says_when: whether it says when to try again.
        body: of the answer.
    """

    status: int
    at: float
    seconds: float
    says_when: bool
    body: bytes = b""


class Schedule:
    """Hands out posts, each at its time."""

    def __init__(self, posts: Sequence[Post], per_second: float) -> None:
        self._posts: Iterator[tuple[int, Post]] = enumerate(posts)
        self._per_second = per_second
        self._start = perf_counter()
        self._lock = Lock()

    def __iter__(self) -> Iterator[Post]:
        """Those that nobody else took, each when its time has come."""
        while True:
            with self._lock:
                number, post = next(self._posts, (0, None))
            if post is None:
                return
            sleep(max(0.0, self._start + number / self._per_second - perf_counter()))
            yield post


def offer(address: str, posts: Sequence[Post], *, per_second: float, clients: int = CLIENTS) -> list[Answer]:
    """The answers to all posts, at that pace."""
    schedule = Schedule(posts, per_second)
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda _: _answers(address, schedule), range(clients)))
    return [answer for part in parts for answer in part]


def _answers(address: str, schedule: Schedule) -> list[Answer]:
    answers = []
    for path, body in schedule:
        with closing(connect(address)) as connection:  # a kept one may be closed by the other side while it is idle
            answers.append(post(connection, path, body))
    return answers


def post(connection: http.client.HTTPConnection, path: str, body: bytes) -> Answer:
    """What the service answers."""
    start = perf_counter()
    try:
        connection.request("POST", path, body, JSON)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return Answer(FAILED, start, perf_counter() - start, says_when=False)
    return Answer(answer.status, start, perf_counter() - start, "Retry-After" in answer.headers, text)
