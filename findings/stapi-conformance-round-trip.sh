#!/bin/sh
# Guess: what a pydantic model of the STAPI package writes, the same model reads back.
# True: Conformance is made and written with conforms_to, the standard's field is conformsTo. The standard's own document,
# {"conformsTo": [...]}, is read as an empty list without an error, as every field has a default: a server seems to
# conform to nothing.
# stapi-pydantic 0.1.0, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check stapi-pydantic==0.1.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("stapi-pydantic", version("stapi-pydantic"))
from stapi_pydantic import Conformance

CORE = "https://stapi.example.com/v0.1.0/core"
made = Conformance(conforms_to=[CORE])
for by_alias in (False, True):
    text = made.model_dump_json(by_alias=by_alias)
    print("written:", text, "read back:", Conformance.model_validate_json(text).conforms_to)
served = Conformance.model_validate({"conformsTo": [CORE]})
print("the standard's document:", served.conforms_to)
assert served.conforms_to == []
assert Conformance.model_validate_json(made.model_dump_json(by_alias=True)).conforms_to == []
PROGRAM
