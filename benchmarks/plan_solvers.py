"""Who plans: satselect, HiGHS and CP-SAT, each in its best form, and a greedy. One is run in one process.

HiGHS and CP-SAT get timelines as maximal cliques, which serve both best; CP-SAT also as optional intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from satselect.engine.problem.rows import Ints
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.timeline.packed import pack_plan

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Planned:
    """Candidates that were chosen, what is claimed that none exceed (units), and whether that is claimed as proof."""

    chosen: Ints
    bound: float
    is_proven: bool


Planner = Callable[[TimelineProblem, float], Planned]
"""Plans within a time limit in seconds."""


def engine(problem: TimelineProblem) -> Planner:
    """Satselect: `plan` on tasks, where the problem can be said so to the letter, and what it calls elsewhere."""
    return _form_planner(problem) if _has_more_than_timelines(problem) else _task_planner(problem)


def _has_more_than_timelines(problem: TimelineProblem) -> bool:
    return bool(len(problem.rows) or problem.has_setups or (problem.line < 0).any())


def _form_planner(problem: TimelineProblem) -> Planner:
    from satselect.engine.limits import Limits
    from satselect.engine.planning.solving import solve_form

    worths = np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])

    def planned(form: TimelineProblem, time_limit: float) -> Planned:
        solved = solve_form(form, worths, Limits.within(time_limit))
        bound = float(solved.limit / form.units.worth(1))
        return Planned(solved.chosen, bound, int(form.value[solved.chosen].sum()) == bound)

    return planned


def _task_planner(problem: TimelineProblem) -> Planner:
    """From tasks, which are there already; a plan's assignments are looked up again as candidates."""
    from benchmarks.plan_kept import as_tasks
    from satselect import plan

    tasks, world = as_tasks(problem)
    columns = zip(problem.task.tolist(), problem.line.tolist(), problem.start.tolist(), strict=True)
    place = {column: k for k, column in enumerate(columns)}
    numbers = {task: number for number, task in enumerate(tasks)}
    first = int(problem.start.min())

    def planned(form: TimelineProblem, time_limit: float) -> Planned:
        found = plan(tasks, **world, time_limit=time_limit)
        origin = found.horizon.start
        chosen = []
        for one in found.assignments:
            start = first + round((one.start - origin).total_seconds() * 1000)  # type: ignore[operator]
            chosen.append(place[numbers[one.task], int(str(one.satellite).removeprefix("sat-")), start])
        bound = float(Fraction(found.bound) / form.units.worth(1))
        return Planned(np.array(chosen, np.int64), bound, found.status == "optimal")

    return planned


def greedy(problem: TimelineProblem, time_limit: float) -> Planned:
    """What fits, by profit."""
    from satselect.engine.paths.lines import lines_of
    from satselect.engine.paths.state import order_by, plan_of

    lines = lines_of(problem, np.flatnonzero(problem.value > 0))
    return Planned(lines.who[plan_of(lines, order_by(lines.value)).taken], np.inf, False)


