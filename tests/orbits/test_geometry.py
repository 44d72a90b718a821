"""The geometry of single looks."""

from datetime import UTC, datetime, timedelta

import pytest

from satselect.orbits import OrbitError, Point, geometries, sky_track
from tests.orbits.skies import EPOCH, elevation, low, off_nadir, satellite

SPOTS = [(52.52, 13.4, 0.0), (-33.9, 151.2, 0.5), (90.0, 0.0, 0.0), (0.0, 180.0, 0.0)]


def test_it_is_that_of_a_second_computation_in_the_order_given() -> None:
    where = satellite(low())
    looks = [(spot, EPOCH + timedelta(minutes=minutes)) for minutes in (700, 3, 95) for spot in SPOTS]
    for found, ((latitude, longitude, height), at) in zip(geometries(low(), looks), looks, strict=True):
        place = Point(latitude, longitude, height * 1000)
        assert found.at == at
        assert found.elevation == pytest.approx(elevation(where(at), place), abs=0.01)
        assert found.off_nadir == pytest.approx(off_nadir(where(at), place), abs=0.01)
        (look, *_) = sky_track(low(), place, at, at + timedelta(seconds=1), steps=1)
        assert (found.azimuth, found.range_km) == pytest.approx((look.azimuth, look.range_km), abs=1e-3)


@pytest.mark.parametrize(("latitude", "azimuth"), [(48.0, 180.0), (-48.0, 0.0)])
def test_the_sun_is_highest_in_the_south_and_south_of_the_tropics_in_the_north(latitude: float, azimuth: float) -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    looks = [((latitude, 0.0, 0.0), noon + timedelta(minutes=minutes)) for minutes in range(-60, 61)]
    highest = max(geometries(low(), looks), key=lambda one: one.sun_elevation)
    assert abs((highest.sun_azimuth - azimuth + 180) % 360 - 180) < 0.5
    morning, evening = geometries(low(), [looks[0], looks[-1]])
    assert morning.sun_azimuth < 180 < evening.sun_azimuth or azimuth == 0.0
    assert highest.sun_elevation == pytest.approx(90 - abs(latitude + 21.8), abs=0.2)


def test_nothing_asked_is_nothing_and_old_elements_are_refused() -> None:
    assert geometries(low(), []) == []
    with pytest.raises(OrbitError, match="30 are allowed"):
        geometries(low(), [(SPOTS[0], EPOCH + timedelta(days=31))])
