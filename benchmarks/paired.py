"""What a batch costs a service and its database, beside another commit: processor time, in turns on one machine.

python -m benchmarks.paired --before WORKTREE --databases sqlite postgresql --postgres postgres://...
    --buffered 100 10000 --clients 1 16 [--large]

The worktree is a checkout of the commit to compare with, in which `python -m benchmarks.service` works.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.problems import satellite
from benchmarks.processes import free_port, processor_s
from benchmarks.service_load import JSON, connect, document, load, p99, path_of
from benchmarks.service_process import DATABASES, wait_until_ready
from benchmarks.solvers.engine import tasks_of
from benchmarks.table import plain, seconds

HEAD = ("database", "buffered", "clients", "now to before", "now", "before", "p99 to before", "p99", "p99 before")
LEGEND = """\
Processor time of the service, and of PostgreSQL's processes for its database, for each batch of 5 tasks; the median of
the rounds' ratios. The two take turns; the machine had other work to do. Clients large: one batch of 10,000 tasks."""
LARGE = 0
"""Instead of a number of clients."""
HERE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Running:
    """A service of some commit."""

    address: str
    pid: int
    database: str

    def used_s(self) -> float:
        """Processor time so far."""
        pids = [self.pid, *_backends(self.database)]
        return sum(processor_s(pid) or 0.0 for pid in pids)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired", description=__doc__)
    parser.add_argument("--before", type=Path, required=True, metavar="WORKTREE")
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
                trees = (HERE, options.before)
                now, before = (stack.enter_context(_running(tree, database, buffered, options)) for tree in trees)
                for clients in (*options.clients, *([LARGE] if options.large else [])):
                    name = str(clients or "large")
                    rows.append((database, str(buffered), name, *_compared(now, before, clients, options)))
            print(plain(HEAD, rows), file=sys.stderr)
    print(plain(HEAD, rows), LEGEND, sep="\n")
    return 0


def _compared(now: Running, before: Running, clients: int, options: argparse.Namespace) -> tuple[str, ...]:
    told: list[list[tuple[float, list[float]]]] = [[], []]
    for turn in range(options.rounds + 1):
        pair = ((0, now), (1, before))
        for which, one in pair if turn % 2 else pair[::-1]:
            start = one.used_s()
            times = _large(one, turn) if clients == LARGE else _small(one, clients, options.requests, turn)
            if turn:  # the first one warms up
                told[which].append(((one.used_s() - start) / len(times), times))
    costs = [[cost for cost, _ in of] for of in told]
    tails = [median(p99(times) for _, times in of) for of in told]
    ratio = median(mine / theirs for mine, theirs in zip(*costs, strict=True))
    figures = (f"{ratio:.2f}", seconds(median(costs[0])), seconds(median(costs[1])))
    return *figures, f"{tails[0] / tails[1]:.2f}", seconds(tails[0]), seconds(tails[1])


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
def _running(tree: Path, database: str, buffered: int, options: argparse.Namespace) -> Iterator[Running]:
    """A service of that checkout, with so many tasks buffered by its own code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    environment["PYTHONPATH"] = f"{tree / 'src'}{os.pathsep}{tree}"
    with DATABASES[database](options.postgres) as url:
        fill = [sys.executable, "-m", "benchmarks.service_fill", url, str(buffered), "12", "0"]
        subprocess.run(fill, check=True, cwd=tree, env=environment, stdout=subprocess.DEVNULL)
        port = free_port()
        serve = [sys.executable, "-m", "satselect", "serve", "--port", str(port), "--database", url]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(serve, env=environment, cwd=tree, stdout=quiet, stderr=quiet) as process:
            try:
                address = f"http://127.0.0.1:{port}"
                wait_until_ready(address, process)
                yield Running(address, process.pid, urlsplit(url).path.strip("/") if database != "sqlite" else "")
            finally:
                process.terminate()
                process.wait(30)


def _backends(database: str) -> list[int]:
    """PostgreSQL's processes that work for that database, if it runs on this machine."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline") if database else ():
        try:
            if f" {database} " in file.read_text():
                found.append(int(file.parent.name))
        except OSError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
