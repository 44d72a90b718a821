#!/bin/sh
# Guess: STAPI's datetime is the interval of STAC and OGC: either end may be open, as "..", and RFC 3339 may be in lower case.
# True: the text of STAPI allows open ends, the package refuses them with "Invalid isoformat string", and a lower-case z
# as well; but it takes ISO week dates, which RFC 3339 has not, and cuts nanoseconds.
# stapi-pydantic 0.1.0, Python 3.11 or later, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check stapi-pydantic==0.1.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("stapi-pydantic", version("stapi-pydantic"))
from pydantic import ValidationError
from stapi_pydantic import OpportunityPayload

END = "2026-12-02T00:00:00Z"


def read(text):
    try:
        payload = OpportunityPayload(datetime=text, geometry={"type": "Point", "coordinates": [11, 48]})
    except ValidationError as error:
        return "refused: " + error.errors()[0]["msg"]
    return payload.model_dump(mode="json")["datetime"]


CASES = {
    "closed": f"2026-12-01T00:00:00Z/{END}",
    "open": f"../{END}",
    "lower case": f"2026-12-01t00:00:00z/{END}",
    "week date": f"2026-W49-2T00:00:00Z/{END}",
    "nanoseconds": f"2026-12-01T00:00:00.123456789Z/{END}",
}
told = {name: read(text) for name, text in CASES.items()}
print(*(f"{name}: {answer}" for name, answer in told.items()), sep="\n")
assert told["open"].startswith("refused") and told["lower case"].startswith("refused")
assert told["week date"] == told["closed"] and ".123456+" in told["nanoseconds"]
PROGRAM
