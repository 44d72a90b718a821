"""Satellites to look at, and a second implementation: scalar, second by second, no array and nothing of the first."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from sgp4.api import WGS72, Satrec, jday

from satselect.orbits import Elements, Point

EPOCH = datetime(2026, 12, 1, tzinfo=UTC)
A, F = 6378.137, 1 / 298.257223563
Vector = tuple[float, float, float]


def low(**other: object) -> Elements:
    return elements(number=1, name="low", **other)


def elements(**other: object) -> Elements:
    facts: dict[str, object] = {
        "epoch": EPOCH,
        "mean_motion": 15.2,
        "eccentricity": 0.001,
        "inclination": 97.6,
        "raan": 40.0,
        "argument_of_perigee": 90.0,
        "mean_anomaly": 0.0,
    }
    return Elements(**(facts | other))  # type: ignore[arg-type]


def geostationary(longitude: float) -> Elements:
    """Over the equator at about that longitude at the epoch, and near there for weeks."""
    return elements(
        number=2,
        name="fixed",
        mean_motion=1.0027379,
        eccentricity=1e-5,
        inclination=0.01,
        raan=0.0,
        argument_of_perigee=0.0,
        mean_anomaly=(sidereal_degrees(EPOCH) + longitude) % 360,
    )


def molniya() -> Elements:
    return elements(
        number=3,
        name="high",
        mean_motion=2.00613,
        eccentricity=0.72,
        inclination=63.4,
        raan=100.0,
        argument_of_perigee=270.0,
    )


def line_checksum(line: str) -> str:
    return line[:68] + str(sum(int(letter) if letter.isdigit() else letter == "-" for letter in line[:68]) % 10)


def sidereal_degrees(at: datetime) -> float:
    day, part = jday(at.year, at.month, at.day, at.hour, at.minute, at.second + at.microsecond / 1e6)
    centuries = (day - 2451545.0 + part) / 36525
    seconds = 67310.54841 + (876600 * 3600 + 8640184.812866) * centuries
    seconds += 0.093104 * centuries**2 - 6.2e-6 * centuries**3
    return float(seconds / 240 % 360)


def node_over(longitude: float, at: datetime) -> float:
    """Right ascension of a node, degrees, that is over that longitude at that time.

    What such a satellite passes, and how long after that time, is the same whenever a test runs.
    """
    return round((sidereal_degrees(at) + longitude) % 360, 4)


def satellite(of: Elements) -> Callable[[datetime], Vector]:
    """Where it is over the turning Earth, km, with UT1 = UTC and a pole that stays."""
    record = Satrec()
    turn = math.radians
    start = (of.epoch - datetime(1949, 12, 31, tzinfo=UTC)) / timedelta(days=1)
    angles = of.argument_of_perigee, of.inclination, of.mean_anomaly, of.raan
    perigee, tilt, anomaly, node = map(turn, angles)
    rate = of.mean_motion * 2 * math.pi / 1440
    record.sgp4init(WGS72, "i", 0, start, of.bstar, 0, 0, of.eccentricity, perigee, tilt, anomaly, rate, node)

    def at(moment: datetime) -> Vector:
        day, part = jday(
            moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second + moment.microsecond / 1e6
        )
        error, (x, y, z), _ = record.sgp4(day, part)
        assert error == 0
        angle = turn(sidereal_degrees(moment))
        cos, sin = math.cos(angle), math.sin(angle)
        return cos * x + sin * y, cos * y - sin * x, z

    return at


@cache
def ground(place: Point) -> tuple[Vector, Vector]:
    """Where it is, km, and its vertical."""
    lat, lon = math.radians(place.latitude), math.radians(place.longitude)
    up = math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
    squeeze = F * (2 - F)
    across = A / math.sqrt(1 - squeeze * math.sin(lat) ** 2)
    height = place.height_m / 1000
    return ((across + height) * up[0], (across + height) * up[1], (across * (1 - squeeze) + height) * up[2]), up


def elevation(satellite_at: Vector, place: Point) -> float:
    """Degrees above the horizon."""
    here, up = ground(place)
    ray = [a - b for a, b in zip(satellite_at, here, strict=True)]
    return math.degrees(math.asin(sum(a * b for a, b in zip(ray, up, strict=True)) / math.hypot(*ray)))


def off_nadir(satellite_at: Vector, place: Point) -> float:
    """Degrees at the satellite between the Earth's centre and the place."""
    here, _ = ground(place)
    ray = [b - a for a, b in zip(satellite_at, here, strict=True)]
    down = [-a for a in satellite_at]
    share = sum(a * b for a, b in zip(ray, down, strict=True)) / math.hypot(*ray) / math.hypot(*down)
    return math.degrees(math.acos(share))


def seconds_in(start: datetime, end: datetime) -> Iterator[datetime]:
    for second in range(int((end - start).total_seconds()) + 1):
        yield start + timedelta(seconds=second)


def runs(holds: Callable[[datetime], bool], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Where it holds, as the first and the last second of each run."""
    found: list[list[datetime]] = []
    before = False
    for moment in seconds_in(start, end):
        now = holds(moment)
        if now and not before:
            found.append([moment, moment])
        elif now:
            found[-1][1] = moment
        before = now
    return [(first, last) for first, last in found]
