#!/bin/sh
# Guess: next_pass of an observer begins and ends at that observer's horizon, which is where its mask is set.
# True: it takes the horizon of the observer for whom the satellite was last computed, and 0 degrees if for none yet. Stations
# that share a satellite get each other's masks: here a station with 10 degrees loses two minutes at either end of a pass, or
# is told of two minutes that it can't hear. Call satellite.compute(observer) just before each next_pass.
# ephem 4.2.1, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ephem==4.2.1
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("ephem", version("ephem"))
from math import degrees

import ephem

# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)


def observer(latitude, longitude, horizon):
    made = ephem.Observer()
    made.lat, made.lon, made.horizon = latitude, longitude, horizon
    made.pressure = 0  # without refraction, which is on unless told
    made.date = "2026/11/21 09:00:00"
    return made


def rises(computed_for=None):
    satellite = ephem.readtle("made up", *LINES)
    if computed_for:
        satellite.compute(observer(*computed_for))
    station = observer("48", "11", "10")
    rise, _, _, _, down, _ = station.next_pass(satellite)
    station.date = rise
    at_rise = ephem.readtle("made up", *LINES)
    at_rise.compute(station)
    print(f"horizon 10, computed for {computed_for}: {rise} to {down}, begins at {degrees(at_rise.alt):.3f} degrees")
    return round(degrees(at_rise.alt))


assert rises() == 0
assert rises(computed_for=("-30", "100", "25")) == 25
assert rises(computed_for=("48", "11", "10")) == 10
PROGRAM
