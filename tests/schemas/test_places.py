"""What is wrong with a place of an order is said in words of ours, with where in it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from satselect.schemas.ordering.places import Place, bbox_of
from satselect.schemas.reading.wording import details_of, said

PLACES: TypeAdapter[dict[str, object]] = TypeAdapter(Place)

KINDS = "type must be one of: Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon"


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ({"type": "Point"}, "is no geometry: coordinates is missing"),
        ({"type": "Point", "coordinates": None}, "is no geometry: coordinates is missing"),
        ({"type": "Point", "coordinates": [1]}, "is no geometry: coordinates/1 is missing"),
        ({"type": "Point", "coordinates": [1, None]}, "is no geometry: coordinates/1 must be a number, not null"),
        ({"type": "Point", "coordinates": ["1", 2]}, 'is no geometry: coordinates/0 must be a number, not "1"'),
        ({"type": "Point", "coordinates": "1,2"}, 'is no geometry: coordinates is not what belongs here: "1,2"'),
        ({"type": "point", "coordinates": [1, 2]}, f"is no geometry: {KINDS}"),
        ({"type": None, "coordinates": [1, 2]}, f"is no geometry: {KINDS}"),
        ({"type": ["Point"], "coordinates": [1, 2]}, f"is no geometry: {KINDS}"),
        (
            {"type": "LineString", "coordinates": [[1, 2]]},
            "is no geometry: coordinates must have at least 2 of them, not 1",
        ),
        (
            {"type": "Polygon", "coordinates": [[[1, 2], [2, 3], [1, 2]]]},
            "is no geometry: coordinates/0 must have at least 4 of them, not 3",
        ),
        (
            {"type": "MultiPolygon", "coordinates": [[], [[[0, 0], [1, 0], [1, 1], [0, 0]]]]},
            "is no geometry: each of its polygons must have a ring",
        ),
        ({"type": "Polygon", "coordinates": []}, "must have 1 to 1000 positions"),
        ({"type": "Point", "coordinates": [1, 2], "bbox": [1]}, "is no geometry: bbox/1 is missing"),
        ({"type": "Point", "coordinates": [181, 2]}, "must be on Earth: longitudes to 180, latitudes to 90 degrees"),
        ({"type": "Point", "coordinates": [1, 2], "crs": {}}, "crs is no member of a geometry"),
        ([1, 2], "must be a geometry of GeoJSON"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(place: object, fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PLACES.validate_python(place)
    assert [said(error) for error in details_of(caught.value)] == [fault]


def box(west: float, east: float) -> list[list[float]]:
    return [[west, -10.0], [east, -10.0], [east, 10.0], [west, 10.0], [west, -10.0]]


@pytest.mark.parametrize(
    ("kind", "coordinates", "west_and_east"),
    [
        ("Point", [180.0, 10.0], (180, 180)),
        ("LineString", [[160.0, -10.0], [175.0, 0.0], [-175.0, 10.0]], (160, -175)),
        ("LineString", [[-175.0, -10.0], [-160.0, 0.0], [170.0, 10.0]], (170, -160)),
        ("Polygon", [box(-20.0, 30.0)], (-20, 30)),
        ("Polygon", [box(170.0, -170.0)], (170, -170)),
        ("Polygon", [box(-90.0, 90.0)], (-90, 90)),
        ("Polygon", [box(-180.0, 180.0)], (-180, 180)),
        ("Polygon", [[[0.0, 80.0], [120.0, 80.0], [-120.0, 80.0], [0.0, 80.0]]], (-180, 180)),
        ("MultiPolygon", [[box(170.0, 180.0)], [box(-180.0, -170.0)]], (170, -170)),
        ("MultiPolygon", [[box(-180.0, -60.0)], [box(60.0, 180.0)], [box(0.0, 10.0)]], (0, -60)),
        ("MultiLineString", [[[-30.0, 0.0], [-20.0, 0.0]], [[40.0, 0.0], [50.0, 0.0]]], (-30, 50)),
        ("MultiPoint", [[177.0, -20.0], [-178.0, -16.0]], (177, -178)),
        ("MultiPoint", [[-90.0, 0.0], [90.0, 0.0]], (-90, 90)),
    ],
)
def test_a_bbox_holds_what_lies_across_the_antimeridian(
    kind: str, coordinates: list[object], west_and_east: tuple[float, float]
) -> None:
    place = PLACES.validate_python({"type": kind, "coordinates": coordinates})
    west, south, east, north = bbox_of(place)
    assert (west, east) == west_and_east
    assert -90 <= south <= north <= 90


@pytest.mark.parametrize(
    ("ring", "south_and_north"),
    [
        ([[0.0, 80.0], [120.0, 80.0], [-120.0, 80.0], [0.0, 80.0]], (80, 90)),
        ([[0.0, 80.0], [-120.0, 70.0], [120.0, 80.0], [0.0, 80.0]], (70, 90)),
        ([[10.0, -70.0], [100.0, -75.0], [-170.0, -70.0], [-80.0, -75.0], [10.0, -70.0]], (-90, -70)),
        (box(-90.0, 90.0), (-10, 10)),
        (box(-180.0, 180.0), (-10, 10)),
        (box(170.0, -170.0), (-10, 10)),
    ],
)
def test_a_bbox_reaches_to_the_pole_that_a_ring_goes_around(
    ring: list[object], south_and_north: tuple[float, float]
) -> None:
    for kind, coordinates in (("Polygon", [ring]), ("MultiPolygon", [[ring]])):
        _, south, _, north = bbox_of({"type": kind, "coordinates": coordinates})
        assert (south, north) == south_and_north


def test_a_stored_polygon_without_rings_is_nowhere() -> None:
    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert bbox_of({"type": "MultiPolygon", "coordinates": [[], [ring]]}) == [0.0, 0.0, 1.0, 1.0]


def test_heights_are_no_part_of_a_bbox() -> None:
    place = PLACES.validate_python({"type": "LineString", "coordinates": [[179.0, 1.0, 500.0], [-179.0, 2.0, 900.0]]})
    assert bbox_of(place) == [179.0, 1.0, -179.0, 2.0]
