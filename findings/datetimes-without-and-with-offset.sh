#!/bin/sh
# Guess: libraries of orbits take a datetime that has an offset for what it is, and one that has none for UTC, or refuse it.
# True: brahe.Epoch drops the offset, so that 12:00+02:00 is 12:00 UTC; sgp4's jday_datetime and satkit's from_datetime take
# one without an offset for local time of the machine, so that a plan is right on a server in UTC and hours off on a desk.
# Give all of them datetimes that are in UTC and say so.
# sgp4 2.27, satkit 0.24.1, brahe 1.8.0, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sgp4==2.27 satkit==0.24.1 brahe==1.8.0
TZ=EST5 "$folder/venv/bin/python" -I - <<'PROGRAM'
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version

for name in ("sgp4", "satkit", "brahe"):
    print(name, version(name))
import brahe
import satkit
from sgp4.conveniences import jday_datetime


def by_sgp4(moment):
    day, fraction = jday_datetime(moment)
    return (day - 2440587.5 + fraction) * 86400


READERS = {
    "sgp4": by_sgp4,
    "satkit": lambda moment: satkit.time.from_datetime(moment).to_unixtime(),
    "brahe": lambda moment: brahe.Epoch(moment).unix_timestamp(),
}
TEN = datetime(2026, 11, 21, 10, tzinfo=UTC)
WRITTEN = {
    "10:00 UTC": TEN,
    "12:00+02:00": TEN.astimezone(timezone(timedelta(hours=2))),
    "10:00": TEN.replace(tzinfo=None),
}
hours_off = {
    name: {text: round((reads(moment) - TEN.timestamp()) / 3600, 3) for text, moment in WRITTEN.items()}
    for name, reads in READERS.items()
}
print("on a machine five hours behind UTC, hours off:")
for name, off in hours_off.items():
    print(f"  {name}: {off}")
right, local = {"10:00 UTC": 0, "12:00+02:00": 0}, {"10:00": 5}
assert hours_off["sgp4"] == hours_off["satkit"] == right | local
assert hours_off["brahe"] == {"10:00 UTC": 0, "12:00+02:00": 2, "10:00": 0}
PROGRAM
