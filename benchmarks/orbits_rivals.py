"""Other libraries that know when a satellite is over a station, each called so that it can find what there is.

The Earth turns alike for all: UT1 = UTC, and a pole that stays.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np
from sgp4.api import WGS72

from satselect.orbits import EarthOrientation, Station, passes, read_elements
from satselect.orbits.earth.earth import axes, surface
from satselect.orbits.shapes import Flags, Floats

Edges = tuple[float, float]
"""Start and end of a pass, seconds from the start of the search."""

_STEP_S = 5.0
_TOLERANCE_S = 1e-4


@dataclass(frozen=True, slots=True)
class Case:
    """A satellite, a station and a time.

    Attributes:
        lines: the elements, in two lines.
        place: latitude and longitude in degrees, height in metres.
        mask: the least elevation, degrees.
        start: of the search.
        hours: how long it is.
    """

    lines: tuple[str, str]
    place: tuple[float, float, float]
    mask: float
    start: datetime
    hours: float

    @property
    def end(self) -> datetime:
        """Of the search."""
        return self.start + timedelta(hours=self.hours)


def by_satselect(case: Case, gravity: int = WGS72) -> list[Edges]:
    """The passes as satselect finds them, with the constants of WGS 72 as always, or for comparison of WGS 84."""
    station = Station(*case.place, minimum_elevation=case.mask)
    (elements,) = read_elements("\n".join(case.lines))
    with patch("satselect.orbits.track.WGS72", gravity):
        found = passes(elements, station, case.start, case.end, earth=EarthOrientation.none())
    columns = found.columns
    return list(zip(columns["start"].tolist(), columns["end"].tolist(), strict=True))


def by_brahe(case: Case) -> list[Edges]:
    """The passes that brahe finds, with a step that loses none of 5 s, and edges by halving on its positions.

    Of the windows of brahe 1.8.0 up to one in five has one edge early or late, by up to half a step, at any tolerance.
    """
    import brahe

    still_earth()
    propagator, first, length = (
        brahe.SGPPropagator.from_tle(*case.lines, 60.0),
        brahe_time(case.start),
        case.hours * 3600,
    )

    def elevation(times: Floats) -> Floats:
        places = [np.array(propagator.state_itrf(first + float(at)))[:3] / 1000 for at in times]
        return _elevation(np.array(places), case)

    def edge(near: float) -> float:
        between = np.array((max(near - _STEP_S, 0.0), min(near + _STEP_S, length)))
        inside = elevation(between) >= case.mask
        if inside[0] == inside[1]:
            return near
        return float(_halved(elevation, case.mask, (between[:1], between[1:]), ~inside[:1])[0])

    return [(edge(start), edge(end)) for start, end in by_brahe_alone(case)]


def by_brahe_alone(case: Case, step: float = _STEP_S) -> list[Edges]:
    """The passes as brahe finds them, edges and all."""
    import brahe

    still_earth()
    latitude, longitude, height = case.place
    windows = brahe.location_accesses(
        brahe.PointLocation(longitude, latitude, height),
        brahe.SGPPropagator.from_tle(*case.lines, 60.0),
        brahe_time(case.start),
        brahe_time(case.end),
        brahe.ElevationConstraint(min_elevation_deg=case.mask, max_elevation_deg=None),
        config=brahe.AccessSearchConfig(initial_time_step=step, parallel=False, time_tolerance=_TOLERANCE_S),
    )
    first = brahe_time(case.start)
    return [(window.window_open - first, window.window_close - first) for window in windows]


def by_sgp4_predict(case: Case, step: float | None = _STEP_S) -> list[Edges]:
    """The passes as sgp4-predict finds them, cut at both ends of the search; None for its own steps.

    With its own steps 0.3.1 loses 2 in 100 of the passes of `orbits.cases`, up to 247 s long, whatever `min_step` is;
    with steps of 120 or 90 s at most one in 800, with 60 s none.
    """
    import sgp4_predict

    latitude, longitude, height = case.place
    predictor = sgp4_predict.Predictor.from_tle(sgp4_predict.Tle("case", *case.lines))
    predictor = predictor.with_refinement(sgp4_predict.Refinement(time_tolerance=_TOLERANCE_S))
    at_most = None if step is None else timedelta(seconds=step)
    transits = predictor.transits_iter(
        sgp4_predict.GeodeticPoint(latitude, longitude, height),
        sgp4_predict.Interval(case.start, case.end),
        case.mask,
        min_step=None if step is None else timedelta(seconds=1),
        max_step=at_most,
        walk_step=at_most,
        max_transit_duration=timedelta(days=30),
        skip_leading_partial=False,
        clamp_to_interval=True,
    )
    edges = [[(at - case.start).total_seconds() for at in (one.start, one.end)] for one in transits]
    return [(max(start, 0.0), min(end, case.hours * 3600)) for start, end in edges if end > 0]


def by_satkit(case: Case, gravity: str | None = None) -> list[Edges]:
    """The passes by satkit's positions over the turning Earth; it has no finder of its own.

    As it comes it takes the constants of WGS 72.
    """
    import satkit

    (elements,) = satkit.TLE.from_lines(list(case.lines))
    start, given = case.start, {"gravconst": getattr(satkit.sgp4_gravconst, gravity)} if gravity else {}

    def elevation(times: Floats) -> Floats:
        moments = [satkit.time.from_datetime(start) + satkit.duration(seconds=float(at)) for at in times]
        positions, _ = satkit.sgp4(elements, moments, **given)
        turns = satkit.frametransform.qteme2itrf(moments)
        places = np.array([turn * place for turn, place in zip(turns, np.atleast_2d(positions), strict=True)]) / 1000
        return _elevation(places, case)

    return _runs(elevation, case)


def by_skyfield(case: Case) -> list[Edges]:
    """The passes as skyfield's find_events gives them; one that holds all of the search gives no event."""
    from skyfield.api import EarthSatellite, wgs84

    scale = skyfield_scale()
    satellite = EarthSatellite(*case.lines, "case", scale)
    station = wgs84.latlon(case.place[0], case.place[1], case.place[2])
    first, last = scale.from_datetime(case.start), scale.from_datetime(case.end)
    times, events = satellite.find_events(station, first, last, altitude_degrees=case.mask)
    length = case.hours * 3600
    found, since = [], 0.0 if len(events) and events[0] != 0 else None
    for time, event in zip(times, events, strict=True):
        at = (time.tt - first.tt) * 86_400
        if event == 0:
            since = at
        elif event == 2 and since is not None:
            found.append((since, at))
            since = None
    return [*found, (since, length)] if since is not None else found


