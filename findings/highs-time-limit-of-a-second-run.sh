#!/bin/sh
# Guess: time_limit is how long each call of run() may take.
# True: for a linear model it is all that the solver object may ever spend: a planner that keeps its model, changes
# profits and runs again, each time for milliseconds, gets kTimeLimit from some call on, for good. A model with whole
# numbers goes on: its runs together may take twice the limit.
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
from random import Random
from time import perf_counter

import highspy

LIMIT_S, MOST_RUNS = 1.0, 2000
OPTIMAL, TIME_LIMIT = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit


def told(kind, columns, rows):
    """How often it ran until twice the limit was spent or it gave up, how long the longest took, and how it ended."""
    random, solver = Random(1), highspy.Highs()
    for name, value in {"output_flag": False, "time_limit": LIMIT_S, "parallel": "off"}.items():
        solver.setOptionValue(name, value)
    xs = [solver.addVariable(0, 1, type=kind) for _ in range(columns)]
    for _ in range(rows):
        solver.addConstr(sum(random.randrange(1, 100) * x for x in random.sample(xs, columns // 4)) <= 10 * columns)
    taken = []
    for _ in range(MOST_RUNS):
        for x in xs:
            solver.changeColCost(x.index, -random.randrange(1, 100))
        before = perf_counter()
        solver.run()
        taken.append(perf_counter() - before)
        if (status := solver.getModelStatus()) != OPTIMAL or solver.getRunTime() > 2 * LIMIT_S:
            break
    print(f"{kind.name}: {len(taken)} runs, the longest {max(taken):.2f} s, {solver.getRunTime():.2f} s in all:", status)
    return solver, max(taken), status


linear, longest, status = told(highspy.HighsVarType.kContinuous, 300, 150)
assert longest < LIMIT_S / 2 and status == TIME_LIMIT
linear.run()
assert linear.getModelStatus() == TIME_LIMIT  # once more, for good

whole, longest, status = told(highspy.HighsVarType.kInteger, 30, 3)
assert longest < LIMIT_S and status == OPTIMAL and whole.getRunTime() > 2 * LIMIT_S
PROGRAM
