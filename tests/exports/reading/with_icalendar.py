"""What the package icalendar reads in a file, as JSON."""

import json
import sys
from pathlib import Path

from icalendar import Calendar

calendar = Calendar.from_ical(Path(sys.argv[1]).read_bytes())
assert not calendar.errors
found = []
for event in calendar.walk("VEVENT"):
    assert not event.errors
    assert event.to_ical() == type(event).from_ical(event.to_ical()).to_ical()
    end = event.get("DTEND")
    found.append(
        {
            "uid": str(event["UID"]),
            "start": event.start.isoformat(),
            "end": event.end.isoformat(),
            "has_end": end is not None,
            "summary": str(event["SUMMARY"]),
            "location": str(event.get("LOCATION", "")),
            "description": str(event.get("DESCRIPTION", "")),
            "status": str(event.get("STATUS", "")),
            "categories": [str(one) for one in event.categories],
        }
    )
print(json.dumps(found))
