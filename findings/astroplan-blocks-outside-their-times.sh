#!/bin/sh
# Guess: a block in an astroplan schedule lasts as long as was asked, within the times of its TimeConstraint.
# True: PriorityScheduler cuts a block down to a multiple of time_resolution: 50 s are 40, and 15 s are scheduled with a
# length of 0. SequentialScheduler checks the times of a block, then moves one that would end after the schedule to
# an earlier time without asking again: it begins before it may. Both say nothing. Check what comes out.
# astroplan 0.10.1, astropy 8.0.2, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check astroplan==0.10.1 astropy==8.0.2
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print(*(f"{name} {version(name)}" for name in ("astroplan", "astropy")))
import astropy.units as u
from astroplan import FixedTarget, Observer
from astroplan.constraints import TimeConstraint
from astroplan.scheduling import ObservingBlock, PriorityScheduler, Schedule, SequentialScheduler, Transitioner
from astropy.coordinates import EarthLocation, SkyCoord
from astropy.time import Time
from astropy.utils import iers

iers.conf.auto_download, iers.conf.auto_max_age = False, None  # a second of Earth's rotation plays no part here
START, LENGTH_S = Time("2026-11-20 20:00:00"), 3600
STATION = Observer(location=EarthLocation(lat=48 * u.deg, lon=11 * u.deg, height=500 * u.m))
POLE = FixedTarget(SkyCoord(0 * u.deg, 89 * u.deg), name="always up")


def planned(scheduler, seconds, first=-60, last=LENGTH_S):
    """Start and end of a block of so many seconds that may take place between first and last, in seconds from START."""
    constraint = TimeConstraint(START + first * u.s, START + last * u.s)
    block = ObservingBlock(POLE, seconds * u.s, priority=1, constraints=[constraint])
    schedule = Schedule(START, START + LENGTH_S * u.s)
    scheduler(constraints=[], observer=STATION, transitioner=Transitioner())([block], schedule)
    (slot,) = (slot for slot in schedule.slots if slot.block)
    times = tuple(round((time - START).sec) for time in (slot.start, slot.end))
    print(f"{scheduler.__name__}: {seconds} s between {first} and {last} of {LENGTH_S} s: from {times[0]} to {times[1]}")
    return times


assert planned(PriorityScheduler, 50) == (0, 40)
assert planned(PriorityScheduler, 15) == (0, 0)
assert planned(SequentialScheduler, 50) == (0, 50)
assert planned(SequentialScheduler, 600, first=3200, last=4500) == (3000, 3600)
PROGRAM
