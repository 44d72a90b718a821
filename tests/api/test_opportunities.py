"""Searching for opportunities over HTTP, held against a second computation that shares nothing with the first."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from satselect.orbits import Elements, Point, read_elements
from satselect.store.models import ElementSet, Satellite
from tests.api.test_elements import message
from tests.databases import counts
from tests.orbits.skies import elevation, off_nadir, runs, satellite

DATABASES = ["sqlite"]  # what is searched is worked out, not read

FLEET = "/api/v1/fleets/default"
SEARCH = f"{FLEET}/opportunities/search"
BERLIN = {"type": "Point", "coordinates": [13.4, 52.52]}
Json = dict[str, Any]


def hours(count: float) -> datetime:
    return (datetime.now(UTC) + timedelta(hours=count)).replace(microsecond=0)


def asked(**other: object) -> Json:
    return {"target": {"geometry": BERLIN}, "from": hours(0).isoformat(), "until": hours(24).isoformat()} | other


def search(service: httpx.Client, **other: object) -> Json:
    answer = service.post(SEARCH, json=asked(**other))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def put(service: httpx.Client, slug: str, sent: Json) -> Json:
    answer = service.put(f"{FLEET}/satellites/{slug}/elements", json={"source": sent})
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()
    return made


def add(service: httpx.Client, slug: str) -> None:
    assert service.post(f"{FLEET}/satellites", json={"name": slug, "satellite": slug}).status_code == 201


def elements_of(made: Json) -> Elements:
    return read_elements(made["source"])[0]


def times(item: Json) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(item["from"]), datetime.fromisoformat(item["until"])


def test_opportunities_are_those_that_a_second_computation_finds(service: httpx.Client) -> None:
    made = put(service, "default", message(-1))
    start, end = hours(0), hours(12)
    target = {"geometry": BERLIN, "conditions": {"maximum_off_nadir": 55, "minimum_elevation": 5}}
    found = search(service, target=target, **{"from": start.isoformat(), "until": end.isoformat()})
    where, place = satellite(elements_of(made)), Point(52.52, 13.4)

    def holds(moment: datetime) -> bool:
        return off_nadir(where(moment), place) <= 55 and elevation(where(moment), place) >= 5

    expected = runs(holds, start, end)
    assert found["found"] == len(expected) == len(found["items"]) > 0
    for item, (first, last) in zip(found["items"], expected, strict=True):
        begins, ends = times(item)
        assert abs((begins - first).total_seconds()) <= 1.01
        assert abs((ends - last).total_seconds()) <= 1.01
        assert (item["satellite"], item["part"], item["elements"]) == ("default", 0, made["id"])
        middle, at = item["middle"], datetime.fromisoformat(item["middle"]["at"])
        assert abs(at - (begins + (ends - begins) / 2)) <= timedelta(milliseconds=1)
        assert middle["elevation"] == pytest.approx(elevation(where(at), place), abs=0.02)
        assert middle["off_nadir"] == pytest.approx(off_nadir(where(at), place), abs=0.02)
        assert item["least_off_nadir"] <= middle["off_nadir"] + 0.001


def test_what_is_known_of_each_satellite_is_told(service: httpx.Client) -> None:
    for slug in ("bare", "old", "falling"):
        add(service, slug)
    put(service, "default", message(-1))
    put(service, "old", message(-29))
    put(service, "falling", message(-1, MEAN_MOTION=16.2, BSTAR=0.01))
    found = search(service, until=hours(24 * 5).isoformat())
    assert {item["satellite"] for item in found["items"]} == {"default"}
    told = {one["satellite"]: (one["reason"], one["detail"]) for one in found["unsearched"]}
    assert {slug: reason for slug, (reason, _) in told.items()} == {
        "bare": "no_elements",
        "falling": "decayed",
        "old": "stale",
    }
    assert "30 are allowed" in told["old"][1]
    assert search(service, satellites=["default"])["unsearched"] == []


def test_elements_that_cannot_be_read_any_more_are_told(service: httpx.Client) -> None:
    put(service, "default", message(-1))
    ElementSet.objects.update(source="hello")
    (told,) = search(service)["unsearched"]
    assert told["reason"] == "unreadable"


def test_an_area_is_found_in_strips_and_a_line_in_one_go(service: httpx.Client) -> None:
    put(service, "default", message(-1))
    ring = [[13.0, 52.0], [14.0, 52.0], [14.0, 53.0], [13.0, 53.0], [13.0, 52.0]]
    area = search(service, target={"geometry": {"type": "Polygon", "coordinates": [ring]}, "swath_km": 40})
    assert area["parts"] == 2
    assert {item["part"] for item in area["items"]} == {0, 1}
    line = search(service, target={"geometry": {"type": "LineString", "coordinates": ring[:2]}, "step_km": 10})
    assert (line["parts"], {item["part"] for item in line["items"]}) == (1, {0})


@pytest.mark.parametrize(
    ("geometry", "swath"),
    [
        ({"type": "Point", "coordinates": [0, 90]}, None),
        ({"type": "Point", "coordinates": [180, 0, 100]}, None),
        ({"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 2], [179, 2], [179, 0]]]}, 50),
        ({"type": "Polygon", "coordinates": [[[0, 89], [120, 89], [-120, 89], [0, 89]]]}, 50),
    ],
    ids=["a pole", "the antimeridian", "over the antimeridian", "around a pole"],
)
def test_no_meridian_and_no_pole_is_special(service: httpx.Client, geometry: Json, swath: float | None) -> None:
    put(service, "default", message(-1))
    target = {"geometry": geometry} | ({"swath_km": swath} if swath else {})
    found = search(service, target=target, until=hours(48).isoformat())
    assert {item["part"] for item in found["items"]} == set(range(found["parts"]))
    assert found["parts"] <= 6, "some hundred kilometres, and not the way around the Earth"


def test_the_first_ones_are_told_and_how_many_there_are(service: httpx.Client) -> None:
    put(service, "default", message(-1))
    whole = search(service, until=hours(72).isoformat())
    assert whole["items"] == sorted(whole["items"], key=lambda item: item["from"])
    some = search(service, until=hours(72).isoformat(), limit=2)
    assert some["found"] == whole["found"] == len(whole["items"]) > 2
    assert [times(item) for item in some["items"]] == [times(item) for item in whole["items"][:2]]


BAD: dict[str, tuple[Json, list[tuple[str, str]]]] = {
    "no target": ({"target": None}, [("#/target", "must be an object")]),
    "no such satellite": ({"satellites": ["default", "x"]}, [("#/satellites/1", "no such satellite")]),
    "no length": ({"until": "2026-12-01T00:00:00Z", "from": "2026-12-01T00:00:00Z"}, [("", "later than from")]),
    "a leap second": (
        {"from": "2016-12-31T00:00:00Z", "until": "2017-01-02T00:00:00Z"},
        [("#/until", "leap second")],
    ),
    "years": ({"from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z"}, [("#/until", "366 days")]),
    "another kind": (
        {"target": {"geometry": {"type": "Circle", "coordinates": [1, 2]}}},
        [("#/target/geometry/type", "one of: Point, LineString, Polygon")],
    ),
    "off the Earth": (
        {"target": {"geometry": {"type": "Point", "coordinates": [181, -91]}}},
        [("#/target/geometry/coordinates/0", "longitude"), ("#/target/geometry/coordinates/1", "latitude")],
    ),
    "one number": ({"target": {"geometry": {"type": "Point", "coordinates": [1]}}}, [("coordinates", "at least 2")]),
    "text": ({"target": {"geometry": {"type": "Point", "coordinates": ["1", 2]}}}, [("coordinates/0", "number")]),
    "an open ring": (
        {"target": {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}},
        [("coordinates/0", "end where it begins")],
    ),
    "an area of nothing": (
        {"target": {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]}}},
        [("#/target/geometry", "fewer than 3")],
    ),
    "half the Earth": (
        {"target": {"geometry": {"type": "Polygon", "coordinates": [[[-60, 0], [60, 0], [0, 80], [-60, 0]]]}}},
        [("#/target/geometry", "45 degrees")],
    ),
    "a continent in strips of a hundred metres": (
        {
            "target": {
                "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [30, 0], [30, 30], [0, 0]]]},
                "swath_km": 0.1,
            }
        },
        [("#/target/geometry", "swaths of 0.1 km")],
    ),
    "a line around the Earth in steps of a hundred metres": (
        {
            "target": {
                "geometry": {"type": "LineString", "coordinates": [[0, 0], [90, 0], [180, 0]]},
                "step_km": 0.1,
            }
        },
        [("#/target/geometry", "2000 steps")],
    ),
    "a swath of a point": (
        {"target": {"geometry": BERLIN, "swath_km": 5, "heading": 3}},
        [("#/target/swath_km", "is for a Polygon"), ("#/target/heading", "is for a Polygon")],
    ),
    "conditions that nothing meets, and none": (
        {
            "target": {
                "geometry": BERLIN,
                "conditions": {"minimum_off_nadir": 40, "maximum_off_nadir": 30, "maximum_elevation": -1},
            }
        },
        [
            ("#/target/conditions/maximum_elevation", "less than the minimum"),
            ("#/target/conditions/maximum_off_nadir", "less than the minimum"),
        ],
    ),
    "a condition that is none": (
        {"target": {"geometry": BERLIN, "conditions": {"clouds": 3, "maximum_off_nadir": 181}}},
        [("#/target/conditions/maximum_off_nadir", "180"), ("#/target/conditions/clouds", "")],
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_searched_is_refused_with_its_places(service: httpx.Client, what: str) -> None:
    put(service, "default", message(-1))
    before = counts()
    wrong, expected = BAD[what]
    answer = service.post(SEARCH, json=asked(**copy.deepcopy(wrong)))
    assert answer.status_code == 422, answer.text
    faults = [(fault.get("pointer", ""), fault["detail"]) for fault in answer.json()["errors"]]
    assert len(faults) == len(expected), faults
    for (pointer, detail), (where, why) in zip(faults, expected, strict=True):
        assert where in pointer
        assert why in detail
    assert counts() == before


def test_too_much_work_is_refused_before_it_is_done(service: httpx.Client) -> None:
    for number in range(9):
        add(service, f"sat-{number}")
    ring = [[0, 0], [30, 0], [30, 20], [0, 20], [0, 0]]
    target = {"geometry": {"type": "Polygon", "coordinates": [ring]}, "swath_km": 80}
    answer = service.post(SEARCH, json=asked(target=target, until=hours(24 * 10).isoformat()))
    assert answer.status_code == 422
    assert "too much for one search" in answer.json()["detail"]
    few = search(service, target=target, satellites=["default"], until=hours(24 * 10).isoformat())
    assert [one["satellite"] for one in few["unsearched"]] == ["default"]


def test_satellites_and_points_are_told_in_order_whatever_their_ids(service: httpx.Client) -> None:
    add(service, "a")
    put(service, "a", message(-1))
    put(service, "default", message(-1))
    found = search(service)["items"]
    assert [item["satellite"] for item in found] == ["a", "default"] * (len(found) // 2)
    assert Satellite.objects.get(slug="a").id > Satellite.objects.get(slug="default").id
