#!/bin/sh
# Guess: the epoch of an OMM may be written in every way that CCSDS 502.0-B-3 allows: whole seconds, a Z, day of the year.
# True: sgp4 (and what builds on it) refuses each of these with a ValueError: it wants a fraction of 1 to 6 digits and
# nothing after it. satellite.js takes whole seconds and Z, but makes of a day of the year elements without an error code,
# whose every position is NaN. Write epochs as 2026-11-28T12:00:00.000000 before either reads them.
# sgp4 2.27, satellite.js 7.1.0, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sgp4==2.27
(cd "$folder" && npm install --silent --no-audit --no-fund satellite.js@7.1.0 > /dev/null)
cat > "$folder/elements.json" <<'ELEMENTS'
{"OBJECT_NAME": "EXAMPLE", "OBJECT_ID": "2026-001A", "MEAN_MOTION": 15.2, "ECCENTRICITY": 0.0005, "INCLINATION": 97.6,
 "RA_OF_ASC_NODE": 10, "ARG_OF_PERICENTER": 20, "MEAN_ANOMALY": 30, "EPHEMERIS_TYPE": 0, "CLASSIFICATION_TYPE": "U",
 "NORAD_CAT_ID": 99001, "ELEMENT_SET_NO": 999, "REV_AT_EPOCH": 1, "BSTAR": 0.0001, "MEAN_MOTION_DOT": 0.00001,
 "MEAN_MOTION_DDOT": 0}
ELEMENTS
"$folder/venv/bin/python" -I - "$folder/elements.json" <<'PROGRAM'
import json
import sys
from importlib.metadata import version

print("sgp4", version("sgp4"))
from sgp4 import omm
from sgp4.api import Satrec

with open(sys.argv[1]) as file:
    elements = json.load(file)


def told(epoch):
    satellite = Satrec()
    try:
        omm.initialize(satellite, {**elements, "EPOCH": epoch})
    except ValueError as error:
        print(f"{epoch}: ValueError: {error}")
        return "refused"
    print(f"{epoch}: taken")
    return "taken"


assert told("2026-11-28T12:00:00.000000") == "taken"
for epoch in ("2026-11-28T12:00:00", "2026-11-28T12:00:00.000Z", "2026-332T12:00:00.000", "2026-11-28T12:00:00.000000000"):
    assert told(epoch) == "refused"
PROGRAM
cat > "$folder/epochs.mjs" <<'PROGRAM'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { json2satrec, propagate } from "satellite.js";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url)));
console.log("satellite.js", read("node_modules/satellite.js/package.json").version);
const elements = read("elements.json");
const told = (EPOCH) => {
  const satellite = json2satrec({ ...elements, EPOCH });
  const { x } = propagate(satellite, new Date("2026-11-28T12:00:00Z")).position;
  console.log(`${EPOCH}: error ${satellite.error}, x ${x}`);
  return { error: satellite.error, isNumber: Number.isFinite(x) };
};
for (const epoch of ["2026-11-28T12:00:00", "2026-11-28T12:00:00.000Z"]) {
  assert.deepEqual(told(epoch), { error: 0, isNumber: true });
}
assert.deepEqual(told("2026-332T12:00:00.000"), { error: 0, isNumber: false });
PROGRAM
node "$folder/epochs.mjs"
