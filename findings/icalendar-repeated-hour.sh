#!/bin/sh
# Guess: an event in a named time zone comes back from its iCalendar text as the same moment.
# True: RFC 5545 has no place for the second 02:30 of the night in which clocks go back, and the writer doesn't say so:
# a contact then is an hour too early when it is read, and one across the change gets another length. Write UTC.
# icalendar 7.3.2, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("icalendar", version("icalendar"))
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event

BERLIN = ZoneInfo("Europe/Berlin")


def moved(moment):
    event = Event()
    event.add("dtstart", moment)
    return Event.from_ical(event.to_ical()).start.astimezone(UTC) - moment.astimezone(UTC)


second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
told = {"in Berlin": moved(second), "in UTC": moved(second.astimezone(UTC))}
print("the second 02:30 comes back moved by:", {name: str(by) for name, by in told.items()})
assert told == {"in Berlin": timedelta(hours=-1), "in UTC": timedelta(0)}
PROGRAM
