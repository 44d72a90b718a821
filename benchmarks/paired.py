"""What a batch costs a service and its database, beside others: processor time, in turns on one machine.

python -m benchmarks.paired --before WORKTREE --peer --databases sqlite postgresql --postgres postgres://...
    --buffered 100 10000 1000000 --clients 1 16 [--large]

The worktree is a checkout of a commit to compare with, in which `python -m benchmarks.service` works; the peer is a
plain endpoint that stores as many rows and selects nothing (`benchmarks.peer`).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.problems import satellite
from benchmarks.processes import backends, free_port, memory, processor_s
from benchmarks.service_load import JSON, connect, document, load, p99, path_of
from benchmarks.service_process import DATABASES, wait_until_ready
from benchmarks.solvers.engine import tasks_of
from benchmarks.table import markdown, plain, seconds

HEAD = ("database", "buffered", "clients", "beside", "ratio", "now", "other", "p99 ratio", "p99", "p99 other", "memory")
LEGEND = """\
Processor time of the service, and of PostgreSQL's processes for its database, for each batch of 5 tasks; the median of
the rounds' ratios. They take turns; the machine had other work to do. Clients large: one batch of 10,000 tasks.
Memory: what is resident of the service at the end, beside the other's."""
LARGE = 0
"""Instead of a number of clients."""
HERE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Running:
    """A service of some commit."""

    name: str
    address: str
    pid: int
    database: str

    def used_s(self) -> float:
        """Processor time so far."""
        pids = [self.pid, *backends(self.database)]
        return sum(processor_s(pid) or 0.0 for pid in pids)

    def resident(self) -> int:
        """Bytes of it in memory."""
        return (memory(self.pid) or (0, 0))[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired", description=__doc__)
    parser.add_argument("--before", type=Path, metavar="WORKTREE")
    parser.add_argument("--peer", action="store_true", help="beside a plain endpoint, too")
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases can be made")
    parser.add_argument("--buffered", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--requests", type=int, default=100, help="in each round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="batches of 10,000 tasks, too")
    options = parser.parse_args(arguments)
    rows = []
    for database in options.databases:
        for buffered in options.buffered:
            with ExitStack() as stack:
                running = [stack.enter_context(one) for one in _all(database, buffered, options)]
                for clients in (*options.clients, *([LARGE] if options.large else [])):
                    name = str(clients or "large")
                    rows += [(database, str(buffered), name, *row) for row in _compared(running, clients, options)]
            print(plain(HEAD, rows), file=sys.stderr)
    print(markdown(HEAD, rows), LEGEND, sep="\n")
    return 0


def _all(database: str, buffered: int, options: argparse.Namespace) -> Iterator[AbstractContextManager[Running]]:
    """This commit first, then those to compare it with."""
    yield _running(HERE, database, buffered, options)
    if options.before:
        yield _running(options.before, database, buffered, options)
    if options.peer:
        yield _running(HERE, database, buffered, options, is_peer=True)


def _compared(running: Sequence[Running], clients: int, options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    costs: list[list[float]] = [[] for _ in running]
    tails: list[list[float]] = [[] for _ in running]
    for turn in range(options.rounds + 1):
        for which, one in sorted(enumerate(running), reverse=bool(turn % 2)):
            start = one.used_s()
            times = _large(one, turn) if clients == LARGE else _small(one, clients, options.requests, turn)
            if turn:  # the first one warms up
                costs[which].append((one.used_s() - start) / len(times))
                tails[which].append(p99(times))
    for which, other in enumerate(running[1:], 1):
        ratio = median(mine / theirs for mine, theirs in zip(costs[0], costs[which], strict=True))
        tail, its = median(tails[0]), median(tails[which])
        yield (
            *(other.name, f"{ratio:.2f}", seconds(median(costs[0])), seconds(median(costs[which]))),
            *(f"{tail / its:.2f}", seconds(tail), seconds(its)),
            f"{running[0].resident() / other.resident():.2f}",
        )


def _small(one: Running, clients: int, requests: int, turn: int) -> list[float]:
    return list(load(one.address, clients, requests, 12, seed=turn * 100 + clients).latencies)


def _large(one: Running, turn: int) -> list[float]:
    body = document(tasks_of(satellite(turn, 10_000, 12)))
    with closing(connect(one.address)) as connection:
        connection.request("POST", path_of("default"), body, JSON)
        answer = connection.getresponse()
        if answer.status != 201:
            raise RuntimeError(json.loads(answer.read()))
        answer.read()
    return [1.0]


@contextmanager
def _running(
    tree: Path, database: str, buffered: int, options: argparse.Namespace, *, is_peer: bool = False
) -> Iterator[Running]:
    """A service of that checkout, with so many tasks buffered by its own code; or the peer on such a database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    environment["PYTHONPATH"] = f"{tree / 'src'}{os.pathsep}{tree}"
    with DATABASES[database](options.postgres) as url:
        fill = [sys.executable, "-m", "benchmarks.service_fill", url, str(buffered), "12", "0"]
        subprocess.run(fill, check=True, cwd=tree, env=environment, stdout=subprocess.DEVNULL)
        port = free_port()
        serve = ["satselect", "serve", "--port", str(port), "--database", url]
        command = [sys.executable, "-m", *(["benchmarks.peer", url, str(port)] if is_peer else serve)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=environment, cwd=tree, stdout=quiet, stderr=quiet) as process:
            try:
                address = f"http://127.0.0.1:{port}"
                wait_until_ready(address, process)
                name = "peer" if is_peer else "now" if tree == HERE else "before"
                yield Running(name, address, process.pid, urlsplit(url).path.strip("/") * (database != "sqlite"))
            finally:
                process.terminate()
                process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
