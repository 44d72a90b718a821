#!/bin/sh
# Guess: after an Optimal run getSolution() is what the objective is the value of, whatever solution it began with.
# True: where presolve alone solves a model with whole numbers, getSolution() may be the start that setSolution() gave,
# beside the objective of the optimum. Add up what is chosen, and run again without a start where that is less.
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

PROFITS, UNITS, CAPACITY = [9, 8, 3, 1, 8, 3, 7], [0, 1, 1, 0, 2, 1, 2], 4
START = [0, 1, 1, 0, 1, 0, 0]


def run(start):
    """The status, the objective that HiGHS tells, and the profit of the solution that it tells."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for number, profit in enumerate(PROFITS):
        solver.addVar(0, 1)
        solver.changeColCost(number, profit)
        solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
    solver.addRow(-highspy.kHighsInf, CAPACITY, len(UNITS), list(range(len(UNITS))), UNITS)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    if start:
        given = highspy.HighsSolution()
        given.col_value = [float(value) for value in start]
        solver.setSolution(given)
    solver.run()
    found = [round(value) for value in solver.getSolution().col_value]
    profit = sum(profit for profit, is_in in zip(PROFITS, found) if is_in)
    return solver.modelStatusToString(solver.getModelStatus()), solver.getInfo().objective_function_value, profit


without, with_start = run(None), run(START)
print("without a start:", *without, "with one:", *with_start)
assert without == ("Optimal", 29, 29)
assert with_start == ("Optimal", 29, 19)
PROGRAM
