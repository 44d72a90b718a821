"""The service under load: from a POST of five tasks to its answer, with few and with many tasks buffered.

python -m benchmarks.service --buffered 100 10000 1000000 --clients 1 4 16
    --databases sqlite postgresql --postgres postgres://... --json service.json
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.figures import read, write
from benchmarks.service_load import Load, load
from benchmarks.service_process import DATABASES, serving
from benchmarks.table import plain, seconds

HEAD = ("database", "buffered", "clients", "p50 to fewest", "p50", "p99", "requests/s", "requests", "refused")
LEGEND = """\
From the POST of 5 tasks over a kept connection to its 201, an iteration included. p50 to fewest: p50 / that with the
fewest tasks buffered, the same database and as many clients. The sizes are asked in turn, so that a disturbed moment
meets all of them; the load generator shares the machine. Refused: answered 503, no iteration within its patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What clients saw of one database with so many tasks buffered. Seconds."""

    database: str
    buffered: int
    clients: int
    requests: int
    p50: float
    p99: float
    per_second: float
    refused: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes."""
    options = _parser().parse_args(arguments)
    figures: list[Figures] = []
    for database in options.databases:
        for one in _measured(database, options):
            figures.append(one)
            write(options.json, "service", figures=[asdict(one) for one in figures])
    print(plain(HEAD, rows(figures)), LEGEND, sep="\n")
    return 0


def rows(figures: Sequence[Figures]) -> list[tuple[str, ...]]:
    """The figures as rows under `HEAD`."""
    return [_row(one, figures) for one in figures]


def load_file(file: Path) -> tuple[dict[str, Any], list[Figures]]:
    """What a JSON file of this command holds: where it was measured, and the figures."""
    document = read(file)
    return document["machine"], [Figures(**values) for values in document["figures"]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--buffered", type=int, nargs="+", default=[100, 10_000, 1_000_000])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--requests", type=int, default=200, help="for each size and number of clients (%(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="in which the sizes take turns (%(default)s)")
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases can be made")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def _measured(database: str, options: argparse.Namespace) -> Iterator[Figures]:
    with ExitStack() as stack:
        services = {}
        for buffered in options.buffered:
            url = stack.enter_context(DATABASES[database](options.postgres))
            services[buffered] = stack.enter_context(serving(url, buffered, options.resources))
            print(f"{database}: {buffered} tasks are buffered", file=sys.stderr)
        for clients in options.clients:
            loads: dict[int, list[Load]] = {buffered: [] for buffered in services}
            for turn in range(options.rounds):
                for buffered, address in services.items():
                    count = options.requests // options.rounds
                    loads[buffered].append(load(address, clients, count, options.resources, seed=turn * 100 + clients))
            yield from (_figures(database, buffered, clients, some) for buffered, some in loads.items())


def _figures(database: str, buffered: int, clients: int, loads: Sequence[Load]) -> Figures:
    times = [second for one in loads for second in one.latencies]
    return Figures(
        database=database,
        buffered=buffered,
        clients=clients,
        requests=len(times),
        p50=median(times),
        p99=quantiles(times, n=100, method="inclusive")[98],
        per_second=len(times) / sum(one.duration for one in loads),
        refused=sum(one.refused for one in loads),
    )


def _row(one: Figures, figures: Sequence[Figures]) -> tuple[str, ...]:
    same = [other for other in figures if (other.database, other.clients) == (one.database, one.clients)]
    fewest = min(same, key=lambda other: other.buffered)
    return (
        one.database,
        str(one.buffered),
        str(one.clients),
        f"{one.p50 / fewest.p50:.3g}",
        seconds(one.p50),
        seconds(one.p99),
        f"{one.per_second:.3g}",
        str(one.requests),
        str(one.refused),
    )


if __name__ == "__main__":
    sys.exit(main())
