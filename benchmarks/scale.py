"""What workers bring: batches a second with a service that does it all, and with workers over the bus.

python -m benchmarks.scale --workers 1 2 4 --fleets 8 --buffered 1000 100000
    --postgres postgres://... --nats nats://... --json scale.json
"""

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from benchmarks.figures import read, write
from benchmarks.installation import Installation, bus_name, installed
from benchmarks.processes import Meter
from benchmarks.service_load import Load, fleet_names, load, p99
from benchmarks.service_process import DATABASES, fill
from benchmarks.table import plain, seconds

KINDS = ("service", "worker", "database", "bus", "clients")
HEAD = (
    *("workers", "buffers", "buffered", "to inline", "batches/s", "p50", "p99", "batches", "refused"),
    *KINDS,
    *("ceiling", "to inline", "services", "ceiling", "to inline"),
)
LEGEND = """\
From the POST of 5 tasks over a kept connection to its 201, an iteration included. Workers: 0 is one service that does
it all, on the same database. Buffers: cold is the first batch of each fleet after a start, warm those that follow.
Buffered: in each of the fleets. Service to clients: processor time for each batch, of all processes of the kind; of the
database the sessions of this one, of the bus the whole server, of the clients this program, which share the machine.
Ceiling: batches a second if every process had a core of its own: as many as the busier kind allows, one service or so
many workers; to inline: that against the ceiling of the service that does it all. Where it is more than was measured,
the cores are what is short, not the processes. Services: how many keep so many workers busy; and what the ceiling is
with those. The database needs its time for each batch on top, on as many cores as it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What clients saw, and what it cost. Seconds; `processor` by kind, for each batch."""

    workers: int
    buffers: str
    fleets: int
    buffered: int
    batches: int
    refused: int
    p50: float
    p99: float
    per_second: float
    processor: dict[str, float]

    @property
    def ceiling(self) -> float:
        """Batches a second if every process had a core of its own. A Python process uses hardly more than one."""
        return min(1 / self.processor["service"], self.ceiling_of_workers or math.inf)

    @property
    def ceiling_of_workers(self) -> float | None:
        """The same with as many services as keep the workers busy; None without workers."""
        return self.workers / self.processor["worker"] if self.workers else None


@dataclass(slots=True)
class Seen:
    """What was measured of one kind, over the rounds."""

    loads: list[Load] = field(default_factory=list)
    used_s: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))

    def add(self, one: Load, used_s: dict[str, float]) -> None:
        """One more round."""
        self.loads.append(one)
        for kind, used in used_s.items():
            self.used_s[kind] += used


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes."""
    options = _parser().parse_args(arguments)
    figures: list[Figures] = []
    for buffered in options.buffered:
        figures += _measured(buffered, options)
        write(options.json, "scale", figures=[asdict(one) for one in figures])
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--fleets", type=int, default=8)
    parser.add_argument("--buffered", type=int, nargs="+", default=[1_000, 100_000], help="in each fleet")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--requests", type=int, default=600, help="with warm buffers, in each round (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=2, help="in which the numbers of workers take turns (%(default)s)"
    )
    add_servers(parser)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def add_servers(parser: argparse.ArgumentParser) -> None:
    """Lets the caller say where databases and streams can be made."""
    parser.add_argument("--postgres", metavar="URL", default="postgres://postgres@127.0.0.1:5432", help="(%(default)s)")
    parser.add_argument("--nats", metavar="URL", default="nats://127.0.0.1:4222", help="(%(default)s)")


def _measured(buffered: int, options: argparse.Namespace) -> Iterator[Figures]:
    seen = {(workers, kind): Seen() for workers in (0, *options.workers) for kind in ("cold", "warm")}
    with DATABASES["postgresql"](options.postgres) as url, bus_name(options.nats) as bus:
        fill(url, buffered, options.resources, options.fleets)
        print(f"{buffered} tasks are buffered in each fleet", file=sys.stderr)
        for turn in range(options.rounds):
            for workers in (0, *options.workers):
                with installed(url, bus, workers=workers) as made:
                    _warm_up(made, options.resources)
                    seen[workers, "cold"].add(*_load(made, options.fleets, turn, options))
                    seen[workers, "warm"].add(*_load(made, options.requests, 100 + turn, options))
                print(f"round {turn + 1}, {workers} workers: done", file=sys.stderr)
    for (workers, kind), some in seen.items():
        yield _figures(some, workers=workers, buffers=kind, fleets=options.fleets, buffered=buffered)


def _warm_up(made: Installation, resources: int) -> None:
    """What a process does at its first request is no matter of buffers; another fleet takes it."""
    load(made.address, 4, 16, resources, seed=0)


def _load(made: Installation, requests: int, seed: int, options: argparse.Namespace) -> tuple[Load, dict[str, float]]:
    """What clients saw, and the processor time by kind."""
    with made.kinds() as kinds, Meter(kinds) as meter:
        before = process_time()
        fleets = fleet_names(options.fleets)
        one = load(made.address, options.clients, requests, options.resources, seed=seed, fleets=fleets)
        clients_s = process_time() - before
    return one, meter.used_s | {"clients": clients_s}


def _figures(seen: Seen, *, workers: int, buffers: str, fleets: int, buffered: int) -> Figures:
    times = [second for one in seen.loads for second in one.latencies]
    return Figures(
        workers=workers,
        buffers=buffers,
        fleets=fleets,
        buffered=buffered,
        batches=len(times),
        refused=sum(one.refused for one in seen.loads),
        p50=median(times),
        p99=p99(times),
        per_second=len(times) / sum(one.duration for one in seen.loads),
        processor={kind: used / len(times) for kind, used in seen.used_s.items()},
    )


def _row(one: Figures, figures: Sequence[Figures]) -> tuple[str, ...]:
    inline = next(
        other for other in figures if (other.workers, other.buffers, other.buffered) == (0, one.buffers, one.buffered)
    )
    return (
        *(str(one.workers), one.buffers, str(one.buffered), f"{one.per_second / inline.per_second:.3g}"),
        *(f"{one.per_second:.3g}", seconds(one.p50), seconds(one.p99), str(one.batches), str(one.refused)),
        *(seconds(one.processor[kind] or None) for kind in KINDS),
        *(f"{one.ceiling:.3g}", f"{one.ceiling / inline.ceiling:.3g}"),
        *_with_services(one, inline),
    )


def _with_services(one: Figures, inline: Figures) -> tuple[str, ...]:
    if one.ceiling_of_workers is None:
        return "-", "-", "-"
    services = math.ceil(one.ceiling_of_workers * one.processor["service"])
    return str(services), f"{one.ceiling_of_workers:.3g}", f"{one.ceiling_of_workers / inline.ceiling:.3g}"


if __name__ == "__main__":
    sys.exit(main())
