#!/bin/sh
# Guess: of several objectives with priorities HiGHS makes the best of the first, and of the next only among what is best.
# True: unless told otherwise priorities count for nothing, and the objectives are added up. With blend_multi_objectives off
# the last objective alone decides as long as the tolerances of the first are -1, as they are made: "Optimal" with nothing
# selected. Set abs_tolerance and rel_tolerance of all but the last to 0.
# highspy 1.16.0, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("highspy", version("highspy"))
import highspy

# Of two tasks one at most: worth 10 with a delay of 9, or worth 6 with a delay of 1. Profit first, then delay.
PROFITS, DELAYS = (10, 6), (9, 1)


def objective(coefficients, *, priority, tolerance):
    made = highspy.HighsLinearObjective()
    made.coefficients, made.priority, made.weight = coefficients, priority, 1
    if tolerance is not None:
        made.abs_tolerance = made.rel_tolerance = tolerance
    return made


def selected(blend=None, tolerance=None):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    if blend is not None:
        solver.setOptionValue("blend_multi_objectives", blend)
    for column in range(2):
        solver.addVar(0, 1)
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    solver.addRow(0, 1, 2, [0, 1], [1, 1])
    solver.addLinearObjective(objective([-profit for profit in PROFITS], priority=2, tolerance=tolerance))
    solver.addLinearObjective(objective(list(DELAYS), priority=1, tolerance=tolerance))
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    profit = sum(PROFITS[task] for task, value in enumerate(solver.getSolution().col_value) if value > 0.5)
    print(f"blend_multi_objectives {blend}, tolerances {tolerance}: {status}, profit {profit}")
    return status, profit


assert selected() == ("Optimal", 6)
assert selected(blend=False) == ("Optimal", 0)
assert selected(blend=False, tolerance=0) == ("Optimal", 10)
PROGRAM
