#!/bin/sh
# Guess: a BBOX whose west is greater than its east, as 170, -10, -170, 10, is the strip across the antimeridian: so RFC
# 7946 and OGC API - Features write it, and so an area of interest in the Pacific comes.
# True: it is the rest of the world, in text and in JSON: a point at 0 degrees matches, one at 175 does not, without a word.
# Ask for two boxes, one on either side.
# cql2 0.6.0, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cql2==0.6.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("cql2", version("cql2"))
from cql2 import Expr

TEXT = "S_INTERSECTS(geometry, BBOX(170, -10, -170, 10))"
JSON = {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [170, -10, -170, 10]}]}
TWO = "S_INTERSECTS(geometry, BBOX(170, -10, 180, 10)) OR S_INTERSECTS(geometry, BBOX(-180, -10, -170, 10))"
LONGITUDES = (-175, -90, 0, 90, 175)


def matching(condition):
    points = {at: {"type": "Point", "coordinates": [at, 0]} for at in LONGITUDES}
    features = {at: {"type": "Feature", "geometry": one, "properties": {}} for at, one in points.items()}
    found = [at for at, feature in features.items() if Expr(condition).matches(feature)]
    print(f"{condition}: longitudes {found} of {LONGITUDES}")
    return found


assert matching(TEXT) == matching(JSON) == [-90, 0, 90]
assert matching(TWO) == [-175, 175]
PROGRAM
