#!/bin/sh
# Guess: EarthSatellite.find_events tells of every pass that overlaps the window, or at least that the satellite is up.
# True: it lists rise, culmination and set within the window. A window that lies inside a pass and beside its peak gets
# an empty list, exactly as a window in which the satellite is never seen. Ask for the elevation at one end, too.
# skyfield 1.55, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check skyfield==1.55 sgp4==2.27
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("skyfield", version("skyfield"), "sgp4", version("sgp4"))
from skyfield.api import EarthSatellite, load, wgs84

# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)
time = load.timescale(builtin=True)
satellite, station = EarthSatellite(*LINES, "made up", time), wgs84.latlon(48, 11)


def events(start, end):
    return [int(kind) for kind in satellite.find_events(station, start, end, altitude_degrees=10)[1]]


def elevation(moment):
    return (satellite - station).at(moment).altaz()[0].degrees


whole = events(time.utc(2026, 11, 21, 9, 50), time.utc(2026, 11, 21, 10, 10))
start, end = time.utc(2026, 11, 21, 9, 56, 30), time.utc(2026, 11, 21, 9, 58, 30)
inside = events(start, end)
never = events(time.utc(2026, 11, 21, 10, 10), time.utc(2026, 11, 21, 10, 12))
print("the pass:", whole)
print(f"inside it, at {elevation(start):.1f} to {elevation(end):.1f} degrees:", inside)
print("far from any pass:", never)
assert whole == [0, 1, 2] and inside == never == []
assert min(elevation(start), elevation(end)) > 10
PROGRAM
