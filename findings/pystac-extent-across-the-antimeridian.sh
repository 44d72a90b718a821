#!/bin/sh
# Guess: the extent that pystac makes of items holds all of them, also where the bbox of one goes from 170 to -170 degrees, as
# RFC 7946 and STAC write what crosses the antimeridian.
# True: of one such item alone it does. With another it takes the least west and the greatest east, and the extent leaves the
# first item out: who searches collections by place never comes to it. Make the extent of such items yourself.
# pystac 1.15.2, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pystac==1.15.2
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("pystac", version("pystac"))
from datetime import UTC, datetime

import pystac

ACROSS, BESIDE = [170, -10, -170, 10], [160, -5, 165, 5]


def extent(*boxes):
    items = [
        pystac.Item(id=str(box), geometry=None, bbox=box, datetime=datetime(2026, 11, 21, tzinfo=UTC), properties={})
        for box in boxes
    ]
    made = pystac.Extent.from_items(items).spatial.bboxes
    print("items", boxes, "extent", made)
    return made


assert extent(ACROSS) == [ACROSS]
assert extent(ACROSS, BESIDE) == [[160, -10, 165, 10]]
PROGRAM