def highs(problem: TimelineProblem, time_limit: float) -> Planned:
    """HiGHS on cliques."""
    import highspy

    began = perf_counter()
    starts, members, amounts, rooms = _rows(problem)
    values, unit = _values(problem)
    model: Any = highspy._core._Highs()
    for name, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0}.items():
        model.setOptionValue(name, value)
    lp, n = highspy.HighsLp(), len(problem)
    lp.num_col_, lp.num_row_ = n, len(rooms)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = values.astype(float), np.zeros(n), np.ones(n)
    lp.row_lower_, lp.row_upper_ = np.full(len(rooms), -np.inf), rooms.astype(float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, members, amounts.astype(float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n
    model.passModel(lp)
    model.setOptionValue("time_limit", max(time_limit - (perf_counter() - began), 0.1))
    model.run()
    taken = np.array(model.getSolution().col_value)
    chosen = np.flatnonzero(taken > 0.5) if len(taken) else np.zeros(0, np.int64)
    is_proven = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Planned(chosen, model.getInfo().mip_dual_bound * unit, is_proven)


def cpsat_cliques(problem: TimelineProblem, time_limit: float) -> Planned:
    """CP-SAT on cliques, linearisation level 2."""
    from ortools.sat.python import cp_model

    began = perf_counter()
    model: Any = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in range(len(problem))]
    starts, members, amounts, rooms = _rows(problem)
    for row, room in enumerate(rooms.tolist()):
        a, b = starts[row], starts[row + 1]
        _add_row(model, [literals[k] for k in members[a:b]], amounts[a:b].tolist(), room)
    return _solved(problem, model, literals, time_limit - (perf_counter() - began))


def cpsat_intervals(problem: TimelineProblem, time_limit: float) -> Planned:
    """CP-SAT on optional intervals that don't overlap; setups that depend on the pair as cliques."""
    from ortools.sat.python import cp_model

    began = perf_counter()
    model: Any = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in range(len(problem))]
    with_setups = [line for line, table in enumerate(problem.setups) if table is not None]
    for line in range(len(problem.setups)):
        if line not in with_setups:
            model.add_no_overlap(
                model.new_optional_fixed_size_interval_var(
                    int(problem.start[k]), int(problem.end[k] - problem.start[k]), literals[k], ""
                )
                for k in np.flatnonzero(problem.line == line).tolist()
            )
    starts, members, amounts, rooms = _rows(problem, with_setups)
    for row, room in enumerate(rooms.tolist()):
        a, b = starts[row], starts[row + 1]
        _add_row(model, [literals[k] for k in members[a:b]], amounts[a:b].tolist(), room)
    return _solved(problem, model, literals, time_limit - (perf_counter() - began))


def _add_row(model: "cp_model.CpModel", literals: "list[cp_model.IntVar]", amounts: list[int], room: int) -> None:
    if room == 1 and max(amounts, default=0) == 1:
        model.add_at_most_one(literals)
    else:
        from ortools.sat.python import cp_model

        model.add(cp_model.LinearExpr.weighted_sum(literals, amounts) <= room)


def _solved(
    problem: TimelineProblem, model: "cp_model.CpModel", literals: "list[cp_model.IntVar]", time_limit: float
) -> Planned:
    from ortools.sat.python import cp_model

    values, unit = _values(problem)
    model.maximize(cp_model.LinearExpr.weighted_sum(literals, values.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.linearization_level = 1, 2
    solver.parameters.max_time_in_seconds = max(time_limit, 0.1)
    status = solver.solve(model)
    is_there = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    chosen = [k for k, literal in enumerate(literals) if is_there and solver.boolean_value(literal)]
    bound = solver.best_objective_bound * unit
    return Planned(np.array(chosen, np.int64), bound, status == cp_model.OPTIMAL)


def _values(problem: TimelineProblem) -> tuple[Ints, int]:
    """Profits in their largest whole unit, and that unit."""
    step = problem.units.step_of(problem.value)
    return problem.value // step, step


def _rows(problem: TimelineProblem, lines: list[int] | None = None) -> tuple[Ints, Ints, Ints, Ints]:
    """Rows of all that is said by shared rows, choices, and cliques of timelines (of these only, if given)."""
    form = problem
    if lines is not None:
        form = replace(problem, line=np.where(np.isin(problem.line, lines), problem.line, -1))
    packed = pack_plan(form)
    owners, resources, amounts = packed.rows.owners, packed.rows.resources, packed.rows.amounts
    tasks = np.flatnonzero(np.bincount(problem.task) > 1)
    number = np.full(int(problem.task.max()) + 1, -1)
    number[tasks] = len(packed.capacities) + np.arange(len(tasks))
    of_task = np.flatnonzero(number[problem.task] >= 0)
    row = np.concatenate((resources, number[problem.task[of_task]]))
    member = np.concatenate((owners, of_task))
    amount = np.concatenate((amounts, np.ones(len(of_task), np.int64)))
    order = np.lexsort((member, row))
    count = len(packed.capacities) + len(tasks)
    starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=count))))
    return starts, member[order], amount[order], np.concatenate((packed.capacities, np.ones(len(tasks), np.int64)))


RIVALS: dict[str, Planner] = {
    "highs": highs,
    "cpsat-cliques": cpsat_cliques,
    "cpsat-intervals": cpsat_intervals,
    "greedy": greedy,
}
