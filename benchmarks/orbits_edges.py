"""Sun, eclipses and off-nadir angles beside skyfield, with its ephemeris DE421, and brahe.

pip install --require-hashes -r benchmarks/orbits-requirements.txt, in an environment of its own, then
python -m benchmarks.orbits_edges [--orbits 20]
"""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.orbits import orbit_lines
from benchmarks.orbits_rivals import START, brahe_time, skyfield_scale, still_earth
from benchmarks.table import plain
from satselect.orbits import Conditions, EarthOrientation, Elements, Point, eclipses, opportunities, read_elements
from satselect.orbits.earth.earth import EQUATOR_KM, FLATTENING
from satselect.orbits.earth.sun import RADIUS_KM
from satselect.orbits.events.signals import Ground, View
from satselect.orbits.shapes import Floats
from satselect.orbits.times import Span
from satselect.orbits.track import Track

HEAD = ("quantity", "beside", "compared", "50 %", "99 %", "worst")
NONE = EarthOrientation.none()
_DAY = timedelta(days=1)
_RIM = np.linspace(0, 2 * np.pi, 240, endpoint=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orbits_edges", description=__doc__)
    parser.add_argument("--orbits", type=int, default=20, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    random = Random(options.seed)
    lines = [
        orbit_lines(random, height := random.uniform(350, 2000), height + 10, i + 1) for i in range(options.orbits)
    ]
    rows = [
        _row("Sun's elevation, degrees", "skyfield", sun_elevations(random, options.orbits)),
        _row("eclipse edges, s", "skyfield's Sun and satellite, rays", [d for one in lines for d in by_rays(one)]),
        _row("umbra edges, s", "brahe, whose Earth is round", [d for one in lines for d in by_brahe(one)]),
        _row("umbra edges of a round Earth, s", "brahe", _round(lines)),
        _row("off-nadir edges, s", "brahe, step 1 s", [d for one in lines for d in off_nadirs(one, random)]),
    ]
    print(plain(HEAD, rows))
    return 0


def sun_elevations(random: Random, count: int) -> list[float]:
    """How far the Sun's elevation is from skyfield's, at random places and times from 2020 to 2035."""
    from skyfield.api import wgs84

    ephemeris, found = _ephemeris(), []
    for _ in range(10 * count):
        place, at = (random.uniform(-90, 90), random.uniform(-180, 180)), START + random.uniform(-2500, 3000) * _DAY
        observer = ephemeris["earth"] + wgs84.latlon(*place)
        there = observer.at(skyfield_scale().from_datetime(at)).observe(ephemeris["sun"]).apparent()
        view = View(Track.of(_any(at), Span.of(at, at + _DAY), 600, NONE), _ground(place), Span.of(at, at + _DAY), NONE)
        ours = np.degrees(np.arcsin(view.sun_elevation(np.zeros(1, np.int64), np.zeros(1))[0]))
        found.append(abs(float(ours - there.altaz()[0].degrees)))
    return found


def by_rays(lines: tuple[str, str]) -> list[float]:
    """How far edges of eclipses are from where rays to the rim of skyfield's Sun begin or end to meet the ellipsoid."""
    from skyfield.api import EarthSatellite
    from skyfield.framelib import itrs

    (elements,), scale = read_elements("\n".join(lines)), skyfield_scale()
    ephemeris, satellite = _ephemeris(), EarthSatellite(*lines, "case", scale)

    def share(seconds: float) -> float:
        at = scale.from_datetime(START + timedelta(seconds=seconds))
        here = satellite.at(at).frame_xyz(itrs).km
        sun = ephemeris["earth"].at(at).observe(ephemeris["sun"]).apparent().frame_xyz(itrs).km
        return _hidden(here, sun)

    found = []
    for one in eclipses(elements, START, START + _DAY / 4, earth=NONE):
        if not one.is_cut and one.umbra_start is not None and one.umbra_end is not None:
            edges = (one.start, 0.0), (one.end, 0.0), (one.umbra_start, 1.0), (one.umbra_end, 1.0)
            found += [_off(share, (at - START).total_seconds(), level) for at, level in edges]
    return found


def by_brahe(lines: tuple[str, str]) -> list[float]:
    """How far edges of the umbra are from those of brahe's cone behind a round Earth."""
    import brahe

    still_earth()
    (elements,), first = read_elements("\n".join(lines)), brahe_time(START)
    propagator = brahe.SGPPropagator.from_tle(*lines, 60.0)

    def share(seconds: float) -> float:
        at = first + seconds
        lit = brahe.eclipse_conical(np.array(propagator.state_gcrf(at))[:3], brahe.sun_position(at))
        return 1.0 - float(lit)

    found = []
    for one in eclipses(elements, START, START + _DAY / 4, earth=NONE):
        if not one.is_cut and one.umbra_start is not None and one.umbra_end is not None:
            found += [_off(share, (at - START).total_seconds(), 1.0) for at in (one.umbra_start, one.umbra_end)]
    return found


def _round(lines: list[tuple[str, str]]) -> list[float]:
    with patch("satselect.orbits.earth.sun.FLATTENING", 0.0):
        return [d for one in lines for d in by_brahe(one)]


def off_nadirs(lines: tuple[str, str], random: Random) -> list[float]:
    """How far edges of opportunities with at most 30 degrees off nadir are from brahe's."""
    import brahe

    still_earth()
    (elements,), first = read_elements("\n".join(lines)), brahe_time(START)
    place = random.uniform(-70, 70), random.uniform(-180, 180)
    conditions = Conditions(minimum_elevation=5, maximum_off_nadir=30)
    ours = opportunities(elements, Point(*place), START, START + 3 * _DAY, conditions=conditions, earth=NONE)
    windows = brahe.location_accesses(
        brahe.PointLocation(place[1], place[0], 0.0),
        brahe.SGPPropagator.from_tle(*lines, 60.0),
        first,
        brahe_time(START + 3 * _DAY),
        brahe.ConstraintAll([brahe.ElevationConstraint(5, None), brahe.OffNadirConstraint(None, 30.0)]),
        config=brahe.AccessSearchConfig(initial_time_step=1.0, parallel=False, time_tolerance=1e-4),
    )
    theirs = [(window.window_open - first, window.window_close - first) for window in windows]
    mine = list(zip(ours.columns["start"].tolist(), ours.columns["end"].tolist(), strict=True)) if len(ours) else []
    if len(mine) != len(theirs):
        print(f"off nadir: {len(mine)} opportunities here, {len(theirs)} by brahe", lines, place)
    return [abs(a - b) for one, other in zip(mine, theirs, strict=False) for a, b in zip(one, other, strict=True)]


def _hidden(here: Floats, sun: Floats) -> float:
    """The share of points on the rim of the Sun that an ellipsoid hides."""
    stretch = np.array((1, 1, 1 / (1 - FLATTENING)))
    ray = sun - here
    one = np.cross(ray, (0.0, 0.0, 1.0))
    two = np.cross(ray, one)
    one, two = (RADIUS_KM * of / np.linalg.norm(of) for of in (one, two))
    ways = (ray + np.cos(_RIM)[:, np.newaxis] * one + np.sin(_RIM)[:, np.newaxis] * two) * stretch
    start = here * stretch
    nearest = -(ways @ start) / np.einsum("ij,ij->i", ways, ways)
    return float(np.mean((nearest > 0) & (np.linalg.norm(start + nearest[:, np.newaxis] * ways, axis=1) < EQUATOR_KM)))


def _off(share: Callable[[float], float], near: float, level: float) -> float:
    """Seconds from a time to the one, within 30 s, at which the share leaves or reaches a level."""

    def beyond(seconds: float) -> bool:
        return share(seconds) > 0 if level == 0 else share(seconds) >= level

    low, high = near - 30, near + 30
    at_low = beyond(low)
    if at_low == beyond(high):
        return 30.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) == at_low else (low, middle)
    return abs(low - near)


def _ephemeris() -> Any:  # noqa: ANN401
    from skyfield.api import Loader
    from skyfield_data import get_skyfield_data_path

    return Loader(get_skyfield_data_path())("de421.bsp")


def _any(epoch: Any) -> Elements:  # noqa: ANN401
    """Some satellite: the Sun doesn't care."""
    facts: dict[str, Any] = {"inclination": 50, "raan": 0, "argument_of_perigee": 0, "mean_anomaly": 0}
    return Elements(number=1, epoch=epoch, mean_motion=14, eccentricity=0, **facts)


def _ground(place: tuple[float, float]) -> Ground:
    return Ground.of(np.array([[*place, 0.0]]))


def _row(quantity: str, beside: str, off: list[float]) -> tuple[str, ...]:
    return quantity, beside, str(len(off)), *(f"{value:.4f}" for value in np.quantile(off, (0.5, 0.99, 1.0)))


if __name__ == "__main__":
    sys.exit(main())
