"""The Sun, the shadow of the Earth, and how the Earth is turned."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from satselect.orbits import (
    Conditions,
    EarthFileError,
    EarthOrientation,
    Elements,
    LeapSecondError,
    Point,
    Station,
    TimeError,
    eclipses,
    opportunities,
    passes,
    read_earth,
)
from satselect.orbits.earth.earth import geodetic, surface
from satselect.orbits.earth.sun import sun_from
from satselect.orbits.events.signals import Ground, View
from satselect.orbits.times import LEAPS, Span, leaps_between, seconds_between
from satselect.orbits.track import Track
from tests.orbits.skies import EPOCH, A, F, Vector, elements, geostationary, low, satellite, sidereal_degrees

NONE = EarthOrientation.none()
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("place", "at", "degrees"),
    [  # skyfield 1.55 with DE421, apparent, without refraction
        ((48, 11), datetime(2026, 12, 1, 9, tzinfo=UTC), 14.7614),
        ((-33.9, 151.2), datetime(2026, 6, 21, 2, tzinfo=UTC), 32.6556),
        ((69.6, 18.9), datetime(2027, 3, 20, 12, tzinfo=UTC), 19.3297),
        ((0, -78), datetime(2020, 9, 22, 17, tzinfo=UTC), 88.8793),
    ],
)
def test_the_sun_stands_where_an_ephemeris_has_it(place: tuple[float, float], at: datetime, degrees: float) -> None:
    span, earth = Span.of(at, at + DAY), EarthOrientation.built_in()
    track = Track.of(low(epoch=at), span, 600, earth)
    view = View(track, Ground.of(np.array([[*place, 0.0]])), span, earth)
    assert math.degrees(math.asin(view.sun_elevation(np.zeros(1, int), np.zeros(1))[0])) == pytest.approx(
        degrees, abs=0.001
    )


def almanac_sun(at: datetime) -> Vector:
    """Direction and distance after the Astronomical Almanac, to 0.01 degrees, over the turning Earth."""
    days = (at - datetime(2000, 1, 1, 12, tzinfo=UTC)) / DAY
    anomaly = math.radians(357.528 + 0.9856003 * days)
    along = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt, far = math.radians(23.439 - 4e-7 * days), (1.00014 - 0.01671 * math.cos(anomaly)) * 149_597_870.7
    x, y, z = far * math.cos(along), far * math.sin(along) * math.cos(tilt), far * math.sin(along) * math.sin(tilt)
    turn = math.radians(sidereal_degrees(at))
    return math.cos(turn) * x + math.sin(turn) * y, math.cos(turn) * y - math.sin(turn) * x, z


def hidden(of: Elements, at: datetime) -> int:
    """How many of 60 points on the rim of the Sun the Earth hides: by rays that meet an ellipsoid or don't."""
    here, sun = np.array(satellite(of)(at)), np.array(almanac_sun(at))
    ray = sun - here
    one = np.cross(ray, (0, 0, 1.0))
    one *= 695_700 / np.linalg.norm(one)
    two = np.cross(ray, one)
    two *= 695_700 / np.linalg.norm(two)
    squeeze = np.array((1, 1, 1 / (1 - F)))
    count = 0
    for angle in np.linspace(0, 2 * np.pi, 60, endpoint=False):
        start, way = here * squeeze, (ray + np.cos(angle) * one + np.sin(angle) * two) * squeeze
        nearest = -(start @ way) / (way @ way)
        count += bool(nearest > 0 and np.linalg.norm(start + nearest * way) < A)
    return count


@pytest.mark.parametrize("orbit", [low(), low(raan=150), elements(number=4, mean_motion=4.0, raan=70, inclination=10)])
def test_eclipses_are_what_rays_to_the_rim_of_the_sun_find(orbit: Elements) -> None:
    found = [one for one in eclipses(orbit, EPOCH, EPOCH + DAY / 2, earth=NONE) if not one.is_cut]
    assert found or orbit.raan == 150
    for one in found:
        assert one.umbra_start is not None
        assert one.umbra_end is not None
        edge = 6 / orbit.mean_motion * SECOND  # what 0.01 degrees of the Sun are worth
        for at, inside in ((one.start, edge), (one.end, -edge)):
            assert hidden(orbit, at - inside) == 0
            assert hidden(orbit, at + inside) > 0
        for at, inside in ((one.umbra_start, edge), (one.umbra_end, -edge)):
            assert hidden(orbit, at - inside) < 60
            assert hidden(orbit, at + inside) == 60


