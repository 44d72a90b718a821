#!/bin/sh
# Guess: of tasks that need one machine, add_no_overlap and add_cumulative with capacity 1 mean the same.
# True: a task of length 0 (a mark, an instantaneous command) strictly inside another one is infeasible for no_overlap and
# fine for cumulative. At the edges both allow it. A model that changes from one to the other changes its plans.
# ortools 9.15.6755, 2026-11-28.
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


def status(at, *, how):
    model = cp_model.CpModel()
    intervals = [model.new_fixed_size_interval_var(0, 10, "long"), model.new_fixed_size_interval_var(at, 0, "instant")]
    if how == "no_overlap":
        model.add_no_overlap(intervals)
    else:
        model.add_cumulative(intervals, [1, 1], 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.status_name(solver.solve(model))


told = {how: {at: status(at, how=how) for at in (0, 5, 10)} for how in ("no_overlap", "cumulative")}
print("an instant at 0, 5, 10 beside [0, 10):", told)
assert told["no_overlap"] == {0: "OPTIMAL", 5: "INFEASIBLE", 10: "OPTIMAL"}
assert set(told["cumulative"].values()) == {"OPTIMAL"}
PROGRAM
