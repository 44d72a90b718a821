#!/bin/sh
# Guess: once the propagator says that a satellite has decayed, every later time says so too, so testing the last is enough.
# True: the error code belongs to one time alone. Where drag is strong, code 6 of the next days is followed by code 0
# again, with positions above the Earth that are tens of thousands of kilometres too high. Look at every code and at the
# height, and bound the age of elements.
# sgp4 2.27, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sgp4==2.27
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("sgp4", version("sgp4"))
from math import hypot, tau

from sgp4.api import WGS72, Satrec

satellite = Satrec()
satellite.sgp4init(WGS72, "i", 99999, 28_448.0, 0.05, 0, 0, 0.001, 0, 1.7, 0, 16.3 * tau / 1_440, 0.7)
said = {}
for day in range(60):
    code, position, _ = satellite.sgp4_tsince(day * 1_440.0)
    said[day] = code, round(hypot(*position)) if code != 4 else None
print("day: code, km from the middle of the Earth:", {day: said[day] for day in (0, 1, 10, 20, 30, 40, 59)})
assert said[0][0] == 0 and said[1][0] == said[20][0] == 6
assert said[59][0] == 0 and said[59][1] > 50_000
PROGRAM
