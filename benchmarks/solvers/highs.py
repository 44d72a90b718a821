"""HiGHS: one thread, no tolerated gap, whole profits, rows only as `<=`."""

from time import perf_counter

import highspy
import numpy as np
from highspy._core import _Highs  # the bare solver: the layer over it writes a banner to standard output

from benchmarks.problem import Choices, Problem, choices
from benchmarks.solvers.answer import Answer, Run, chosen_of, in_profit

_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "parallel": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
}
_NOISE = 1e-3  # of a whole profit: what the floats of a bound may be off


def prepare(problem: Problem, time_limit: float) -> Run:
    """Builds the model from arrays and solves it."""
    given = choices(problem)

    def run() -> Answer:
        start = perf_counter()
        highs = _model(given)
        highs.setOptionValue("time_limit", max(time_limit - (perf_counter() - start), 0.0))
        highs.run()
        columns = np.flatnonzero(np.array(highs.getSolution().col_value) > 0.5).tolist()
        bound = float(-highs.getInfo().mip_dual_bound)
        is_optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        proven = in_profit(given, int(np.floor(bound + _NOISE))) if np.isfinite(bound) else None
        return Answer(chosen_of(given, columns), proven, "optimal" if is_optimal else "feasible")

    return run


def _model(given: Choices) -> _Highs:
    highs = _Highs()
    for name, value in _OPTIONS.items():
        highs.setOptionValue(name, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(given), len(given.capacities)
    model.col_cost_ = -given.whole.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(len(given)), np.ones(len(given))
    model.row_lower_ = np.full(len(given.capacities), -highspy.kHighsInf)
    model.row_upper_ = given.capacities.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = given.starts.astype(np.int32)
    model.a_matrix_.index_ = given.rows.astype(np.int32)
    model.a_matrix_.value_ = given.amounts.astype(np.float64)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(given)
    highs.passModel(model)
    return highs
