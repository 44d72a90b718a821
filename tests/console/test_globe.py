"""Lines and areas on the map against the sphere that it shows."""

import re
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from satselect.console.drawing.globe.paths import HEIGHT, WIDTH, area_path, line_path, x_of, y_of
from satselect.console.drawing.globe.sphere import (
    RADIUS_KM,
    Spot,
    between,
    circle,
    distance,
    great_circles,
    mean,
    sight_radius,
)

Points = list[tuple[float, float]]

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
SPOTS = st.tuples(LATITUDES, LONGITUDES)
SLACK = 0.6
"""Degrees: what the corners of a circle and whole tenths may be off."""

WORLD = Path(__file__).parents[2] / "src/satselect/console/static/console/world.svg"
LAND = {
    "Berlin": (52.5, 13.4),
    "Nairobi": (-1.3, 36.8),
    "Denver": (39.7, -105.0),
    "Alice Springs": (-23.7, 133.9),
    "Chukotka": (67.0, -175.0),
    "Siberia": (66.0, 179.0),
    "South Pole": (-89.9, 0.0),
    "Vostok": (-78.5, 106.8),
    "Greenland": (72.0, -40.0),
}
SEA = {
    "North Pole": (89.5, 0.0),
    "Atlantic": (30.0, -40.0),
    "Pacific": (0.0, -179.9),
    "Caspian": (42.0, 51.0),
    "Indian": (-30.0, 80.0),
    "Southern": (-60.0, 179.9),
    "Mediterranean": (34.0, 18.0),
}


def pieces(path: str) -> list[Points]:
    """The points of each piece of a path of absolute starts and relative steps."""
    found = []
    for piece in re.findall(r"M([^Mz]+)", path):
        start, _, steps = piece.partition("l")
        x, y = map(float, re.findall(r"-?[\d.]+", start))
        points = [(x, y)]
        numbers = list(map(float, re.findall(r"-?[\d.]+", steps)))
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            points.append((x, y))
        found.append(points)
    return found


def is_inside(spot: Spot, path: str) -> bool:
    """By how often the outlines go around it, as SVG fills."""
    x, y = x_of(spot[1]) + 0.017, y_of(spot[0]) + 0.013  # beside the whole tenths of the outlines
    winding = 0
    for points in pieces(path):
        for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                winding += 1 if y1 > y0 else -1
    return winding != 0


@given(SPOTS, st.floats(1, 85), SPOTS)
@example((90.0, 0.0), 20.0, (75.0, 179.0))
@example((80.0, 179.5), 15.0, (85.0, -20.0))
@example((-70.0, -179.9), 25.0, (-89.0, 90.0))
@example((0.0, 180.0), 30.0, (0.0, -170.0))
def test_an_area_holds_what_lies_in_it(middle: Spot, radius: float, spot: Spot) -> None:
    away = distance(middle, spot)
    if abs(away - radius) > SLACK and abs(spot[0]) < 89 and abs(90 - abs(middle[0]) - radius) > SLACK:
        assert is_inside(spot, area_path(circle(middle, radius))) == (away < radius)


@given(SPOTS, st.floats(0.1, 170))
def test_a_circle_is_as_far_from_its_middle_everywhere(middle: Spot, radius: float) -> None:
    assert all(distance(middle, spot) == pytest.approx(radius, abs=1e-5) for spot in circle(middle, radius))


@given(st.floats(-89, 89), LONGITUDES, st.floats(0, 360), st.floats(1, 100))
@example(80.0, 170.0, 10.0, 30.0)
@example(0.0, 179.0, 90.0, 20.0)
@example(0.0, -179.0, 270.0, 20.0)
def test_a_line_stays_on_the_map_and_on_its_circle(
    latitude: float, longitude: float, heading: float, length: float
) -> None:
    start = latitude, longitude
    end = circle(start, length)[int(heading // 5) % 72]
    drawn = pieces(line_path(list(great_circles([start, end], step=3.0))))
    for points in drawn:
        assert all(-0.5 <= x <= WIDTH + 0.5 and -0.5 <= y <= HEIGHT + 0.5 for x, y in points)
        assert all(abs(one[0] - two[0]) <= WIDTH / 2 + 1 for one, two in pairwise(points))
        for x, y in points:
            spot = 90 - y / 10, x / 10 - 180
            detour = distance(start, spot) + distance(spot, end) - distance(start, end)
            assert detour < 1.5
    for before, after in pairwise(drawn):
        assert {round(before[-1][0]), round(after[0][0])} == {0, WIDTH}
        assert before[-1][1] == pytest.approx(after[0][1], abs=1)


@given(st.floats(70, 89), LONGITUDES, st.floats(0, 360))
@example(84.0, 0.0, 10.0)
def test_what_is_drawn_between_spots_is_near_the_way_over_a_pole(
    latitude: float, longitude: float, heading: float
) -> None:
    start = latitude, longitude
    end = circle(start, 30)[int(heading // 5) % 72]
    for points in pieces(line_path(list(great_circles([start, end], step=8.0)))):
        for (x0, y0), (x1, y1) in pairwise(points):
            spot = 90 - (y0 + y1) / 20, (x0 + x1) / 20 - 180
            assert distance(start, spot) + distance(spot, end) - distance(start, end) < 1.5


@given(SPOTS, SPOTS, st.floats(0, 1))
def test_on_the_way_both_parts_are_as_long_as_the_whole(a: Spot, b: Spot, part: float) -> None:
    whole = distance(a, b)
    if 0.01 < whole < 179.9:
        there = between(a, b, part)
        assert distance(a, there) == pytest.approx(part * whole, abs=1e-4)
        assert distance(there, b) == pytest.approx((1 - part) * whole, abs=1e-4)


def test_the_mean_over_the_antimeridian_is_there() -> None:
    assert mean([(0.0, 170.0), (0.0, -170.0)])[1] == pytest.approx(180)


@pytest.mark.parametrize("latitude", [90.0, -90.0, 89.999, 40.0])
def test_a_circle_goes_once_around_its_middle_at_a_pole_too(latitude: float) -> None:
    spots = circle((latitude, 30.0), 20.0)
    assert all(distance((latitude, 30.0), spot) == pytest.approx(20, abs=1e-6) for spot in spots)
    apart = [distance(a, b) for a, b in zip(spots, [*spots[1:], spots[0]], strict=True)]
    assert max(apart) == pytest.approx(min(apart), rel=1e-6)


@given(st.floats(200, 36_000), st.floats(0, 60))
def test_at_the_edge_of_sight_a_satellite_stands_as_high_as_the_mask(height_km: float, elevation: float) -> None:
    away = radians(sight_radius(height_km, elevation))
    seen = degrees(atan2(cos(away) - RADIUS_KM / (RADIUS_KM + height_km), sin(away)))
    assert seen == pytest.approx(elevation, abs=1e-6)


@pytest.mark.parametrize(
    ("spot", "is_land"), [*((s, True) for s in LAND.values()), *((s, False) for s in SEA.values())]
)
def test_land_is_where_it_is(spot: Spot, is_land: bool) -> None:
    (path,) = re.findall(r' d="([^"]+)"', WORLD.read_text())
    assert is_inside(spot, path) == is_land
