"""The engine beside general solvers and greedy, on the same problems, side by side.

python -m benchmarks.selection --class tiny --class drained-28 --seeds 3 --time-limit 60 --json selection.json
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from benchmarks.classes import Class, from_files, generated
from benchmarks.figures import read, write
from benchmarks.problem import tolerance
from benchmarks.ratios import Cells, Summary, lies, summarise
from benchmarks.table import megabytes, percent, plain, seconds
from benchmarks.worker import CLOCKS, SOLVERS, Cell, Request, Worker

HEAD = (
    "class", "times faster", "worst", "proven", "by general", "engine", "best general", "its name", "widest gap",
    "greedy loses", "by share", "per subsets", "memory", "general",
)  # fmt: skip
LEGEND = """\
times faster: best proven time of HiGHS and CP-SAT (both levels) / the engine's, geometric mean; worst: on one problem.
>= general solvers hit the time limit, <= the engine did, ~ both happened. Proven: how many problems; times: medians.
Greedy: by profit, and by profit per share of what there is. Per subsets: a plain dynamic program's time / the engine's.
The engine starts from task objects after a warm-up (nothing is compiled on the clock), the others from arrays."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs, prints and writes; 1 if any answer can't be true."""
    options = _parser().parse_args(arguments)
    classes = generated() | (from_files(options.instances) if options.instances else {})
    wanted = [one for one in classes.values() if _is_wanted(one.name, options.classes)]
    if not wanted:
        print(f"no such class; there are: {', '.join(classes)}", file=sys.stderr)
        return 2
    rows, measured, wrong = [], [], []
    for one in wanted:
        problems, found = run_class(one, options)
        wrong += found
        rows.append(row(one.name, summarise(problems)))
        measured.append({"class": one.name, "problems": [_plain(cells) for cells in problems], "wrong": found})
        write(options.json, "selection", time_limit=options.time_limit, clock=options.clock, classes=measured)
    print(plain(HEAD, rows), LEGEND, *(f"WRONG: {line}" for line in wrong), sep="\n")
    return 1 if wrong else 0


def run_class(one: Class, options: argparse.Namespace) -> tuple[list[Cells], list[str]]:
    """The cells of every problem of a class, and what in them can't be true."""
    count = min(options.seeds or one.count, one.count if one.name in _FILES else sys.maxsize)
    workers = {solver: Worker(solver) for solver in options.solvers}
    problems, wrong = [], []
    try:
        for index in range(count):
            request = Request(one.name, index, options.instances, options.time_limit, options.clock)
            cells = _side_by_side(workers, request, options.rounds)
            problem = one.make(index)
            count_most = max((cell.tasks for cell in cells.values()), default=0)
            found = lies(cells, problem.known, tolerance(problem, count_most))
            wrong += [f"{one.name} #{index} ({problem.name}): {line}" for line in found]
            problems.append(cells)
            print(_progress(one, index, cells, found), file=sys.stderr)
    finally:
        for worker in workers.values():
            worker.stop()
    return problems, wrong


def row(name: str, summary: Summary) -> tuple[str, ...]:
    """A class as a row under `HEAD`; an engine that couldn't run says why in place of its ratio."""
    fault = summary.faults.get("engine", "").split("\n")[0]
    return (
        name,
        fault if summary.ratio is None and fault else _text(summary.ratio),
        _text(summary.worst),
        f"{summary.proven}/{summary.problems}",
        f"{summary.general_proven}/{summary.problems}",
        seconds(summary.seconds),
        seconds(summary.general_seconds),
        summary.general_name,
        percent(summary.gap),
        percent(summary.greedy_loss),
        percent(summary.share_loss),
        _text(summary.to_subsets),
        megabytes(summary.memory),
        megabytes(summary.general_memory),
    )


def load_file(file: Path) -> tuple[dict[str, Any], list[tuple[str, Summary]]]:
    """What a JSON file of this command holds: where it was measured, and the figures of each class."""
    document = read(file)
    classes = [
        (one["class"], summarise([{cell["solver"]: _cell(cell) for cell in cells} for cells in one["problems"]]))
        for one in document["classes"]
    ]
    return document["machine"] | {"time_limit": document["time_limit"], "clock": document.get("clock", "wall")}, classes


_FILES = ("spot5", "set-packing", "auctions")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection", description=__doc__)
    parser.add_argument(
        "--class", dest="classes", action="append", metavar="NAME", help="a class, or a pattern: free-*"
    )
    parser.add_argument("--seeds", type=int, help="problems of each class (default: as many as the class says)")
    parser.add_argument("--rounds", type=int, default=1, help="how often all solvers take their turn; the best counts")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S", help="per problem and solver")
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall", help="what times are read from")
    parser.add_argument("--solvers", nargs="+", choices=SOLVERS, default=list(SOLVERS))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--instances", type=Path, metavar="FOLDER", help="with folders spot5, set-packing, auctions")
    return parser


def _is_wanted(name: str, patterns: Sequence[str] | None) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _side_by_side(workers: dict[str, Worker], request: Request, rounds: int) -> Cells:
    """Every solver in turn, so many rounds (A B A B): a disturbed moment of the machine meets all alike."""
    cells: Cells = {}
    for _ in range(rounds):
        for solver, worker in workers.items():
            cell = worker.ask(request)
            before = cells.get(solver, cell)
            cells[solver] = min(before, cell, key=lambda one: (one.status != "optimal", one.seconds or 0.0))
    return cells


def _progress(one: Class, index: int, cells: Cells, wrong: Sequence[str]) -> str:
    words = [
        f"{cell.solver} {seconds(cell.seconds)} {cell.profit}{'' if cell.status == 'optimal' else '?'}"
        if cell.fault is None
        else f"{cell.solver} {cell.fault.strip().splitlines()[-1]}"
        for cell in cells.values()
    ]
    return "; ".join([f"{one.name} #{index}", *words, *(f"WRONG: {line}" for line in wrong)])


def _text(value: object) -> str:
    return "-" if value is None else str(value)


def _plain(cells: Cells) -> list[dict[str, Any]]:
    return [{key: str(v) if isinstance(v, Decimal) else v for key, v in asdict(c).items()} for c in cells.values()]


def _cell(values: dict[str, Any]) -> Cell:
    exact = {key: Decimal(values[key]) for key in ("profit", "bound") if values[key] is not None}
    return Cell(**{field.name: values[field.name] for field in fields(Cell)} | exact)


if __name__ == "__main__":
    sys.exit(main())
