#!/bin/sh
# Guess: whether profits are said in euros or in millions of euros, OPTIMAL is the same selection.
# True: with coefficients that are floats a gap of 1e-4 is tolerated absolutely, whatever the size of the profits. Profits
# around 1e-6 are OPTIMAL with nothing selected, while the bound in the same answer says that something was to be had.
# Say profits as whole units, or set absolute_gap_limit to 0.
# ortools 9.15.6755, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("ortools", version("ortools"))
from ortools.sat.python import cp_model

PROFITS = [9.2, 0.4, 2.9, 7.5, 0.2]
CONFLICTS = [(0, 1), (0, 2), (3, 4)]


def selected(unit, gap=None):
    model = cp_model.CpModel()
    tasks = [model.new_bool_var(f"task {number}") for number in range(len(PROFITS))]
    for one, other in CONFLICTS:
        model.add(tasks[one] + tasks[other] <= 1)
    model.maximize(sum(profit * unit * task for profit, task in zip(PROFITS, tasks)))
    solver = cp_model.CpSolver()
    if gap is not None:
        solver.parameters.absolute_gap_limit = gap
    status = solver.status_name(solver.solve(model))
    chosen = [solver.value(task) for task in tasks]
    print(f"unit {unit:g}, gap {gap}: {status} {chosen}, objective {solver.objective_value:g}, bound {solver.best_objective_bound:g}")
    return status, chosen


assert selected(1) == ("OPTIMAL", [1, 0, 0, 1, 0])
assert selected(1e-6) == ("OPTIMAL", [0, 0, 0, 0, 0])
assert selected(1e-6, gap=0) == ("OPTIMAL", [1, 0, 0, 1, 0])
PROGRAM
