"""An installation under steady load for a long time: whether its memory stays flat, and nothing is lost meanwhile.

python -m benchmarks.soak --minutes 30 --workers 2 --postgres postgres://... --nats nats://... --json soak.json
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import linear_regression
from time import monotonic, sleep

from benchmarks.doors import satselect_command
from benchmarks.figures import write
from benchmarks.installation import Installation, bus_name, installed
from benchmarks.processes import Members, memory
from benchmarks.scale import add_servers
from benchmarks.service_load import fleet_names
from benchmarks.service_process import DATABASES, fill
from benchmarks.soak_audit import audit
from benchmarks.soak_load import SteadyLoad
from benchmarks.table import megabytes, plain

WARM_UP = 0.25
"""The share of the time after which memory is expected to be flat."""

HEAD = ("process", "memory", "start", "warm", "end", "most", "grows an hour")
LEGEND = """\
Memory: resident, and private, which nobody shares: there a leak shows, whoever else starts and ends. Start: with the
first batches; warm: after a quarter of the time; from there on a straight line through all samples tells the growth.
Database: the sessions of this installation, of which each that looks at the common cache counts it as resident. Bus:
the whole server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the memory of a process went. Bytes."""

    process: str
    kind: str
    start: int
    warm: int
    end: int
    most: int
    per_hour: float


Sample = dict[str, tuple[int, int]]
"""By process: resident bytes, and private ones."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs, prints and writes; the exit code is 1 if something was lost."""
    options = _parser().parse_args(arguments)
    with DATABASES["postgresql"](options.postgres) as url, bus_name(options.nats) as bus:
        fill(url, options.buffered, options.resources, options.fleets)
        with installed(url, bus, workers=options.workers) as made:
            samples, seen, pruned = _soaked(made, options)
            faults = audit(url, accepted=seen["tasks accepted"] + options.buffered * options.fleets, pruned=pruned)
    growths = growths_of(samples)
    found = {"seen": seen, "pruned": pruned, "faults": faults, "growths": [asdict(one) for one in growths]}
    write(options.json, "soak", minutes=options.minutes, **found, samples=samples)
    print(plain(HEAD, [row(one) for one in growths]), LEGEND, _words(seen, pruned), *faults, sep="\n")
    return 1 if faults else 0


def growths_of(samples: Sequence[tuple[float, Sample]]) -> list[Growth]:
    """How the memory of each process went, from samples at seconds."""
    return [
        _growth(process, kind, [(at, sample[process][which]) for at, sample in samples if process in sample])
        for process in samples[-1][1]
        for which, kind in enumerate(("resident", "private"))
    ]


def row(one: Growth) -> tuple[str, ...]:
    """A growth as a row under `HEAD`."""
    sizes = (megabytes(size) for size in (one.start, one.warm, one.end, one.most))
    return one.process, one.kind, *sizes, f"{one.per_hour / 1e6:+.1f} MB"


def _growth(process: str, kind: str, sizes: Sequence[tuple[float, int]]) -> Growth:
    warm = [(at, size) for at, size in sizes if at >= WARM_UP * sizes[-1][0]]
    slope = linear_regression(*zip(*warm, strict=True)).slope if len(warm) > 1 else 0.0
    return Growth(
        process=process,
        kind=kind,
        start=sizes[0][1],
        warm=warm[0][1],
        end=sizes[-1][1],
        most=max(size for _, size in sizes),
        per_hour=slope * 3600,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fleets", type=int, default=4)
    parser.add_argument("--buffered", type=int, default=1_000, help="in each fleet at the start (%(default)s)")
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--per-second", type=float, default=4.0, help="batches of five tasks (%(default)s)")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between looks at memory (%(default)s)")
    parser.add_argument(
        "--keep", type=float, default=60.0, help="seconds after which what is over is pruned (%(default)s)"
    )
    add_servers(parser)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def _soaked(made: Installation, options: argparse.Namespace) -> tuple[list[tuple[float, Sample]], Counter[str], int]:
    """Samples of the memory, what the clients saw, and how many tasks were pruned."""
    samples: list[tuple[float, Sample]] = []
    pruned, pruned_at, start = 0, monotonic(), monotonic()
    load = SteadyLoad(
        made.address, fleet_names(options.fleets), per_second=options.per_second, resources=options.resources
    )
    with made.kinds() as kinds:
        while (at := monotonic() - start) < options.minutes * 60:
            sleep(options.every)
            samples.append((at, _sample(made, kinds)))
            if monotonic() - pruned_at > options.keep:
                pruned_at, pruned = monotonic(), pruned + _prune(made.database, options.keep)
                print(
                    f"{at / 60:.0f} min: {megabytes(sum(one[1] for one in samples[-1][1].values()))}", file=sys.stderr
                )
    load.end()
    return samples, load.seen, pruned + _prune(made.database, keep_s=0)


def _sample(made: Installation, kinds: dict[str, Members]) -> Sample:
    named = {"service": [made.service.pid]}
    named |= {f"worker {number}": [worker.pid] for number, worker in enumerate(made.workers, start=1)}
    named |= {kind: list(kinds[kind]()) for kind in ("database", "bus")}
    sizes = {name: [size for pid in pids if (size := memory(pid))] for name, pids in named.items()}
    return {name: (sum(one[0] for one in some), sum(one[1] for one in some)) for name, some in sizes.items() if some}


def _prune(database: str, keep_s: float) -> int:
    """How many tasks were deleted, with what belongs to them."""
    before = datetime.now(UTC) - timedelta(seconds=keep_s)
    command = [*satselect_command(), "prune", "--json", "--database", database, "--before", before.isoformat()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(json.loads(done.stdout)["tasks"])


def _words(seen: Counter[str], pruned: int) -> str:
    return ", ".join(f"{what}: {count}" for what, count in sorted(seen.items())) + f", tasks pruned: {pruned}"


if __name__ == "__main__":
    sys.exit(main())
