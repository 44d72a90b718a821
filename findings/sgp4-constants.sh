#!/bin/sh
# Guess: every library runs SGP4 with the constants that two-line elements are fitted with, those of WGS 72.
# True: sgp4 and satkit do unless told otherwise; brahe and sgp4-predict take those of WGS 84, and what makes their
# propagators from two lines has no argument for it. The same two lines are 48 m apart after two and a half days, so
# times of passes by the two kinds of libraries never agree to better than some hundredths of a second.
# sgp4 2.27, satkit 0.24.1, brahe 1.8.0, sgp4-predict 0.3.1, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    sgp4==2.27 satkit==0.24.1 brahe==1.8.0 sgp4-predict==0.3.1 numpy==2.4.6
"$folder/venv/bin/python" -I - <<'PROGRAM'
from datetime import datetime, timezone
from importlib.metadata import version

import brahe
import numpy as np
import satkit
import sgp4_predict
from sgp4.api import WGS72, WGS84, Satrec, jday

for name in ("sgp4", "satkit", "brahe", "sgp4-predict"):
    print(name, version(name))
# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)
WHEN = (2026, 11, 22, 12, 20)


def by_sgp4(*constants):
    return np.array(Satrec.twoline2rv(*LINES, *constants).sgp4(*jday(*WHEN, 0.0))[1])


def by_satkit():
    position, _ = satkit.sgp4(satkit.TLE.from_lines(list(LINES)), satkit.time(*WHEN, 0.0))
    return np.asarray(position).ravel() / 1000


def by_brahe():
    brahe.set_global_eop_provider_from_static_provider(brahe.StaticEOPProvider.from_zero())
    epoch = brahe.Epoch.from_datetime(*WHEN, 0.0, 0.0, brahe.TimeSystem.UTC)
    return np.asarray(brahe.SGPPropagator.from_tle(*LINES, 60.0).state_pef(epoch))[:3] / 1000


def by_sgp4_predict():
    predictor = sgp4_predict.Predictor.from_tle(sgp4_predict.Tle("made up", *LINES))
    place = predictor.propagate(datetime(*WHEN, tzinfo=timezone.utc)).position
    return np.array([place.x, place.y, place.z]) / 1000


of_72, of_84 = by_sgp4(WGS72), by_sgp4(WGS84)
print("km between the two:", np.linalg.norm(of_72 - of_84))
# brahe has no positions in the frame of SGP4 itself: heights are the same in each frame that shares the centre.
heights = {72: np.linalg.norm(of_72), 84: np.linalg.norm(of_84)}
found = {
    "sgp4": by_sgp4(),
    "satkit": by_satkit(),
    "brahe": by_brahe(),
    "sgp4-predict": by_sgp4_predict(),
}
takes = {name: min(heights, key=lambda of: abs(heights[of] - np.linalg.norm(place))) for name, place in found.items()}
for name, place in found.items():
    print(f"{name}: {np.linalg.norm(place):.4f} km from the centre: WGS {takes[name]}")
print(f"WGS 72: {heights[72]:.4f} km, WGS 84: {heights[84]:.4f} km")
assert abs(heights[72] - heights[84]) > 0.005
assert takes == {"sgp4": 72, "satkit": 72, "brahe": 84, "sgp4-predict": 84}
PROGRAM
