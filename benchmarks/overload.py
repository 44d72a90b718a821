"""Three times the load that an installation with workers can hold: what was accepted is done, the rest is told to wait.

python -m benchmarks.overload --workers 2 --seconds 20 --postgres postgres://... --nats nats://... --json overload.json
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep

import psycopg

from benchmarks.figures import write
from benchmarks.installation import Installation, bus_name, installed
from benchmarks.open_load import FAILED, Answer, offer
from benchmarks.scale import add_servers
from benchmarks.service_load import REFUSED, bodies, fleet_names, load, p99, path_of
from benchmarks.service_process import DATABASES, fill
from benchmarks.table import plain, seconds

TAKEN = frozenset({201, 202})
NORMAL_WITHIN_S = 10.0
NORMAL_TIMES = 3.0
"""An answer is normal again if it takes no longer than so many times the slowest of those before the load."""

HEAD = (
    "workers",
    "offered to capacity",
    "batches/s",
    "offered",
    "taken",
    "refused",
    "p50 taken",
    "p99 refused",
    "normal",
)
LEGEND = """\
Capacity: batches a second that few clients get answered, each waiting for its answer. Then batches are offered as fast
as said, whether or not the ones before were answered. Taken: answered 201 or 202; refused: 429 or 503, with
Retry-After. Normal: from the last offer until five answers in a row are as quick as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of the load. Seconds, and batches a second."""

    workers: int
    capacity: float
    offered_per_second: float
    offered: int
    taken: int
    refused: int
    p50_taken: float | None
    p99_refused: float | None
    normal_after: float
    faults: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes; the exit code is 1 if a promise was broken."""
    options = _parser().parse_args(arguments)
    with DATABASES["postgresql"](options.postgres) as url, bus_name(options.nats) as bus:
        fill(url, options.buffered, options.resources, options.fleets)
        with installed(url, bus, workers=options.workers) as made:
            figures = _measured(made, options)
    write(options.json, "overload", figures=[asdict(figures)])
    print(plain(HEAD, [row(figures)]), LEGEND, *figures.faults, sep="\n")
    return 1 if figures.faults else 0


def row(one: Figures) -> tuple[str, ...]:
    """The figures as a row under `HEAD`."""
    return (
        *(str(one.workers), f"{one.offered_per_second / one.capacity:.3g}", f"{one.capacity:.3g}"),
        *(str(one.offered), str(one.taken), str(one.refused)),
        *(seconds(one.p50_taken), seconds(one.p99_refused), seconds(one.normal_after)),
    )


def faults_of(answers: Sequence[Answer], states: Counter[str], normal_after: float) -> list[str]:
    """Each promise that was broken, in words."""
    taken = sum(answer.status in TAKEN for answer in answers)
    others = Counter(answer.status for answer in answers if answer.status not in TAKEN | REFUSED)
    silent = sum(answer.status in REFUSED and not answer.says_when for answer in answers)
    broken = {
        f"answers of another kind: {dict(others)} ({FAILED} is none)": bool(others),
        f"{silent} refusals don't say when to try again": silent > 0,
        f"{taken} batches were taken, of which the database has {states['done']} as done: {dict(states)}": (
            states["done"] < taken or states.total() > states["done"]
        ),
        f"it took {normal_after:.1f} s until answers were normal again": normal_after > NORMAL_WITHIN_S,
    }
    return [words for words, is_so in broken.items() if is_so]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overload", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fleets", type=int, default=8)
    parser.add_argument("--buffered", type=int, default=1_000, help="in each fleet")
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--times", type=float, default=3.0, help="what it can hold (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="for how long (%(default)s)")
    parser.add_argument("--requests", type=int, default=200, help="to find out what it can hold (%(default)s)")
    add_servers(parser)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def _measured(made: Installation, options: argparse.Namespace) -> Figures:
    fleets = fleet_names(options.fleets)
    load(made.address, 4, 2 * options.fleets, options.resources, seed=0, fleets=fleets)  # buffers are warm from here on
    before = load(made.address, 8, options.requests, options.resources, seed=1, fleets=fleets)
    capacity = len(before.latencies) / before.duration
    print(f"it holds {capacity:.3g} batches a second", file=sys.stderr)
    done = _states(made)["done"]
    count = round(options.times * capacity * options.seconds)
    posts = [(path_of(fleets[n % len(fleets)]), body) for n, body in enumerate(bodies(count, options.resources, 2))]
    answers = offer(made.address, posts, per_second=options.times * capacity)
    start, over = min(answer.at for answer in answers), max(answer.at for answer in answers)
    normal_after = _normal_after(made, over, NORMAL_TIMES * max(before.latencies), options.resources)
    _wait_until(lambda: not _states(made)["pending"])
    states = _states(made) - Counter(done=done)
    taken = [answer.seconds for answer in answers if answer.status in TAKEN]
    refused = [answer.seconds for answer in answers if answer.status in REFUSED]
    return Figures(
        workers=options.workers,
        capacity=capacity,
        offered_per_second=(len(answers) - 1) / (over - start),
        offered=len(answers),
        taken=len(taken),
        refused=len(refused),
        p50_taken=median(taken) if taken else None,
        p99_refused=p99(refused) if refused else None,
        normal_after=normal_after,
        faults=faults_of(answers, states, normal_after),
    )


def _normal_after(made: Installation, over: float, most_s: float, resources: int) -> float:
    """How long after that time five answers in a row were taken as quickly as that."""
    in_a_row = 0
    for number in range(200):
        one = load(made.address, 1, 1, resources, seed=100 + number)
        in_a_row = in_a_row + 1 if one.latencies and one.latencies[0] <= most_s else 0
        if in_a_row == 1:
            since = perf_counter() - one.duration
        if in_a_row == 5:
            return max(0.0, since - over)
        sleep(0.1)
    return perf_counter() - over


def _states(made: Installation) -> Counter[str]:
    """How many batches are in each state."""
    with psycopg.connect(made.database) as connection:
        return Counter(dict(connection.execute("SELECT state, count(*) FROM store_batch GROUP BY state").fetchall()))


def _wait_until(is_so: Callable[[], bool]) -> None:
    give_up = monotonic() + 120
    while not is_so() and monotonic() < give_up:
        sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
