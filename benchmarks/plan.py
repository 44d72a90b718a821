"""Planning in time: the engine beside HiGHS and CP-SAT, each in a process of its own, in processor time.

One seed says little: each problem is made of several, and a figure is the geometric mean over those that were proven.

Usage: python -m benchmarks.plan [--class NAME]... [--only TEXT] [--seeds N] [--limit SECONDS] [--json FILE]
"""

import argparse
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import geometric_mean, median
from time import process_time

from benchmarks.plan_problems import CLASSES, Make
from benchmarks.plan_solvers import RIVALS, Planner, engine
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.timeline.form import TimelineProblem

_PLANNERS = ["engine", *RIVALS]
_SEEDS = 3
_SHORT_S, _MOST_CALLS = 0.2, 9
_GRACE_S = 120.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What a planner did: processor seconds, profit and bound as they are meant, and whether it claims proof."""

    problem: str
    seed: int
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
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="of each problem, from 1 on")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds by the clock")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    every = []
    for name in given.classes or CLASSES:
        cells = []
        for problem, _ in CLASSES[name]:
            if given.only in problem:
                for seed in range(1, given.seeds + 1):
                    for planner in given.planners or _PLANNERS:
                        cells += list(_asked(name, problem, seed, planner, given.limit))
        print("\n".join(table(name, cells)), flush=True)
        every += cells
    if given.json:
        given.json.write_text(json.dumps([asdict(cell) for cell in every], indent=1))


def _asked(class_name: str, problem: str, seed: int, planner: str, limit: float) -> Iterator[Cell]:
    """The cell of a planner, made by a process that only it has; none if it never came back."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, class_name, problem, seed, planner, limit), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(6 * limit + _GRACE_S):
            yield here.recv()
    except EOFError:
        print(f"{planner} crashed on {problem}, seed {seed}")
    process.terminate()
    process.join()


def _serve(connection: Connection, class_name: str, problem: str, seed: int, planner: str, limit: float) -> None:
    makers: dict[str, Make] = dict(CLASSES[class_name])
    form, least = makers[problem](seed), next(iter(makers.values()))(1)
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
    taken = median(seconds)
    connection.send(Cell(problem, seed, len(form), planner, taken, profit * unit, bound, planned.is_proven))


def _planner(name: str, form: TimelineProblem) -> Planner:
    return engine(form) if name == "engine" else RIVALS[name]


def table(name: str, cells: Sequence[Cell]) -> Iterator[str]:
    """The lines of the table of a class."""
    planners = list(dict.fromkeys(cell.planner for cell in cells))
    yield f"\n## {name}\n| problem | opportunities | {' | '.join(planners)} | times faster |"
    yield f"|---|--:|{'---|' * (len(planners) + 1)}"
    means = []
    for problem in dict.fromkeys(cell.problem for cell in cells):
        here = [cell for cell in cells if cell.problem == problem]
        sizes = sorted({cell.size for cell in here})
        said = [_said([cell for cell in here if cell.planner == planner]) for planner in planners]
        ratios = list(_ratios(here))
        means += [geometric_mean(ratios)] if ratios else []
        size = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
        yield f"| {problem} | {size} | {' | '.join(said)} | {_spread(ratios)} |"
    if means:
        yield f"\ngeometric mean, where the engine and a rival prove: {geometric_mean(means):.3g}"


def _said(cells: Sequence[Cell]) -> str:
    """What a planner did with all seeds of a problem: seconds of those proven, and how far the others are open."""
    proven, rest = [cell for cell in cells if cell.is_proven], [cell for cell in cells if not cell.is_proven]
    parts = [f"{geometric_mean(cell.seconds for cell in proven):.3g} s"] if proven else []
    if rest:
        gap = max((cell.bound - cell.profit) / cell.profit if cell.profit else inf for cell in rest)
        open_ = f"up to {100 * gap:.3g} % open" if gap < inf else "open"
        parts.append(f"{len(rest)} of {len(cells)} {open_}, {geometric_mean(cell.seconds for cell in rest):.3g} s")
    return "; ".join(parts) or "nothing"


def _ratios(cells: Sequence[Cell]) -> Iterator[float]:
    """Of each seed that both prove, the time of the best rival by the engine's."""
    for seed in dict.fromkeys(cell.seed for cell in cells):
        proven = {cell.planner: cell.seconds for cell in cells if cell.seed == seed and cell.is_proven}
        engine_s = proven.pop("engine", None)
        proven.pop("greedy", None)
        if engine_s and proven:
            yield min(proven.values()) / engine_s


def _spread(ratios: Sequence[float]) -> str:
    """The geometric mean, and from least to most."""
    if not ratios:
        return "-"
    mean = f"{geometric_mean(ratios):.2g}"
    return mean if len(ratios) == 1 else f"{mean} ({min(ratios):.2g} to {max(ratios):.2g})"


if __name__ == "__main__":
    main()
