"""How the buffer scales: what adding, selecting and keeping a task cost from a thousand to a million tasks.

python -m benchmarks.buffer --tasks 1000 1000000 --resources 12 60 --json buffer.json
"""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import satselect
from benchmarks.buffer_cell import Scale, latencies, resident_bytes, traced_bytes
from benchmarks.figures import read, write
from benchmarks.table import plain, seconds

HEAD = (
    "tasks", "resources", "p50 to base", "p50", "p99", "first select", "add a task", "bytes a task",
    "with the task", "resident", "as fresh",
)  # fmt: skip
LEGEND = """\
p50, p99: select after 5 new tasks came and the selected went; to base: p50 / that with 10,000 tasks,
or with the fewest where that was not measured.
Bytes a task: what the buffer itself allocates; with the task: and the task objects; resident: growth of the
process without them.
As fresh: how often the buffer earned what a fresh select over the same tasks earns."""


_BASE = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every size in processes of their own, prints and writes; 1 if the buffer ever earns something else."""
    options = _parser().parse_args(arguments)
    if not hasattr(satselect, "Buffer"):
        print("not yet: this engine has no satselect.Buffer")
        return 0
    scales = []
    for resources, tasks in product(options.resources, options.tasks):
        scales.append(_scale(tasks, resources, options.batches))
        print(_progress(scales[-1]), file=sys.stderr)
        write(options.json, "buffer", scales=[asdict(scale) for scale in scales])
    print(plain(HEAD, rows(scales)), LEGEND, sep="\n")
    return int(any(scale.as_fresh != scale.compared for scale in scales))


def rows(scales: Sequence[Scale]) -> list[tuple[str, ...]]:
    """The sizes as rows under `HEAD`."""
    return [_row(scale, [other for other in scales if other.resources == scale.resources]) for scale in scales]


def load_file(file: Path) -> tuple[dict[str, Any], list[Scale]]:
    """What a JSON file of this command holds: where it was measured, and the figures of each size."""
    document = read(file)
    return document["machine"], [Scale(**values) for values in document["scales"]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.buffer", description=__doc__)
    parser.add_argument("--tasks", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--resources", type=int, nargs="+", default=[12, 60])
    parser.add_argument("--batches", type=int, default=100, help="batches of 5 new tasks")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


def _scale(tasks: int, resources: int, batches: int) -> Scale:
    """All figures of a size, each measurement in a fresh process."""
    figures = {"tasks": tasks, "resources": resources} | _apart(latencies, tasks, resources, batches)
    return Scale(**figures | _apart(traced_bytes, tasks, resources) | _apart(resident_bytes, tasks, resources))


def _apart(measure: Callable[..., dict[str, Any]], *arguments: int) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)


def _row(scale: Scale, alike: Sequence[Scale]) -> tuple[str, ...]:
    base = min(alike, key=lambda other: (other.tasks != _BASE, other.tasks))
    return (
        f"{scale.tasks:,}",
        str(scale.resources),
        f"{scale.p50 / base.p50:.3g}",
        seconds(scale.p50),
        seconds(scale.p99),
        seconds(scale.first),
        seconds(scale.add),
        f"{scale.buffer_bytes:.0f}",
        f"{scale.buffer_bytes + scale.task_bytes:.0f}",
        "-" if scale.resident_bytes is None else f"{scale.resident_bytes:.0f}",
        f"{scale.as_fresh}/{scale.compared}",
    )


def _progress(scale: Scale) -> str:
    return f"{scale.tasks} x {scale.resources}: p50 {seconds(scale.p50)}, p99 {seconds(scale.p99)}"


if __name__ == "__main__":
    sys.exit(main())
