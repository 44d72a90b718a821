"""Passes and opportunities against brute force, second by second, and by hand."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

import satselect
from satselect.orbits import (
    Conditions,
    EarthOrientation,
    Elements,
    Line,
    Point,
    Polygon,
    Station,
    covered,
    opportunities,
    passes,
)
from tests.longer import more
from tests.orbits.skies import (
    EPOCH,
    elements,
    elevation,
    geostationary,
    ground,
    low,
    molniya,
    off_nadir,
    runs,
    satellite,
)

NONE = EarthOrientation.none()
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MUNICH = Station(48, 11, 520, "Munich")


def random_orbit(random: random.Random) -> Elements:
    perigee = random.uniform(350, 2000)
    apogee = random.choice([perigee, random.uniform(perigee, 36_000)])
    axis = 6378 + (perigee + apogee) / 2
    return elements(
        number=random.randrange(10**9),
        mean_motion=86400 / (2 * np.pi * (axis**3 / 398600.8) ** 0.5),
        eccentricity=(apogee - perigee) / 2 / axis,
        inclination=random.uniform(0, 180),
        raan=random.uniform(0, 360),
        argument_of_perigee=random.uniform(0, 360),
        mean_anomaly=random.uniform(0, 360),
    )


@pytest.mark.parametrize("seed", range(12))
def test_passes_are_what_brute_force_finds(seed: int) -> None:
    chance = random.Random(seed)
    orbit, mask = random_orbit(chance), chance.choice([0.0, 5.0, 10.0, 30.0, 60.0])
    place = Station(chance.uniform(-90, 90), chance.uniform(-180, 180), minimum_elevation=mask)
    start = EPOCH + timedelta(seconds=chance.randrange(86400))
    end = start + timedelta(hours=8)
    at = satellite(orbit)
    wanted = runs(lambda moment: elevation(at(moment), place) >= mask, start, end)
    found = passes(orbit, place, start, end, earth=NONE)
    long_enough = [one for one in found if one.length > 2 * SECOND]
    assert len(long_enough) == len([run for run in wanted if run[1] - run[0] > SECOND])
    for one in found:
        inside = [run for run in wanted if one.start <= run[0] and run[1] <= one.end]
        if one.length > 2 * SECOND:
            ((first, last),) = inside
            assert first - SECOND < one.start <= first
            assert last <= one.end < last + SECOND
        for moment in (one.start, one.end):
            assert elevation(at(moment), place) >= mask - 1e-6
        highest = max(elevation(at(moment), place) for moment in _in(one.start, one.end))
        assert one.maximum_elevation == pytest.approx(elevation(at(one.highest_at), place), abs=1e-3)
        assert one.maximum_elevation >= highest - 1e-6


def _in(start: datetime, end: datetime) -> list[datetime]:
    return [start + share / 50 * (end - start) for share in range(51)]


@pytest.mark.parametrize("seed", [0, 1, 3, 5, *more([2, 4])])  # they have all conditions
def test_opportunities_are_what_brute_force_finds(seed: int) -> None:
    chance = random.Random(100 + seed)
    orbit = elements(number=7, inclination=chance.uniform(40, 100), mean_motion=chance.uniform(14.5, 15.5))
    place = Point(chance.uniform(-60, 60), chance.uniform(-180, 180))
    least, most = chance.choice([(None, 30.0), (10.0, 45.0), (20.0, None)])
    range_km = chance.choice([None, 1000.0])
    at = satellite(orbit)

    def holds(moment: datetime) -> bool:
        there = at(moment)
        if elevation(there, place) < 5:  # mostly
            return False
        near = range_km is None or _range(there, place) <= range_km
        return near and (least or 0) <= off_nadir(there, place) <= (180 if most is None else most)

    end = EPOCH + DAY
    wanted = [run for run in runs(holds, EPOCH, end) if run[1] > run[0]]
    conditions = Conditions(
        minimum_elevation=5, minimum_off_nadir=least, maximum_off_nadir=most, maximum_range_km=range_km
    )
    found = [
        one
        for one in opportunities(orbit, place, EPOCH, end, conditions=conditions, earth=NONE)
        if one.length > 2 * SECOND or any(one.start <= run[0] <= one.end for run in wanted)
    ]
    assert len(found) == len(wanted)
    for one, (first, last) in zip(found, wanted, strict=True):
        assert first - SECOND < one.start <= first
        assert last <= one.end < last + SECOND
        assert one.least_off_nadir == pytest.approx(off_nadir(at(one.nearest_at), place), abs=1e-3)


def _range(there: tuple[float, float, float], place: Point) -> float:
    here, _ = ground(place)
    return float(np.linalg.norm(np.subtract(there, here)))


@pytest.fixture(scope="module")
def one() -> satselect.orbits.Pass:
    """A pass that is not cut."""
    return passes(low(), MUNICH, EPOCH, EPOCH + DAY, earth=NONE)[0]


def test_a_search_inside_a_pass_gives_all_of_the_search_and_where_the_pass_really_begins_and_ends(
    one: satselect.orbits.Pass,
) -> None:
    middle = one.start + one.length / 2
    (cut,) = passes(low(), MUNICH, middle - SECOND, middle + SECOND, earth=NONE)
    assert (cut.start, cut.end, cut.is_cut) == (middle - SECOND, middle + SECOND, True)
    assert _near(cut.begins, one.start)
    assert _near(cut.ends, one.end)


def _near(a: datetime | None, b: datetime) -> bool:
    return a is not None and abs(a - b) <= timedelta(milliseconds=2)


def test_a_search_that_begins_or_ends_in_a_pass_cuts_it_there(one: satselect.orbits.Pass) -> None:
    middle = one.start + one.length / 2
    last = passes(low(), MUNICH, middle, middle + timedelta(minutes=30), earth=NONE)[0]
    assert last.start == middle
    assert last.is_cut
    assert _near(last.begins, one.start)
    assert _near(last.end, one.end)
    first = passes(low(), MUNICH, middle - timedelta(minutes=30), middle, earth=NONE)[0]
    assert (first.end, first.is_cut) == (middle, True)
    assert _near(first.start, one.start)
    assert not one.is_cut


def test_touching_searches_share_out_a_pass_and_lose_nothing(one: satselect.orbits.Pass) -> None:
    cuts = [one.start - 60 * SECOND + share * (one.length + 120 * SECOND) / 7 for share in range(8)]
    parts = [passes(low(), MUNICH, a, b, earth=NONE) for a, b in pairwise(cuts)]
    total = sum((part[0].length for part in parts), timedelta(0))
    assert abs(total - one.length) < timedelta(milliseconds=10)


@pytest.mark.parametrize(("seconds", "is_found"), [(5.0, True), (1.0, True), (0.2, True)])
def test_a_pass_far_shorter_than_the_step_is_found(one: satselect.orbits.Pass, seconds: float, is_found: bool) -> None:
    low_mask, high_mask = 0.0, one.maximum_elevation
    for _ in range(60):
        mask = (low_mask + high_mask) / 2
        station = Station(48, 11, 520, minimum_elevation=mask)
        found = [
            p
            for p in passes(low(), station, EPOCH, EPOCH + DAY, earth=NONE)
            if abs(p.highest_at - one.highest_at) < SECOND
        ]
        if not found or found[0].length < seconds * SECOND:
            high_mask = mask
        else:
            low_mask = mask
    station = Station(48, 11, 520, minimum_elevation=low_mask)
    found = [
        p for p in passes(low(), station, EPOCH, EPOCH + DAY, earth=NONE) if abs(p.highest_at - one.highest_at) < SECOND
    ]
    assert bool(found) is is_found
    assert found[0].length == pytest.approx(seconds * SECOND, abs=timedelta(milliseconds=50))


def test_a_geostationary_satellite_is_always_or_never_in_view() -> None:
    stations = [Station(0, 20, name="below"), Station(48, 11, name="aside"), Station(0, -160, name="opposite")]
    found = passes(geostationary(20), stations, EPOCH, EPOCH + 3 * DAY)
    assert found.visibility() == {
        ("fixed", "below"): "always",
        ("fixed", "aside"): "always",
        ("fixed", "opposite"): "never",
    }
    assert len(found) == 2
    for one in found:
        assert (one.start, one.end, one.begins, one.ends) == (EPOCH, EPOCH + 3 * DAY, None, None)
        assert one.is_cut
    assert found[0].maximum_elevation == pytest.approx(90, abs=1.5)
    assert found[0].range_km == pytest.approx(35_786, abs=60)


def test_a_low_satellite_is_sometimes_in_view_even_while_it_is(one: satselect.orbits.Pass) -> None:
    middle = one.start + one.length / 2
    found = passes(low(), MUNICH, middle, middle + SECOND)
    assert found.visibility() == {("low", "Munich"): "sometimes"}


def test_of_two_maxima_in_one_pass_the_higher_one_is_told() -> None:
    at = satellite(molniya())
    found = passes(
        molniya(),
        [Station(lat, lon) for lat in (20, 40, 60) for lon in (-90, 0, 90)],
        EPOCH,
        EPOCH + 2 * DAY,
        earth=NONE,
    )
    two = 0
    for one in found:
        latitude, longitude = map(float, one.station.split(","))
        place = Station(latitude, longitude)
        count = int(one.length / timedelta(seconds=60)) + 1
        heights = [elevation(at(one.start + share / count * one.length), place) for share in range(count + 1)]
        tops = [b for a, b, c in zip(heights, heights[1:], heights[2:], strict=False) if a < b > c]
        two += len(tops) > 1
        assert one.maximum_elevation >= max(heights) - 1e-6
        assert one.maximum_elevation == pytest.approx(max(heights), abs=0.2)
    assert two > 3


def test_a_dip_below_the_mask_parts_a_pass_in_two() -> None:
    at, place = satellite(molniya()), Station(20, 0)
    longest = max(passes(molniya(), place, EPOCH, EPOCH + 2 * DAY, earth=NONE), key=lambda one: one.length)
    heights = [elevation(at(moment), place) for moment in _in(longest.start, longest.end)]
    dip = min(b for a, b, c in zip(heights, heights[1:], heights[2:], strict=False) if a > b < c)

    def parts(mask: float) -> list[satselect.orbits.Pass]:
        found = passes(molniya(), Station(20, 0, minimum_elevation=mask), EPOCH, EPOCH + 2 * DAY, earth=NONE)
        return [one for one in found if longest.start <= one.start and one.end <= longest.end]

    assert [len(parts(mask)) for mask in (dip - 0.5, dip + 0.2)] == [1, 2]


@pytest.mark.parametrize("latitude", [90.0, -90.0])
def test_at_a_pole_every_revolution_of_a_polar_orbit_is_a_pass(latitude: float) -> None:
    polar = low(inclination=90)
    found = passes(polar, Station(latitude, 123), EPOCH, EPOCH + DAY, earth=NONE)
    assert len(found) in (15, 16)
    other = passes(polar, Station(latitude, -57), EPOCH, EPOCH + DAY, earth=NONE)
    assert [one.start for one in found] == [one.start for one in other]


def test_what_never_goes_near_a_pole_is_never_seen_there() -> None:
    assert len(passes(low(inclination=20), Station(90, 0), EPOCH, EPOCH + 7 * DAY)) == 0


def test_longitudes_come_round() -> None:
    first = passes(low(), Station(10, 180), EPOCH, EPOCH + DAY)
    for same in (-180, 180.0):
        again = passes(low(), Station(10, same), EPOCH, EPOCH + DAY)
        assert [one.start for one in again] == [one.start for one in first]
    assert Station(0, 350).longitude == -10


def test_the_order_of_what_is_given_and_more_of_it_change_nothing(one: satselect.orbits.Pass) -> None:
    others = [Station(lat, lon, name=f"{lat},{lon}") for lat in range(-80, 81, 40) for lon in range(-180, 180, 60)]
    satellites = [low(), geostationary(5), molniya()]
    some = [p for p in passes(satellites, [*others, MUNICH], EPOCH, EPOCH + DAY) if p.station == "Munich"]
    alone = [p for of in satellites[::-1] for p in passes(of, MUNICH, EPOCH, EPOCH + DAY)]
    assert sorted((p.satellite, p.start, p.end) for p in some) == sorted((p.satellite, p.start, p.end) for p in alone)
    starts = [p.start for p in passes(satellites, others, EPOCH, EPOCH + DAY)]
    assert starts == sorted(starts)


def test_a_higher_mask_finds_only_parts_of_what_a_lower_one_finds() -> None:
    wide = passes(low(), Station(48, 11), EPOCH, EPOCH + 3 * DAY)
    narrow = passes(low(), Station(48, 11, minimum_elevation=25), EPOCH, EPOCH + 3 * DAY)
    assert 0 < len(narrow) < len(wide)
    for one in narrow:
        assert any(other.start < one.start and one.end < other.end for other in wide)


def test_shifting_everything_by_sidereal_days_and_the_node_changes_nothing() -> None:
    turned = low(raan=40 + 30)
    here = passes(low(), Station(48, 11), EPOCH, EPOCH + DAY, earth=NONE)
    there = passes(turned, Station(48, 41), EPOCH, EPOCH + DAY, earth=NONE)
    assert [_seconds(one.start - other.start) for one, other in zip(here, there, strict=True)] == pytest.approx(
        [0] * len(here), abs=0.01
    )


def _seconds(length: timedelta) -> float:
    return length.total_seconds()


def test_the_sides_are_what_is_left_and_right_of_the_way() -> None:
    found = opportunities(low(), Point(0, 0), EPOCH, EPOCH + 3 * DAY, earth=NONE)
    assert {one.side for one in found} == {"left", "right"}
    for one in found:
        is_east = 0 < one.azimuth_at_highest < 180
        # Going south with the satellite in the east, the place lies to the west: on the right.
        assert (one.side == "right") is (_goes_south(one) == is_east)
    for side in ("left", "right"):
        some = opportunities(low(), Point(0, 0), EPOCH, EPOCH + 3 * DAY, conditions=Conditions(side=side), earth=NONE)
        assert {one.side for one in some} == {side}


def _goes_south(one: satselect.orbits.Opportunity) -> bool:
    return abs((one.azimuth_at_start + 180) % 360 - 180) < 90


def test_only_what_is_long_enough_after_the_cut_is_told(one: satselect.orbits.Pass) -> None:
    least = Conditions(minimum_length=30 * SECOND)
    middle = one.start + one.length / 2
    assert len(passes(low(), MUNICH, middle, middle + 29 * SECOND, conditions=least)) == 0
    assert len(passes(low(), MUNICH, middle, middle + 31 * SECOND, conditions=least)) == 1


def test_what_is_too_near_to_the_zenith_parts_a_pass() -> None:
    station = Station(48, 11)
    (top,) = [p for p in passes(low(), station, EPOCH, EPOCH + DAY) if p.maximum_elevation > 60]
    most = Conditions(maximum_elevation=45)
    parts = [p for p in passes(low(), station, EPOCH, EPOCH + DAY, conditions=most) if top.start <= p.start <= top.end]
    assert [round(p.maximum_elevation, 2) for p in parts] == [45, 45]


def test_a_line_is_taken_from_its_first_point_to_its_last() -> None:
    line = Line([(47, 11), (49, 11.5)], name="line")
    conditions = Conditions(maximum_off_nadir=40)
    found = opportunities(low(), line, EPOCH, EPOCH + 3 * DAY, conditions=conditions)
    ends = [opportunities(low(), Point(*end), EPOCH, EPOCH + 3 * DAY, conditions=conditions) for end in line.corners]
    assert len(found) > 0
    for one in found:
        (first,), (last,) = ([p for p in of if p.end > one.start and p.start < one.end] for of in ends)
        assert one.start <= min(first.start, last.start)
        assert one.end >= max(first.end, last.end)


def test_a_polygon_over_the_antimeridian_is_like_one_elsewhere() -> None:
    def square(lon: float) -> Polygon:
        corners = [(lat, (lon + dx + 180) % 360 - 180) for lat, dx in ((50, -3), (50, 3), (54, 3), (54, -3))]
        return Polygon(corners, swath_km=100, name="square")

    here = opportunities(low(), square(0), EPOCH, EPOCH + 2 * DAY, earth=NONE)
    there = opportunities(low(raan=40 + 180), square(180), EPOCH, EPOCH + 2 * DAY, earth=NONE)
    assert len(here) > 0
    assert {one.part for one in here} == {one.part for one in there} == set(range(len(square(0).parts())))
    assert [one.part for one in here] == [one.part for one in there]
    assert max(abs(_seconds(a.start - b.start)) for a, b in zip(here, there, strict=True)) < 0.02


def test_a_polygon_around_a_pole_is_covered_strip_by_strip() -> None:
    cap = Polygon([(80, lon) for lon in range(-180, 180, 30)], swath_km=400, name="cap")
    assert len(cap.parts()) == 6
    found = list(opportunities(low(), cap, EPOCH, EPOCH + DAY, conditions=Conditions(maximum_off_nadir=60)))
    at = covered(cap, found)
    assert at is not None
    assert at == max(min(one.end for one in found if one.part == part) for part in range(6))
    assert covered(cap, [one for one in found if one.part != 3]) is None


def test_the_front_page_of_satselect_has_passes() -> None:
    assert satselect.passes is passes
