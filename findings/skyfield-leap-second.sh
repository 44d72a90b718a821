#!/bin/sh
# Guess: two moments a second apart are two different datetimes.
# True: during a leap second utc_datetime() gives 23:59:59 a second time, as datetime has no 23:59:60; utc_iso() tells
# them apart. A plan keyed or sorted by datetime has two things at one time, and a length of 0 s instead of 1 s.
# skyfield 1.55, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check skyfield==1.55
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("skyfield", version("skyfield"))
from skyfield.api import load

time = load.timescale(builtin=True)
first, second = time.utc(2016, 12, 31, 23, 59, 59), time.utc(2016, 12, 31, 23, 59, 60)
apart_s = (second.tai - first.tai) * 86_400
print(f"{apart_s:.3f} s apart:", first.utc_iso(), second.utc_iso())
print("as datetime:", first.utc_datetime(), second.utc_datetime())
assert round(apart_s) == 1
assert first.utc_iso() != second.utc_iso()
assert first.utc_datetime() == second.utc_datetime()
PROGRAM
