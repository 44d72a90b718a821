"""What one-task batches wait for while one customer submits batches that are too much: of the same fleet and others.

python -m benchmarks.heavy --databases sqlite postgresql --postgres postgres://... [--batches 100]
"""

import argparse
import http.client
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from threading import Event
from time import monotonic, sleep
from urllib.parse import urlsplit

from benchmarks.problems import satellite
from benchmarks.service_load import JSON, document, p99, path_of
from benchmarks.service_process import DATABASES, service
from benchmarks.solvers.engine import tasks_of
from benchmarks.table import plain, seconds

HEAD = ("database", "fleet", "usual p99", "p99 beside", "allowed", "posts", "failed")
LEGEND = """\
Batches of one task, each posted when the one before was answered. Usual: while nothing else is submitted. Allowed:
twice that and one time limit. Failed: answers other than 201. Heavy ones are answered"""
FLEETS = {"same": "default", "wide": "wide", "other": "other"}
"""What they are to those that submit what is too much: of theirs, or others."""
PAUSE_S = 0.05
Told = tuple[float, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.heavy", description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases can be made")
    parser.add_argument("--batches", type=int, default=12, help="that are too much (%(default)s)")
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
    limit = str(options.time_limit)
    with DATABASES[database](options.postgres) as url, service(url, SATSELECT_TIME_LIMIT=limit) as (address, _):
        _make_fleets(address, options.satellites)
        end = monotonic() + options.seconds
        usual = _beside(address, lambda: sleep(max(end - monotonic(), 0)))
        answers: Counter[int] = Counter()
        batches = [(path_of(FLEETS[fleet]), body) for fleet, body in islice(heavy(options.part), options.batches)]
        beside = _beside(address, lambda: answers.update(_post(address, *batch) for batch in batches))
    rows: list[tuple[str, ...]] = []
    for fleet in FLEETS:
        before, during = (p99([second for second, _ in told[fleet]]) for told in (usual, beside))
        failed = sum(status != http.client.CREATED for _, status in beside[fleet])
        times = seconds(before), seconds(during), seconds(2 * before + options.time_limit)
        rows.append((database, fleet, *times, str(len(beside[fleet])), str(failed)))
    return rows, answers


def _beside(address: str, work: Callable[[], object]) -> dict[str, list[Told]]:
    """What is told to each fleet's one-task batches while something is done."""
    is_done = Event()
    with ThreadPoolExecutor(len(FLEETS)) as pool:
        told = {name: pool.submit(lambda slug: list(_told(address, slug, is_done)), FLEETS[name]) for name in FLEETS}
        try:
            work()
        finally:
            is_done.set()
        return {name: one.result() for name, one in told.items()}


def _told(address: str, fleet: str, is_done: Event) -> Iterator[Told]:
    while not is_done.wait(PAUSE_S):
        start = monotonic()
        status = _post(address, path_of(fleet), _LIGHT)
        yield monotonic() - start, status


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
