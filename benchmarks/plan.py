"""Planning in time: the engine beside HiGHS and CP-SAT, each in a process of its own, in processor time.

Usage: python -m benchmarks.plan [--class NAME]... [--only TEXT] [--limit SECONDS] [--json FILE]
"""

import argparse
import json
import multiprocessing
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import geometric_mean, median
from time import process_time

from benchmarks.plan_problems import CLASSES
from benchmarks.plan_solvers import RIVALS, Planner, engine
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.timeline.form import TimelineProblem

_PLANNERS = ["engine", *RIVALS]
_SHORT_S, _MOST_CALLS = 0.2, 9
_GRACE_S = 120.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What a planner did: processor seconds, profit and bound as they are meant, and whether it claims proof."""

    problem: str
    size: int
    planner: str
    seconds: float
    profit: float
    bound: float
    is_proven: bool


def main() -> None:
    """Measures what is asked for, and prints a table of each class."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--class", dest="classes", action="append", choices=list(CLASSES))
    parser.add_argument("--only", default="", help="problems with this in their name")
    parser.add_argument("--planner", dest="planners", action="append", choices=_PLANNERS)
    parser.add_argument("--limit", type=float, default=20.0, help="seconds by the clock")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cells = []
    for name in given.classes or CLASSES:
        problems = [(problem, make) for problem, make in CLASSES[name] if given.only in problem]
        for problem, _ in problems:
            for planner in given.planners or _PLANNERS:
                cells += list(_asked(name, problem, planner, given.limit))
        _print(name, [cell for cell in cells if cell.problem.startswith(f"{name}: ")])
    if given.json:
        given.json.write_text(json.dumps([asdict(cell) for cell in cells], indent=1))


def _asked(class_name: str, problem: str, planner: str, limit: float) -> Iterator[Cell]:
    """The cell of a planner, made by a process that only it has; none if it never came back."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, class_name, problem, planner, limit), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(6 * limit + _GRACE_S):
            yield here.recv()
    except EOFError:
        print(f"{planner} crashed on {problem}")
    process.terminate()
    process.join()


def _serve(connection: Connection, class_name: str, problem: str, planner: str, limit: float) -> None:
    form = dict(CLASSES[class_name])[problem]()
    least = dict(CLASSES[class_name])[CLASSES[class_name][0][0]]()
    if planner == "engine":
        from satselect.engine.warm import get_ready_to_plan

        get_ready_to_plan()
    _planner(planner, least)(least, limit)  # whatever else a first call takes
    plan = _planner(planner, form)
    seconds: list[float] = []
    while not seconds or (max(seconds) < _SHORT_S and len(seconds) < _MOST_CALLS):
        start = process_time()
        planned = plan(form, limit)
        seconds.append(process_time() - start)
    profit = check_chosen(form, planned.chosen)
    unit = float(form.units.worth(1))
    bound = planned.bound * unit if planned.bound < inf else inf
    name = f"{class_name}: {problem}"
    connection.send(Cell(name, len(form), planner, median(seconds), profit * unit, bound, planned.is_proven))


def _planner(name: str, form: TimelineProblem) -> Planner:
    return engine(form) if name == "engine" else RIVALS[name]


def _print(name: str, cells: list[Cell]) -> None:
    planners = list(dict.fromkeys(cell.planner for cell in cells))
    print(f"\n## {name}\n| problem | opportunities | {' | '.join(planners)} | times faster |")
    print(f"|---|--:|{'---|' * (len(planners) + 1)}")
    ratios = []
    for problem in dict.fromkeys(cell.problem for cell in cells):
        by_planner = {cell.planner: cell for cell in cells if cell.problem == problem}
        size = max(cell.size for cell in by_planner.values())
        said = [_said(by_planner[planner]) if planner in by_planner else "nothing" for planner in planners]
        ratio = _ratio(by_planner)
        ratios += [ratio] if ratio else []
        print(f"| {problem.split(': ')[1]} | {size:,} | {' | '.join(said)} | {f'{ratio:.2g}' if ratio else '-'} |")
    if ratios:
        print(f"\ngeometric mean, where the best rival proves: {geometric_mean(ratios):.3g}", flush=True)


def _said(cell: Cell) -> str:
    if cell.is_proven:
        return f"{cell.seconds:.3g} s"
    bound = f"{cell.bound:,.0f}" if cell.bound < 1e15 else "?"
    return f"{cell.profit:,.0f} <= {bound}, {cell.seconds:.3g} s"


def _ratio(cells: dict[str, Cell]) -> float | None:
    """Of the time of the best rival that proves to the engine's; None if either proves nothing."""
    rivals = [cell.seconds for name, cell in cells.items() if name not in ("engine", "greedy") and cell.is_proven]
    engine = cells.get("engine")
    return min(rivals) / engine.seconds if rivals and engine and engine.is_proven else None


if __name__ == "__main__":
    main()