def test_a_low_orbit_is_eclipsed_once_in_each_revolution_and_cut_by_the_search() -> None:
    found = eclipses(low(), EPOCH, EPOCH + DAY)
    assert len(found) in (15, 16, 17)
    one = found[3]
    middle = one.start + (one.end - one.start) / 2
    (cut,) = eclipses(low(), middle, middle + SECOND)
    assert (cut.start, cut.umbra_start, cut.umbra_end, cut.end) == (middle, middle, *2 * (middle + SECOND,))
    assert cut.is_cut
    assert not one.is_cut


def test_a_geostationary_satellite_is_eclipsed_around_the_equinoxes_only() -> None:
    march = datetime(2027, 3, 20, tzinfo=UTC)
    spring = eclipses(geostationary(20), march, march + 2 * DAY, max_age=None)
    assert len(spring) == 2
    assert timedelta(minutes=66) < spring[0].end - spring[0].start < timedelta(minutes=73)
    assert eclipses(geostationary(20), EPOCH, EPOCH + 2 * DAY) == []


def test_sunlight_is_what_eclipses_leave() -> None:
    dark = eclipses(low(), EPOCH, EPOCH + DAY)
    place = Point(48, 11)
    whole = opportunities(low(), place, EPOCH, EPOCH + DAY)
    parts = {
        light: opportunities(low(), place, EPOCH, EPOCH + DAY, conditions=Conditions(sunlight=light))
        for light in ("full", "some", "none")
    }

    def total(found: object) -> float:
        return sum(one.length.total_seconds() for one in found)  # type: ignore[attr-defined]

    assert total(parts["some"]) + total(parts["none"]) == pytest.approx(total(whole), abs=0.1)
    assert 0 < total(parts["none"]) < total(whole)
    assert total(parts["full"]) <= total(parts["some"])
    for one in parts["none"]:
        assert any(e.umbra_start <= one.start and one.end <= e.umbra_end for e in dark if e.umbra_start and e.umbra_end)


def test_the_sun_at_the_target_parts_day_and_night() -> None:
    place = Point(48, 11)
    whole, day, night = (
        opportunities(low(), place, EPOCH, EPOCH + 5 * DAY, conditions=conditions)
        for conditions in (Conditions(), Conditions(minimum_sun_elevation=10), Conditions(maximum_sun_elevation=10))
    )
    assert 0 < len(day) < len(whole)
    assert len(day) + len(night) in range(len(whole), len(whole) + 6)
    assert all(one.sun_elevation >= 10 - 1e-6 for one in day)
    assert all(one.sun_elevation <= 10 + 1e-6 for one in night)


def test_places_go_to_positions_and_back() -> None:
    spots = np.array(
        [[0, 0, 0], [90, 0, 1], [-90, 0, 500], [48, 11, 0.5], [-33, -179.9, 36_000], [1e-9, 180, 0]], float
    )
    latitude, longitude, height = geodetic(surface(*spots.T))
    assert latitude == pytest.approx(spots[:, 0], abs=1e-9)
    assert height == pytest.approx(spots[:, 2], abs=1e-6)
    assert longitude[3:5] == pytest.approx(spots[3:5, 1], abs=1e-9)


LINE = "73 1 2 41684.00 I  0.120733 0.009786  0.136966 0.015902  I 0.8084178 0.0002710  0.0000 0.1916"


def finals(*days: tuple[float, float, float, float]) -> str:
    return "\n".join(
        f"26 1 1 {day:8.2f} I {x:9.6f} 0.009786 {y:9.6f} 0.015902  I{ut1:10.7f} 0.0002710" for day, x, y, ut1 in days
    )


def test_earth_orientation_is_read_in_both_forms() -> None:
    days = (61374.0, 0.1, 0.3, -0.08), (61376.0, 0.2, 0.4, -0.10)
    table = "DATE,MJD,X,Y,UT1-UTC,LOD\n" + "\n".join(f"x,{d},{x},{y},{u},0" for d, x, y, u in days)
    for text in (finals(*days), finals(*days) + "\n26 1 3 61377.00" + " " * 60, table):
        earth = read_earth(text)
        assert list(earth.days) == [61374, 61376]
        span = Span.of(datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))  # MJD 61375
        ut1_days, x, y = earth.at(span, np.zeros(1))
        assert (ut1_days[0] - span.days_from_j2000(np.zeros(1))[0]) * 86400 == pytest.approx(-0.09, abs=1e-5)
        assert (x[0], y[0]) == pytest.approx((0.15 * math.pi / 648000, 0.35 * math.pi / 648000))
    assert read_earth(LINE).ut1_utc[0] == 0.8084178


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "a,b\n1,2", "MJD,X,Y,UT1-UTC\n1,2,3,x", "MJD,X,Y,UT1-UTC\n1,0,0,5", "MJD,X,Y,UT1-UTC\n1,0,0,nan"],
)
def test_what_is_no_earth_orientation_is_refused(text: str) -> None:
    with pytest.raises(EarthFileError):
        read_earth(text)


