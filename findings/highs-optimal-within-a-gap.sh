#!/bin/sh
# Guess: a MIP solver that answers Optimal has proven that no selection is worth more.
# True: Optimal means within mip_rel_gap, which is 1e-4 when nobody sets it: with whole profits of some thousands the answer
# may be a unit short, and nothing but mip_gap tells. Set mip_rel_gap to 0 (and with profits below 1e-6, mip_abs_gap too).
# highspy 1.16.0, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("highspy", version("highspy"))
import random

import highspy

random.seed(55)
AMOUNTS = [[random.randint(10, 60) for _ in range(30)] for _ in range(2)]
PROFITS = [10 * sum(amounts[task] for amounts in AMOUNTS) + random.randint(0, 50) for task in range(30)]


def best(gap=None):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    if gap is not None:
        solver.setOptionValue("mip_rel_gap", gap)
    for task, profit in enumerate(PROFITS):
        solver.addVar(0, 1)
        solver.changeColCost(task, profit)
        solver.changeColIntegrality(task, highspy.HighsVarType.kInteger)
    for amounts in AMOUNTS:
        solver.addRow(-highspy.kHighsInf, sum(amounts) // 2, 30, list(range(30)), amounts)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    chosen = [task for task, value in enumerate(solver.getSolution().col_value) if value > 0.5]
    assert all(sum(amounts[task] for task in chosen) <= sum(amounts) // 2 for amounts in AMOUNTS)
    profit = sum(PROFITS[task] for task in chosen)
    print(f"mip_rel_gap {gap}: {status}, profit {profit}, mip_gap {solver.getInfo().mip_gap:.1e}")
    return status, profit


(usual, found), (exact, most) = best(), best(gap=0)
assert usual == exact == "Optimal"
assert found < most
PROGRAM
