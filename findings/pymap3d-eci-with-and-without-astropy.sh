#!/bin/sh
# Guess: eci2ecef and what stands on it give the same to some metres, with astropy or, less accurately, without.
# True: with astropy installed ECI is GCRS, without it is the frame of date, as SGP4 has it. A position of SGP4 is 30 m off
# without, where a warning calls this less accurate, and 22 km off with it, a degree away in the sky, without a word. Of
# positions in GCRS it is the other way round. Who installs astropy for something else turns antennas elsewhere. Hand over
# GCRS, and require astropy.
# pymap3d 3.2.0, astropy 8.0.2, sgp4 2.27, skyfield 1.55, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    pymap3d==3.2.0 sgp4==2.27 skyfield==1.55 numpy==2.4.6
cat > "$folder/program.py" <<'PROGRAM'
import logging
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec

print("pymap3d", version("pymap3d"), "with astropy " + version("astropy") if find_spec("astropy") else "alone")
if find_spec("astropy"):
    from astropy.utils import iers

    iers.conf.auto_download, iers.conf.auto_max_age = False, None
logging.disable()
import numpy as np
import pymap3d
from sgp4.api import Satrec, jday
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.framelib import itrs

# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)
WHEN = (2026, 11, 21, 9, 59, 2)
timescale = load.timescale(builtin=True)
seen = EarthSatellite(*LINES, "made up", timescale).at(timescale.utc(*WHEN))
true = seen.frame_xyz(itrs).m
positions = {
    "of SGP4": np.array(Satrec.twoline2rv(*LINES).sgp4(*jday(*WHEN))[1]) * 1000,
    "in GCRS": seen.position.m,
}


def direction(position):
    azimuth, elevation, _ = np.radians([float(value) for value in pymap3d.ecef2aer(*position, 48, 11, 0)])
    return np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)


metres = {}
for name, position in positions.items():
    found = [float(value) for value in pymap3d.eci2ecef(*position, datetime(*WHEN))]
    metres[name] = np.linalg.norm(found - true)
    apart = np.degrees(np.arccos(min(1.0, np.dot(direction(found), direction(true)))))
    print(f"  position {name}: {metres[name]:.0f} m off, seen {apart:.3f} degrees away")
right, wrong = ("in GCRS", "of SGP4") if sys.argv[1] == "with" else ("of SGP4", "in GCRS")
assert metres[right] < 100 and metres[wrong] > 10_000
PROGRAM
"$folder/venv/bin/python" -I "$folder/program.py" without
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check astropy==8.0.2
"$folder/venv/bin/python" -I "$folder/program.py" with
