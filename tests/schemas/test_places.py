"""What is wrong with a place of an order is said in words of ours, with where in it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from satselect.schemas.ordering.places import Place
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
