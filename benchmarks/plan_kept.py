"""A kept plan beside a fresh one: five tasks come, and the buffer plans again; processor time, in pairs.

Usage: python -m benchmarks.plan_kept [--only TEXT] [--seeds N] [--rounds N] [--limit SECONDS]
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import geometric_mean
from time import process_time
from typing import Any

import numpy as np

from benchmarks.plan_problems import CLASSES
from satselect import Opportunity, Plan, PlanBuffer, Resource, Task, TimedTask, plan
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.warm import get_ready_to_plan

_START = datetime(2026, 12, 1, tzinfo=UTC)
_NEW = 5
_LEAST, _MOST = 500, 30_000  # opportunities


def main() -> None:
    """Prints a table: seconds of a fresh plan and of a kept one, and their ratio, of each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", type=int, default=3, help="of each problem, from 1 on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds of a fresh plan; a kept one gets a tenth")
    given = parser.parse_args()
    get_ready_to_plan()
    print("| problem | opportunities | fresh | kept | times faster |\n|---|--:|---|---|--:|")
    for class_name, problems in CLASSES.items():
        for name, make in problems:
            if given.only in f"{class_name}: {name}":
                forms = [make(seed) for seed in range(1, given.seeds + 1)]
                if _LEAST <= len(forms[0]) <= _MOST and not forms[0].has_setups:
                    print(_row(f"{class_name}: {name}", forms, given.rounds, given.limit), flush=True)


def _row(name: str, forms: Sequence[TimelineProblem], rounds: int, limit: float) -> str:
    ratios, last = [], ("", "")
    for form in forms:
        more, last = _measured(form, rounds, limit)
        ratios += more
    least, most = min(ratios), max(ratios)
    said = f"{geometric_mean(ratios):.2g} ({least:.2g} to {most:.2g})"
    return f"| {name} | {len(forms[-1]):,} | {' | '.join(last)} | {said} |"


def _measured(form: TimelineProblem, rounds: int, limit: float) -> tuple[list[float], tuple[str, str]]:
    """How many times faster the kept plan was in each round, and what both did in the last one."""
    tasks, world = as_tasks(form)
    rng = np.random.default_rng(1)
    buffer = PlanBuffer(**world)
    new = _some(rng, tasks)
    for task in tasks:
        if task not in new:
            buffer.add(task)
    buffer.plan(time_limit=limit)
    ratios, last = [], ("", "")
    for _ in range(rounds):
        for task in new:
            buffer.add(task)
        began = process_time()
        fresh = plan(list(buffer), **world, time_limit=limit)
        middle = process_time()
        kept = buffer.plan(time_limit=limit if fresh.status == "optimal" else limit / 10)
        seconds = middle - began, process_time() - middle
        if fresh.status == kept.status == "optimal":
            assert fresh.objective == kept.objective
        ratios.append(seconds[0] / seconds[1])
        last = _said(fresh, seconds[0]), _said(kept, seconds[1])
        new = _some(rng, tasks)
        for task in new:
            buffer.remove(task)
        buffer.plan(time_limit=limit)
    return ratios, last


def _some(rng: np.random.Generator, tasks: list[Task]) -> list[Task]:
    return [tasks[i] for i in rng.choice(len(tasks), _NEW, replace=False)]


def _said(found: Plan, seconds: float) -> str:
    if found.status == "optimal":
        return f"{seconds:.3g} s"
    return f"{found.objective:,.0f} <= {found.bound:,.0f}, {seconds:.3g} s"


def as_tasks(form: TimelineProblem) -> tuple[list[Task], dict[str, Any]]:
    """A form without setups as tasks, and all else that `plan` takes. Shared rows are budgets.

    A task whose candidates use a row by different amounts asks for the largest.
    """
    names = [f"sat-{line}" for line in range(len(form.setups))]
    satellites: dict[str, dict[str, int | Resource]] = {name: {"camera": 1} for name in names}
    uses: list[dict[str, int]] = [{} for _ in range(int(form.task.max()) + 1)]
    rows = zip(form.rows.owners.tolist(), form.rows.candidates.tolist(), form.rows.amounts.tolist(), strict=True)
    for row, k, amount in rows:
        of_task = uses[form.task[k]]
        of_task[f"budget {row}"] = max(of_task.get(f"budget {row}", 0), amount)
    tasks: list[Task] = []
    for number, mine in enumerate(uses):
        who = np.flatnonzero(form.task == number)
        worth = [float(form.units.worth(int(form.value[k]))) for k in who]
        if form.line[who[0]] < 0:
            tasks.append(Task(f"task {number}", mine, profit=worth[0]))
            continue
        spots = [
            Opportunity(names[form.line[k]], _at(form.start[k]), _at(form.end[k]), profit)
            for k, profit in zip(who.tolist(), worth, strict=True)
        ]
        tasks.append(TimedTask(f"task {number}", {"camera": 1} | mine, profit=max(worth), opportunities=spots))
    budgets = {f"budget {row}": Resource(room, kind="budget") for row, room in enumerate(form.rows.capacities.tolist())}
    horizon = _at(int(form.start.min())), _at(int(form.end.max()))
    return tasks, {"satellites": satellites, "capacities": budgets, "horizon": horizon}


def _at(milliseconds: int) -> datetime:
    return _START + timedelta(milliseconds=int(milliseconds))


if __name__ == "__main__":
    main()
