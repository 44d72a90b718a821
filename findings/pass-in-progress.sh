#!/bin/sh
# Guess: asked at a moment when the satellite is up, a pass library tells of the pass that is under way.
# True: each does something else. pyorbital leaves it out, also where the search ends within it; orbit-predictor gives it
# whole, from before the moment, but only until its peak, and after that the next pass; sgp4-predict leaves it out unless
# skip_leading_partial=False. A station that restarts during a contact loses it in two of three.
# pyorbital 1.13.0, orbit-predictor 1.15.2, sgp4-predict 0.3.1, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyorbital==1.13.0 orbit-predictor==1.15.2 sgp4-predict==0.3.1
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("pyorbital", version("pyorbital"), "orbit-predictor", version("orbit-predictor"), "sgp4-predict", version("sgp4-predict"))
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import sgp4_predict
from orbit_predictor.locations import Location
from orbit_predictor.sources import get_predictor_from_tle_lines
from pyorbital.orbital import Orbital

# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)
RISE, PEAK = datetime(2026, 11, 21, 9, 55, 23), datetime(2026, 11, 21, 9, 59, 2)
BEFORE, LATE = RISE + timedelta(minutes=2), PEAK + timedelta(minutes=1)

orbital = Orbital("made up", line1=LINES[0], line2=LINES[1])
known = orbital.get_next_passes(datetime(2026, 11, 21, 9, 30), 1, 11, 48, 0, horizon=10)
under_way = orbital.get_next_passes(BEFORE, 1, 11, 48, 0, horizon=10)
cut_at_end = orbital.get_next_passes(datetime(2026, 11, 21, 9, 0), 1, 11, 48, 0, horizon=10)
print("pyorbital, from before it:", known)
print("pyorbital, from within it:", under_way, "; up to within it:", cut_at_end)
assert len(known) == 1 and abs((known[0][0] - RISE).total_seconds()) < 1
assert under_way == cut_at_end == []

predictor, place = get_predictor_from_tle_lines(LINES), Location("station", 48, 11, 0)
early, late = (predictor.get_next_pass(place, when_utc=when, aos_at_dg=10) for when in (BEFORE, LATE))
print("orbit-predictor, before the peak:", early.aos, "after it:", late.aos)
assert early.aos < BEFORE and late.aos > LATE + timedelta(hours=1)

transits = sgp4_predict.Predictor(sgp4_predict.Tle("made up", *LINES).to_elements())
window = SimpleNamespace(start=BEFORE.replace(tzinfo=UTC), end=BEFORE.replace(tzinfo=UTC) + timedelta(minutes=30))
station = sgp4_predict.GeodeticPoint(48, 11, 0)
left_out = list(transits.transits_iter(station, window, 10))
kept = list(transits.transits_iter(station, window, 10, skip_leading_partial=False))
print("sgp4-predict:", [each.start for each in left_out], "asked for:", [each.start for each in kept])
assert left_out == [] and len(kept) == 1
PROGRAM
