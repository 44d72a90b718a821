"""What one-task batches wait for while one customer submits batches that are too much: of the same fleet and others.

python -m benchmarks.heavy --databases sqlite postgresql --postgres postgres://... [--batches 100]
"""

import argparse
import http.client
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from threading import Event
from time import clock_gettime, monotonic, sleep
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.problems import satellite
from benchmarks.service_load import JSON, document, p99, path_of
from benchmarks.service_process import DATABASES, service
from benchmarks.solvers.engine import tasks_of
from benchmarks.table import plain, seconds

HEAD = ("database", "fleet", "usual p99", "beside", "allowed", "processor", "beside", "posts", "failed")
LEGEND = """\
Batches of one task, each posted when the one before was answered. Usual: of another service to which nothing else is
submitted, in turns. Allowed: twice that and one time limit. Processor: what the service used of it, for whomever, from
the POST to the answer: what others on the machine do counts in it least. Failed: answers other than 201. Heavy ones are
answered"""
FLEETS = {"same": "default", "wide": "wide", "other": "other"}
"""What they are to those that submit what is too much: of theirs, or others."""
PAUSE_S = 0.05


class Told(NamedTuple):
    """An answer: seconds by the clock and of the service's processor time until it came, and its status."""

    waited_s: float
    worked_s: float
    status: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.heavy", description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases can be made")
    parser.add_argument("--batches", type=int, default=12, help="that are too much (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="in which they are submitted (%(default)s)")
    parser.add_argument("--satellites", type=int, default=1000, help="of the fleet that has many (%(default)s)")
    parser.add_argument("--part", type=int, default=1, help="a heavy batch has this part of its tasks (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="to measure what is usual (%(default)s)")
    parser.add_argument("--time-limit", type=float, default=1.0, help="of an iteration (%(default)s)")
    options = parser.parse_args(arguments)
    for database in options.databases:
        rows, answers = _measured(database, options)
        print(plain(HEAD, rows), f"{LEGEND} {dict(answers)}.", sep="\n")
    return 0


def heavy(part: int) -> Iterator[tuple[str, bytes]]:
    """Fleet and batch, again and again: many tasks for thousands of resources, and for satellites nearly alike."""
    sizes = ((10_000, 2_000), (2_000, 1_000), (500, 100))
    kinds = [("same", _document(seed, tasks // part, resources)) for seed, (tasks, resources) in enumerate(sizes)]
    alike = [{"name": f"w{n}", "resources": {"r0": 1 + n % 3}, "profit": 1 + n % 97} for n in range(10_000 // part)]
    just_fit = alike[: 1_000 // part]
    return cycle([*kinds, *(("wide", json.dumps(some).encode()) for some in (alike, just_fit))])


def _measured(database: str, options: argparse.Namespace) -> tuple[list[tuple[str, ...]], Counter[int]]:
    batches = [(path_of(FLEETS[fleet]), body) for fleet, body in islice(heavy(options.part), options.batches)]
    usual: defaultdict[str, list[Told]] = defaultdict(list)
    beside: defaultdict[str, list[Told]] = defaultdict(list)
    answers: Counter[int] = Counter()
    with _served(database, options) as quiet, _served(database, options) as served:
        for number in range(options.rounds):
            _beside(quiet, partial(sleep, options.seconds / options.rounds), usual)
            some = batches[number :: options.rounds]
            _beside(served, partial(_submit, served, some, answers), beside)
    rows: list[tuple[str, ...]] = []
    for fleet in FLEETS:
        figures = [*_figures(usual[fleet], beside[fleet], options.time_limit)]
        failed = sum(told.status != http.client.CREATED for told in beside[fleet])
        rows.append((database, fleet, *map(seconds, figures), str(len(beside[fleet])), str(failed)))
    return rows, answers


def _submit(served: "Served", batches: Sequence[tuple[str, bytes]], answers: Counter[int]) -> None:
    answers.update(served.post(*batch).status for batch in batches)


def _figures(usual: list[Told], beside: list[Told], limit_s: float) -> Iterator[float]:
    before, during = (p99([told.waited_s for told in some]) for some in (usual, beside))
    yield from (before, during, 2 * before + limit_s)
    yield from (p99([told.worked_s for told in some]) for some in (usual, beside))


def _beside(served: "Served", work: Callable[[], object], notes: defaultdict[str, list[Told]]) -> None:
    """Notes what is told to each fleet's one-task batches while something is done."""
    is_done = Event()
    with ThreadPoolExecutor(len(FLEETS)) as pool:
        told = {name: pool.submit(lambda slug: list(_told(served, slug, is_done)), FLEETS[name]) for name in FLEETS}
        try:
            work()
        finally:
            is_done.set()
        for name, one in told.items():
            notes[name] += one.result()


def _told(served: "Served", fleet: str, is_done: Event) -> Iterator[Told]:
    while not is_done.wait(PAUSE_S):
        yield served.post(path_of(fleet), _LIGHT)


@dataclass(frozen=True, slots=True)
class Served:
    """A service, and its process."""

    address: str
    pid: int

    def post(self, path: str, body: bytes) -> Told:
        """What is answered."""
        start, worked_s = monotonic(), self._worked_s()
        status = _post(self.address, path, body)
        return Told(monotonic() - start, self._worked_s() - worked_s, status)

    def _worked_s(self) -> float:
        return clock_gettime(~self.pid << 3 | 2)  # as clock_getcpuclockid(3) makes it, which Python doesn't have


@contextmanager
def _served(database: str, options: argparse.Namespace) -> Iterator[Served]:
    limit = str(options.time_limit)
    with DATABASES[database](options.postgres) as url, service(url, SATSELECT_TIME_LIMIT=limit) as (address, process):
        _make_fleets(address, options.satellites)
        yield Served(address, process.pid)


def _make_fleets(address: str, satellites: int) -> None:
    """The default fleet is there; one has many satellites that are nearly alike, one has a satellite."""
    for fleet, count in (("wide", satellites), ("other", 1)):
        _made(address, "/api/v1/fleets", {"name": fleet})
        for number in range(count):
            path = f"/api/v1/fleets/{fleet}/satellites"
            _made(address, path, {"name": f"s{number}"})
            _made(address, f"{path}/s{number}/resources", {"name": "r0", "capacity": 5 + number % 7})


def _made(address: str, path: str, what: dict[str, object]) -> None:
    if (status := _post(address, path, json.dumps(what).encode())) != http.client.CREATED:
        raise RuntimeError(f"{path} answered {status}")


def _post(address: str, path: str, body: bytes) -> int:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)) as connection:
        connection.request("POST", path, body, JSON)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def _document(seed: int, tasks: int, resources: int) -> bytes:
    return document(tasks_of(satellite(seed, tasks, resources)))


_LIGHT = json.dumps([{"name": "light", "resources": ["r0"], "profit": 1}]).encode()

if __name__ == "__main__":
    sys.exit(main())
