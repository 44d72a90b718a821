#!/bin/sh
# Guess: twoline2rv refuses two lines whose catalogue numbers or checksums don't match.
# True: it takes them. The orbit is that of the second line, at the epoch and drag of the first; the number is the second
# line's. A file that lost one line shifts every pair after it, and each still propagates without an error.
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
from sgp4.api import Satrec

FIRST = "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04"
OTHER = "2 88888  51.6000  40.0000 0010000   0.0000   0.0000 15.50000000    05"
mixed = Satrec.twoline2rv(FIRST, OTHER)
wrong = Satrec.twoline2rv(FIRST[:-1] + "9", OTHER[:-1] + "9")
for name, satellite in (("two satellites", mixed), ("and wrong checksums", wrong)):
    code, position, _ = satellite.sgp4_tsince(60.0)
    print(f"{name}: number {satellite.satnum}, code {code}, at", [round(each) for each in position])
    assert (satellite.satnum, code) == (88888, 0)
PROGRAM
