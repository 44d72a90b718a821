"""Targets, stations and conditions: what is wrong is named, what is right lies where it should."""

import json
from datetime import timedelta
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from satselect.orbits import (
    ConditionError,
    Conditions,
    InvalidOrbitError,
    Line,
    PlaceError,
    Point,
    Polygon,
    Station,
    ground_track,
    opportunities,
    passes,
    sky_track,
    stations_in,
    targets_in,
)
from satselect.orbits.places.strips import corners_of
from tests.orbits.skies import EPOCH, elevation, low, satellite

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Point(nan, 0), "latitude"),
        (lambda: Point(90.1, 0), "latitude"),
        (lambda: Point(0, inf), "longitude"),
        (lambda: Point(0, -181), "longitude"),
        (lambda: Point(0, 361), "longitude"),
        (lambda: Point("48", 0), "latitude"),  # type: ignore[arg-type]
        (lambda: Point(True, 0), "latitude"),
        (lambda: Point(0, 0, nan), "height_m"),
        (lambda: Point(0, 0, 1e6), "height_m"),
        (lambda: Point(0, 0, name=5), "name"),  # type: ignore[arg-type]
        (lambda: Station(0, 0, minimum_elevation=90), "minimum_elevation"),
        (lambda: Station(0, 0, minimum_elevation=nan), "minimum_elevation"),
        (lambda: Line([]), "corners"),
        (lambda: Line([(0, 0)]), "corners"),
        (lambda: Line([(0, 0), (0, 0)]), "corners"),
        (lambda: Line([(0, 0), (0, nan)]), "longitude"),
        (lambda: Line([(0, 0), (0, 180)]), "corners"),
        (lambda: Line([(0, 0), (0, 1)], step_km=0), "step_km"),
        (lambda: Line("ab"), "corners"),  # type: ignore[arg-type]
        (lambda: Polygon([(0, 0), (0, 1)]), "corners"),
        (lambda: Polygon([(0, 0), (0, 1), (0, 0)]), "corners"),
        (lambda: Polygon([(0, 0), (0, 1), (0, 2)]), "corners"),
        (lambda: Polygon([(0, 0), (0, 90), (0, 180), (0, -90)]), "corners"),
        (lambda: Polygon([(0, 0), (50, 0), (50, 100)]), "corners"),
        (lambda: Polygon([(0, 0), (0, 1), (1, 1, 1)]), "corners"),  # type: ignore[list-item]
        (lambda: Polygon([(0, 0), (0, 1), (1, 1)], swath_km=nan), "swath_km"),
        (lambda: Polygon([(0, 0), (0, 1), (1, 1)], heading=inf), "heading"),
    ],
)
def test_places_that_are_none_are_refused(make: Any, field: str) -> None:  # noqa: ANN401
    with pytest.raises(PlaceError) as caught:
        make()
    assert caught.value.field == field


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_elevation": nan},
        {"minimum_elevation": None},
        {"minimum_elevation": 91},
        {"maximum_elevation": "high"},
        {"maximum_off_nadir": -1},
        {"minimum_off_nadir": 30, "maximum_off_nadir": 20},
        {"minimum_sun_elevation": 100},
        {"maximum_range_km": inf},
        {"side": "up"},
        {"sunlight": "half"},
        {"minimum_length": 5},
        {"minimum_length": -DAY},
    ],
)
def test_conditions_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConditionError) as caught:
        Conditions(**wrong)
    assert caught.value.field in wrong


@pytest.mark.parametrize("wrong", [None, 5, "48,11", [Point(0, 0)], [None]])
def test_passes_are_over_stations(wrong: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidOrbitError):
        passes(low(), wrong, EPOCH, EPOCH + DAY)


def test_without_satellites_or_places_nothing_is_found() -> None:
    assert list(passes([], Station(0, 0), EPOCH, EPOCH + DAY)) == []
    assert list(passes(low(), [], EPOCH, EPOCH + DAY)) == []
    assert list(opportunities([], [], EPOCH, EPOCH + DAY)) == []


