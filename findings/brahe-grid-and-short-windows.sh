#!/bin/sh
# Guess: a search for contacts finds the same ones whatever second it starts at; time_tolerance is a millisecond.
# True: contacts are looked for on a grid of 60 s that begins where the search begins. One of 45 s is found from 09:00:00
# and not from 08:59:30, without a word. Make initial_time_step shorter than the shortest contact that matters.
# brahe 1.8.0, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check brahe==1.8.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("brahe", version("brahe"))
import brahe

# A made-up satellite: 542 km high, inclined by 97.6 degrees.
LINES = (
    "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
    "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
)
brahe.set_global_eop_provider_from_static_provider(brahe.StaticEOPProvider.from_zero())
orbit, station = brahe.SGPPropagator.from_tle(*LINES, 60.0), brahe.PointLocation(11, 48, 0)


def lengths(hour, minute, second, **options):
    start = brahe.Epoch.from_datetime(2026, 11, 21, hour, minute, second, 0.0, brahe.TimeSystem.UTC)
    end = brahe.Epoch.from_datetime(2026, 11, 21, 11, 0, 0.0, 0.0, brahe.TimeSystem.UTC)
    above = brahe.ElevationConstraint(35.5)
    config = brahe.AccessSearchConfig(**options) if options else None
    found = brahe.location_accesses(station, orbit, start, end, above, config=config)
    return [round(window.window_close - window.window_open) for window in found]


LATER, EARLIER = (9, 0, 0.0), (8, 59, 30.0)
print("above 35.5 degrees, from 09:00:00:", lengths(*LATER), "from 08:59:30:", lengths(*EARLIER))
print("with steps of 10 s:", lengths(*LATER, initial_time_step=10.0), lengths(*EARLIER, initial_time_step=10.0))
assert (lengths(*LATER), lengths(*EARLIER)) == ([45], [])
assert lengths(*LATER, initial_time_step=10.0) == lengths(*EARLIER, initial_time_step=10.0) == [45]
PROGRAM
