"""What pytroll-schedule reads in a file, as JSON."""

import json
import sys

from trollsched.schedule import get_passes_from_xml_file

found = get_passes_from_xml_file([sys.argv[1]])
print(json.dumps([[one.satellite.name, one.risetime.isoformat(), one.falltime.isoformat()] for one in found]))