@pytest.mark.parametrize("heading", [0, 37, 90, -120])
@pytest.mark.parametrize(
    "corners",
    [
        [(50, -3), (50, 3), (54, 3), (54, -3)],
        [(50, 177), (50, -177), (54, -177), (54, 177)],
        [(80, 0), (80, 120), (80, -120)],
        [(-2, -70), (3, -71), (1, -60)],
        [(10, 10), (10.01, 10), (10, 10.01)],
    ],
)
def test_strips_leave_nothing_of_an_area_farther_than_half_a_swath(
    corners: list[tuple[float, float]], heading: float
) -> None:
    area = Polygon(corners, swath_km=60, heading=heading)
    spots = corners_of([spot[:2] for part in area.parts() for spot in part])
    vectors = corners_of(corners)
    shares = np.random.default_rng(5).dirichlet(np.ones(len(corners)) / 2, 500)
    inside = shares @ vectors
    inside /= np.linalg.norm(inside, axis=1, keepdims=True)
    farthest = np.degrees(np.arccos(np.clip((inside @ spots.T).max(1), -1, 1))).max() * 111.2
    assert farthest <= 60 * 0.5 * 2**0.5 + 0.5


def test_a_line_has_points_at_most_a_step_apart() -> None:
    (points,) = Line([(60, 170), (62, -170), (-10, -170)], step_km=100).parts()
    vectors = corners_of([spot[:2] for spot in points])
    steps = np.degrees(np.arccos(np.clip(np.einsum("ij,ij->i", vectors[1:], vectors[:-1]), -1, 1))) * 111.2
    assert steps.max() <= 100.1
    assert points[0][:2] == pytest.approx((60, 170))
    assert points[-1][:2] == pytest.approx((-10, -170))


def feature(geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def test_targets_are_read_from_geojson() -> None:
    found = targets_in(
        {
            "type": "FeatureCollection",
            "features": [
                feature({"type": "Point", "coordinates": [11, 48, 520]}, name="Munich"),
                feature({"type": "LineString", "coordinates": [[11, 48], [12, 49]]}, name="way", step_km=10),
                feature({"type": "Polygon", "coordinates": [SQUARE]}, name="field", swath_km=5, heading=10),
                feature({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, name="two"),
            ],
        }
    )
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    assert found == [
        Point(48, 11, 520, "Munich"),
        Line([(48, 11), (49, 12)], 10, "way"),
        Polygon(corners, 5, 10, "field"),
        Polygon(corners, name="two (1)"),
        Polygon(corners, name="two (2)"),
    ]
    assert targets_in({"type": "Point", "coordinates": [11, 48]}) == [Point(48, 11)]


def test_stations_are_read_from_geojson() -> None:
    document = feature({"type": "Point", "coordinates": [11, 48]}, name="Munich", minimum_elevation=5)
    assert stations_in(document) == [Station(48, 11, name="Munich", minimum_elevation=5)]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"type": "FeatureCollection"},
        {"type": "FeatureCollection", "features": [5]},
        {"type": "Point"},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [11, 148]},
        {"type": "Point", "coordinates": [11, None]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0]]]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "Feature", "geometry": None},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": [1]},
    ],
)
def test_geojson_that_is_none_is_refused(document: object) -> None:
    for read in (targets_in, stations_in):
        with pytest.raises(PlaceError):
            read(json.loads(json.dumps(document)))


def test_the_way_over_the_sky_is_what_a_second_implementation_sees() -> None:
    place, at = Station(48, 11), satellite(low())
    for look in sky_track(low(), place, EPOCH, EPOCH + timedelta(minutes=90)):
        assert look.elevation == pytest.approx(elevation(at(look.at), place), abs=0.01)


def test_the_way_over_the_earth_goes_as_far_north_as_the_orbit_is_inclined() -> None:
    way = ground_track(low(inclination=50), EPOCH, EPOCH + DAY, step=timedelta(seconds=20))
    assert max(spot.latitude for spot in way) == pytest.approx(50.1, abs=0.2)
    assert len(way) == 24 * 180 + 1
    for spot in way:
        assert 490 < spot.height_km < 560
    below = Station(way[100].latitude, way[100].longitude)
    assert sky_track(low(inclination=50), below, way[100].at, way[101].at)[0].elevation == pytest.approx(90, abs=0.1)
