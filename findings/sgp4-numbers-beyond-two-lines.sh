#!/bin/sh
# Guess: elements that come as OMM, which has room for nine digits, are free of the limits of two-line elements.
# True: the propagator keeps the number as a TLE would print it, so an OMM of a catalogue number above 339,999 (Alpha-5
# Z9999) is refused with a ValueError, though everything else in it is fine. Propagate under another number, keep your own.
# sgp4 2.27, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sgp4==2.27
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("sgp4", version("sgp4"))
from io import StringIO

from sgp4 import omm
from sgp4.api import Satrec

FIELDS = {
    "OBJECT_NAME": "MADE UP", "OBJECT_ID": "2026-001A", "EPOCH": "2026-11-20T00:00:00.000000", "MEAN_MOTION": "15.1",
    "ECCENTRICITY": ".001", "INCLINATION": "97.6", "RA_OF_ASC_NODE": "40", "ARG_OF_PERICENTER": "0",
    "MEAN_ANOMALY": "0", "EPHEMERIS_TYPE": "0", "CLASSIFICATION_TYPE": "U", "NORAD_CAT_ID": "", "ELEMENT_SET_NO": "1",
    "REV_AT_EPOCH": "1", "BSTAR": "0", "MEAN_MOTION_DOT": "0", "MEAN_MOTION_DDOT": "0",
}


def read(number):
    fields = FIELDS | {"NORAD_CAT_ID": number}
    document = ",".join(fields) + "\n" + ",".join(fields.values()) + "\n"
    satellite = Satrec()
    try:
        omm.initialize(satellite, next(omm.parse_csv(StringIO(document))))
    except ValueError as error:
        return f"ValueError: {error}"
    return f"read as {satellite.satnum_str}"


told = {number: read(number) for number in ("99999", "339999", "340000", "799500001")}
print(told)
assert told["99999"] == "read as 99999" and told["339999"] == "read as Z9999"
assert told["340000"].startswith("ValueError") and told["799500001"].startswith("ValueError")
PROGRAM