RIVALS: dict[str, Callable[[Case], list[Edges]]] = {
    "brahe": by_brahe,
    "brahe, alone": by_brahe_alone,
    "satkit": by_satkit,
    "satkit, WGS 84": lambda case: by_satkit(case, "wgs84"),
    "sgp4-predict": by_sgp4_predict,
    "skyfield": by_skyfield,
}


@lru_cache
def still_earth() -> None:
    """Has brahe take UT1 as UTC, and a pole that stays."""
    import brahe

    brahe.set_global_eop_provider_from_static_provider(brahe.StaticEOPProvider.from_zero())


def brahe_time(at: datetime) -> Any:  # noqa: ANN401
    """The time as brahe's epoch."""
    import brahe

    seconds = at.second + at.microsecond / 1e6
    return brahe.Epoch.from_datetime(at.year, at.month, at.day, at.hour, at.minute, seconds, 0.0, brahe.TimeSystem.UTC)


@lru_cache
def skyfield_scale() -> Any:  # noqa: ANN401
    """The time scale of skyfield with UT1 = UTC, as it has been since 2017 but for leap seconds."""
    from skyfield.api import load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # TT - UT1 where UT1 = UTC: leap seconds and what TT is ahead of TAI.
        return load.timescale(delta_t=37 + 32.184, builtin=True)


def _elevation(places: Floats, case: Case) -> Floats:
    """Degrees, of positions in km."""
    latitude, longitude, height = (np.array([value]) for value in case.place)
    ray = places - surface(latitude, longitude, height / 1000)
    up = axes(latitude, longitude)[2][0]
    return np.asarray(np.degrees(np.arcsin(ray @ up / np.linalg.norm(ray, axis=1))))


def _runs(elevation: Callable[[Floats], Floats], case: Case) -> list[Edges]:
    """Where the elevation is above the mask, on a grid of 5 s, edges by halving."""
    times = np.append(np.arange(0, case.hours * 3600, _STEP_S), case.hours * 3600)
    inside = elevation(times) >= case.mask
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    low, high, rises = times[turns], times[turns + 1], ~inside[turns]
    found = _halved(elevation, case.mask, (low, high), rises).tolist()
    edges: Sequence[float] = [*([0.0] if inside[0] else []), *found, *([times[-1]] if inside[-1] else [])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _halved(elevation: Callable[[Floats], Floats], mask: float, between: tuple[Floats, Floats], rises: Flags) -> Floats:
    low, high = between
    while len(low) and (high - low).max() > _TOLERANCE_S:
        middle = (low + high) / 2
        goes_on = (elevation(middle) >= mask) != rises
        low, high = np.where(goes_on, middle, low), np.where(goes_on, high, middle)
    return low


START = datetime(2026, 12, 1, tzinfo=UTC)
