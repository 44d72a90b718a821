"""CP-SAT: one worker, either linearization level. Needs the extra `benchmarks`, and a process without HiGHS."""

from time import perf_counter

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.problem import Choices, Problem, choices
from benchmarks.solvers.answer import Answer, Run, chosen_of, in_profit


def prepare(problem: Problem, time_limit: float, level: int) -> Run:
    """Builds the model from arrays, a unit row as "at most one", and solves it."""
    given = choices(problem)

    def run() -> Answer:
        start = perf_counter()
        model, literals = _model(given)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = level
        solver.parameters.max_time_in_seconds = max(time_limit - (perf_counter() - start), 0.01)
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer({}, None, "none")
        columns = [column for column, literal in enumerate(literals) if solver.boolean_value(literal)]
        bound = in_profit(given, int(np.floor(solver.best_objective_bound + 1e-3)))
        return Answer(chosen_of(given, columns), bound, "optimal" if status == cp_model.OPTIMAL else "feasible")

    return run


def _model(given: Choices) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in range(len(given))]
    by_row = np.argsort(given.rows, kind="stable")
    columns = np.repeat(np.arange(len(given)), np.diff(given.starts))[by_row]
    amounts = given.amounts[by_row]
    ends = np.searchsorted(given.rows[by_row], np.arange(len(given.capacities) + 1))
    for row, capacity in enumerate(given.capacities.tolist()):
        span = slice(ends[row], ends[row + 1])
        inside = [literals[column] for column in columns[span].tolist()]
        if capacity == 1 and (amounts[span] == 1).all():
            model.add_at_most_one(inside)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(inside, amounts[span].tolist()) <= capacity)
    model.maximize(cp_model.LinearExpr.weighted_sum(literals, given.whole.tolist()))
    return model, literals