def test_a_search_beyond_the_given_earth_orientation_is_refused() -> None:
    earth = read_earth(finals((61300.0, 0, 0, 0), (61310.0, 0, 0, 0)))
    with pytest.raises(EarthFileError, match="outside"):
        passes(low(), Station(0, 0), EPOCH, EPOCH + DAY, earth=earth)


def test_how_the_earth_is_turned_moves_passes_by_what_it_should() -> None:
    late = EarthOrientation.of_rows([(61000, 0, 0, 0.5), (62000, 0, 0, 0.5)])
    turned = passes(low(), Station(48, 11), EPOCH, EPOCH + DAY, earth=late)
    moved = passes(low(), Station(48, 11 + 0.5 * 360.98565 / 86400), EPOCH, EPOCH + DAY, earth=NONE)
    assert [one.start for one in turned] == pytest.approx([one.start for one in moved], abs=timedelta(milliseconds=3))


def test_a_leap_second_is_never_spanned_and_counts_in_the_age_of_elements() -> None:
    leap = datetime(2017, 1, 1, tzinfo=UTC)
    with pytest.raises(LeapSecondError) as caught:
        passes(low(epoch=leap), Station(0, 0), leap - DAY, leap + DAY)
    assert caught.value.after == leap
    assert passes(low(epoch=leap), Station(0, 0), leap - DAY, leap - SECOND) is not None
    assert seconds_between(leap - DAY, leap + DAY) == 2 * 86400 + 1
    assert seconds_between(leap + DAY, leap - DAY) == -2 * 86400 - 1
    assert leaps_between(datetime(1971, 1, 1, tzinfo=UTC), leap) == len(LEAPS) == 27
    before, after = low(epoch=leap - DAY), low(epoch=leap - DAY + SECOND)
    old = passes(before, Station(48, 11), leap, leap + DAY, earth=NONE)
    # A day with a leap second is a second longer: elements a second younger without one are as old.
    younger = datetime(2018, 1, 1, tzinfo=UTC)
    assert (younger - (younger - DAY - SECOND)).total_seconds() == seconds_between(leap - DAY, leap)
    assert len(old) == len(passes(after, Station(48, 11), leap, leap + DAY, earth=NONE))
    at = satellite(before)
    span = Span.of(leap, leap + DAY)
    there = Track.of(before, span, 600, NONE).at(np.zeros(1))[0]
    x, y, z = at(leap + SECOND)  # the second implementation counts no leap second
    turn = math.radians(-SECOND.total_seconds() * 360.98565 / 86400)
    back = math.cos(turn) * x + math.sin(turn) * y, math.cos(turn) * y - math.sin(turn) * x, z
    assert there == pytest.approx(back, abs=1e-3)


def test_a_margin_over_a_leap_second_says_true_times() -> None:
    leap = datetime(2017, 1, 1, tzinfo=UTC)
    orbit, place = low(epoch=leap), Station(48, 11)
    before = passes(orbit, place, leap - DAY, leap - SECOND)
    span = Span.of(leap + SECOND, leap + DAY)
    assert span.nearest(-1.0) == leap
    assert span.nearest(-3.0) == leap - SECOND  # one of the three is the leap second
    assert before


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 12, 1), EPOCH + DAY),  # noqa: DTZ001
        (EPOCH, datetime(2026, 12, 2)),  # noqa: DTZ001
        (EPOCH, EPOCH),
        (EPOCH + DAY, EPOCH),
        (EPOCH, EPOCH + 367 * DAY),
        ("2026-12-01T00:00:00Z", EPOCH),
        (EPOCH.date(), EPOCH + DAY),
        (EPOCH, None),
    ],
)
def test_times_that_are_none_are_refused(start: object, end: object) -> None:
    with pytest.raises(TimeError):
        passes(low(), Station(0, 0), start, end)  # type: ignore[arg-type]


def test_sun_from_is_an_astronomical_unit_away() -> None:
    span = Span.of(EPOCH, EPOCH + DAY)
    far = np.linalg.norm(sun_from(span, np.zeros(1), NONE), axis=1)[0] / 149_597_870.7
    assert far == pytest.approx(0.9861, abs=0.001)  # early December
