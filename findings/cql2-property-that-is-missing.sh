#!/bin/sh
# Guess: a feature that lacks the property (or has null there) does not match "off_nadir < 20", as in SQL and as CQL2 says.
# True: matches() raises "Could not reduce expression to boolean" for it, and for NOT of it, so one opportunity without the
# property ends a search over all of them. Beside a true OR or a false AND nothing is raised. "x IS NOT NULL AND x < 20"
# gives false.
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

NOT_KNOWN = {"type": "Feature", "geometry": None, "properties": {"satellite": "one", "off_nadir": None}}
MISSING = {"type": "Feature", "geometry": None, "properties": {"satellite": "one"}}


def told(text, feature):
    try:
        outcome = Expr(text).matches(feature)
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    print(f"{text!r} of {feature['properties']}: {outcome}")
    return outcome


for feature in (MISSING, NOT_KNOWN):
    for text in ("off_nadir < 20", "NOT (off_nadir < 20)"):
        assert told(text, feature) == "Exception: Could not reduce expression to boolean"
    assert told("off_nadir < 20 OR satellite = 'one'", feature) is True
    assert told("off_nadir < 20 AND satellite = 'two'", feature) is False
    assert told("off_nadir IS NOT NULL AND off_nadir < 20", feature) is False
PROGRAM
