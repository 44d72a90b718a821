"""The orbital elements of satellites, as clients put and get them."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from satselect.store.models import Audit, ElementSet, Event
from tests.databases import KINDS, counts
from tests.orbits.skies import line_checksum, node_over

DATABASES = KINDS

SATELLITE = "/api/v1/fleets/default/satellites/default"
ELEMENTS = f"{SATELLITE}/elements"
Json = dict[str, Any]


def message(days: float = -1, **other: object) -> Json:
    """A message in JSON, for a time so many days from now."""
    epoch = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    return {
        "OBJECT_NAME": "AURORA",
        "NORAD_CAT_ID": 799501234,
        "EPOCH": epoch.isoformat()[:19],
        "MEAN_MOTION": 15.2,
        "ECCENTRICITY": 0.001,
        "INCLINATION": 97.6,
        "RA_OF_ASC_NODE": node_over(40, epoch),
        "ARG_OF_PERICENTER": 90,
        "MEAN_ANOMALY": 0,
        "BSTAR": 0.00005,
    } | other


def lines(number: str = "99001", second: str | None = None) -> list[str]:
    epoch = datetime.now(UTC) - timedelta(days=1)
    day = f"{epoch:%y%j}.50000000"
    return [
        "AURORA",
        line_checksum(f"1 {number}U 26001A   {day}  .00001000  00000-0  50000-4 0  999"),
        line_checksum(f"2 {second or number}  97.6000  40.0000 0010000  90.0000   0.0000 15.20000000  100"),
    ]


def as_csv(*records: Json) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def as_xml(record: Json) -> str:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in record.items())
    return f"<omm><body><segment><data>{fields}</data></segment></body></omm>"


def put(service: httpx.Client, source: object, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.put(ELEMENTS, json={"source": source}, headers=named)


def test_elements_are_put_shown_with_their_age_and_kept(service: httpx.Client) -> None:
    assert service.get(ELEMENTS).status_code == 404
    assert service.get(f"{ELEMENTS}/history").json() == {"items": [], "next": None}
    sent = message(-2.5)
    first = put(service, sent)
    assert first.status_code == 200, first.text
    shown = first.json()
    assert (shown["name"], shown["number"], shown["by"]) == ("AURORA", 799501234, "local")
    assert (shown["fleet"], shown["satellite"], shown["epoch"]) == ("default", "default", sent["EPOCH"] + "Z")
    assert shown["age_days"] == pytest.approx(2.5, abs=0.02)
    assert json.loads(shown["source"]) == sent
    assert shown["sha256"] == sha256(shown["source"].encode()).hexdigest()
    assert service.get(ELEMENTS).json()["id"] == shown["id"]
    second = put(service, "\n".join(lines())).json()
    assert (second["number"], second["source"]) == (99001, "\n".join(lines()))
    assert service.get(ELEMENTS).json()["id"] == second["id"]
    pages, address = [], f"{ELEMENTS}/history?limit=1"
    while address:
        page = service.get(address).json()
        pages.append([item["id"] for item in page["items"]])
        address = page["next"]
    assert pages == [[second["id"]], [shown["id"]]]


def test_a_change_is_audited_and_told_and_the_same_again_is_none(service: httpx.Client) -> None:
    before = Event.objects.count()
    sent = message()
    first, again = put(service, sent).json(), put(service, sent).json()
    assert first["id"] == again["id"]
    assert Event.objects.count() == before + 1
    line = Audit.objects.get()
    assert (line.action, line.object_type, line.object_id) == ("elements.put", "elements", "default/default")
    epoch = f"{sent['EPOCH']}+00:00"
    assert line.facts == {"name": "AURORA", "number": 799501234, "epoch": epoch, "sha256": first["sha256"]}


@pytest.mark.parametrize(
    "written",
    [
        lambda sent: [sent],
        json.dumps,
        as_csv,
        as_xml,
        lambda sent: "\n".join(f"{name} = {value}" for name, value in sent.items()),
    ],
    ids=["list", "text of JSON", "csv", "xml", "key-values"],
)
def test_every_form_is_read(service: httpx.Client, written: Any) -> None:  # noqa: ANN401
    sent = message()
    shown = put(service, written(sent)).json()
    assert (shown["number"], shown["name"], shown["epoch"]) == (799501234, "AURORA", sent["EPOCH"] + "Z")


def _wrong_checksum() -> str:
    name, first, second = lines()
    return "\n".join((name, first[:68] + str((int(first[68]) + 1) % 10), second))


BAD: dict[str, tuple[Any, str]] = {
    "wrong checksum": (_wrong_checksum, "checksum"),
    "lines of two satellites": (lambda: "\n".join(lines(second="99002")), "number"),
    "two satellites": (lambda: [message(), message(NORAD_CAT_ID=5)], "2 sets of elements"),
    "two sets of one": (lambda: "\n".join(lines() * 2), "2 sets of elements"),
    "one line": (lambda: lines()[1], "all its lines"),
    "decayed": (lambda: message(-20, MEAN_MOTION=16.55, BSTAR=0.01), "not in orbit"),
    "through the ground": (lambda: message(MEAN_MOTION=17.5), "not in orbit"),
    "last year's": (lambda: message(-365), "days from what is asked; 30 are allowed"),
    "of next year": (lambda: message(365), "30 are allowed"),
    "ten digits": (lambda: message(NORAD_CAT_ID=1_000_000_000), "NORAD_CAT_ID"),
    "no number": (lambda: message(MEAN_ANOMALY="NaN"), "MEAN_ANOMALY"),
    "another frame": (lambda: message(REF_FRAME="GCRF"), "REF_FRAME"),
    "before the year 1": (lambda: message(EPOCH="0001-01-01T00:00:00+14:00"), "EPOCH"),
    "nothing in it": (dict, "EPOCH"),
    "an empty list": (list, "holds no elements"),
    "blank": (lambda: " \n", "blank"),
    "prose": (lambda: "hello", "lines"),
    "too long": (lambda: "x" * 8193, "8192 characters"),
    "a zero character": (lambda: "\n".join(lines()) + "\0", "U+0000"),
    "an invisible name": (lambda: message(OBJECT_NAME="AUR\u202eORA"), "U+202E"),
    "a number": (lambda: 5, "must be text"),
    "null": (lambda: None, "must be text"),
    "entities": (lambda: "<!DOCTYPE omm [<!ENTITY a 'a'>]>" + as_xml(message()), "DOCTYPE"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_says_nothing_of_the_satellite_is_refused(service: httpx.Client, what: str) -> None:
    make, why = BAD[what]
    before = counts()
    answer = put(service, make())
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "#/source"
    assert why in fault["detail"]
    assert counts() == before


def test_elements_are_replaced_only_as_they_were_seen(service: httpx.Client) -> None:
    assert put(service, message(), If_Match='"x"').status_code == 412
    assert not ElementSet.objects.exists()
    first = put(service, message(-1), If_None_Match="*")
    assert first.status_code == 200
    assert put(service, message(-0.5), If_None_Match="*").status_code == 412
    seen = first.headers["ETag"]
    assert put(service, message(-0.5), If_Match=seen).status_code == 200
    assert put(service, message(-0.2), If_Match=seen).status_code == 412
    assert put(service, message(-0.5), If_Match=seen).status_code == 412, "also if it would change nothing"


def test_elements_go_with_their_satellite(service: httpx.Client) -> None:
    made = "/api/v1/fleets/default/satellites"
    service.post(made, json={"name": "Spare", "satellite": "spare"})
    assert service.put(f"{made}/spare/elements", json={"source": message()}).status_code == 200
    assert service.get(ELEMENTS).status_code == 404, "they are of one satellite"
    assert service.delete(f"{made}/spare").status_code == 204
    assert not ElementSet.objects.exists()
