#!/bin/sh
# Guess: the unit of a constraint doesn't matter: bytes or terabytes, whole numbers below 2**53 are exact anyway.
# True: feasibility is tolerated absolutely, 1e-6 by default, after scaling. Sums of whole bytes near a capacity of 1e12
# come back as Optimal although they are above it by some units, so the profit is too high. Check in whole numbers.
# highspy 1.16.0, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("highspy", version("highspy"))
from itertools import product

import highspy

BYTES = [400000000001, 400000000001, 100000000002, 300000000001, 500000000000,
         400000000002, 400000000001, 300000000002, 400000000000, 300000000000]
SLOTS, PROFITS = [3, 4, 1, 3, 4, 3, 2, 4, 4, 3], [8, 71, 2, 12, 93, 52, 91, 86, 81, 1]
ROWS = ((BYTES, 10**12), (SLOTS, 12))


def total(amounts, chosen):
    return sum(amount for amount, is_in in zip(amounts, chosen) if is_in)


solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
for number, profit in enumerate(PROFITS):
    solver.addVar(0, 1)
    solver.changeColCost(number, profit)
    solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
for amounts, capacity in ROWS:
    solver.addRow(-highspy.kHighsInf, capacity, len(amounts), list(range(len(amounts))), amounts)
solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
solver.run()
found = [round(value) for value in solver.getSolution().col_value]
status = solver.modelStatusToString(solver.getModelStatus())
best = max(
    total(PROFITS, chosen)
    for chosen in product((0, 1), repeat=len(PROFITS))
    if all(total(amounts, chosen) <= capacity for amounts, capacity in ROWS)
)
over = total(BYTES, found) - 10**12
print(f"HiGHS: {status}, profit {total(PROFITS, found)}, {over} bytes above the capacity; by brute force {best}")
assert status == "Optimal" and over > 0 and total(PROFITS, found) > best
PROGRAM
