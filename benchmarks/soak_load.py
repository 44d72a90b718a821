"""Steady clients: batches at a pace, each scheduled task reported, and tasks that wait cancelled, so that rows end."""

import http.client
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count, cycle
from threading import Event, Lock, Thread
from time import perf_counter

from benchmarks.open_load import Answer, post
from benchmarks.service_load import BATCH, bodies, connect, path_of

CANCELS_EVERY = 10
MOST_CANCELLED = 40
_MADE_AT_ONCE = 500


class SteadyLoad:
    """So many batches a second, until it is ended. `seen` counts the answers by status, and what was done."""

    def __init__(
        self, address: str, fleets: Sequence[str], *, per_second: float, resources: int, clients: int = 8
    ) -> None:
        self._address = address
        self._posts = _posts(fleets, resources)
        self._per_second = per_second
        self._start = perf_counter()
        self._lock = Lock()
        self._over = Event()
        self.seen = Counter[str]()
        self._threads = [Thread(target=self._run, daemon=True) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Returns when all that was posted is answered."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        with closing(connect(self._address)) as connection:
            while turn := self._next():
                number, path, body = turn
                self._submit(connection, path, body)
                if number % CANCELS_EVERY == 0:
                    self._cancel_some(connection)

    def _next(self) -> tuple[int, str, bytes] | None:
        """The next batch when its time has come; None when it is over."""
        with self._lock:
            number, path, body = next(self._posts)
        due_s = self._start + number / self._per_second - perf_counter()
        return None if self._over.wait(max(0.0, due_s)) else (number, path, body)

    def _submit(self, connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
        answer = self._counted("batches", post(connection, path, body))
        if answer.status in {201, 202}:
            self._note("tasks accepted", BATCH)
        if answer.status == http.client.CREATED:
            for task in json.loads(answer.body)["tasks"]:
                self._counted("reports", post(connection, f"/api/v1/tasks/{task['id']}/complete", b""))

    def _cancel_some(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", f"/api/v1/tasks?status=buffered&limit={MOST_CANCELLED}")
        answer = connection.getresponse()
        tasks = json.loads(answer.read())["items"] if answer.status == http.client.OK else []
        for task in tasks:
            self._counted("cancels", post(connection, f"/api/v1/tasks/{task['id']}/cancel", b""))

    def _counted(self, what: str, answer: Answer) -> Answer:
        self._note(f"{what} {answer.status}", 1)
        return answer

    def _note(self, what: str, times: int) -> None:
        with self._lock:
            self.seen[what] += times


def _posts(fleets: Sequence[str], resources: int) -> Iterator[tuple[int, str, bytes]]:
    """Numbered batches without end, for the fleets in turn."""
    numbers, turns = count(), cycle(fleets)
    for seed in count():
        for body in bodies(_MADE_AT_ONCE, resources, seed):
            yield next(numbers), path_of(next(turns)), body
