#!/bin/sh
# Guess: with output_flag off a solver prints nothing, so a program may print its own JSON to standard output.
# True: the first Highs object of a process prints two lines of version and licence to standard output, also where
# output_flag is turned off before anything is solved. Send them elsewhere, or keep results off standard output.
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
import subprocess
import sys

PROGRAM = """
import highspy

solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
solver.addVar(0, 1)
solver.run()
"""
done = subprocess.run([sys.executable, "-I", "-c", PROGRAM], capture_output=True, text=True, check=True)
print("standard output of a silent solver:", done.stdout.splitlines())
assert done.stdout.startswith("Running HiGHS") and done.stderr == ""
PROGRAM
