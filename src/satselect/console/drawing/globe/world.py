"""What a map shows, as geometry: lines and areas in its own units, marks in percent of its width and height."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from satselect.application.opportunities.tracks.ground import GroundTrack, Tracked
from satselect.console.drawing.globe.paths import HEIGHT, WIDTH, area_path, line_path, x_of, y_of
from satselect.console.drawing.globe.sphere import Spot, circle, distance, great_circles, mean, sight_radius
from satselect.console.formatting import interval, number
from satselect.console.reading.world.targets import TaskTarget
from satselect.store.models import Station

_STEP = 3.0
"""Degrees, from spot to spot of lines and outlines of targets."""
_SMALLEST = 1.0
"""Degrees: of what is smaller there is only a mark."""
_MOST_CORNERS = 20_000
"""Of all targets together; of the rest there are marks."""
_MIDDLE = 50.0
_OTHER = 1.25  # times as high, before a second rim is worth drawing
_HALF = 90.0  # degrees from the middle, where a circle goes around half of the Earth


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something is, in percent from the left and from the top."""

    x: float
    y: float

    @classmethod
    def at(cls, spot: Spot) -> "Mark":
        """That of a latitude and a longitude."""
        return cls(round(100 * x_of(spot[1]) / WIDTH, 2), round(100 * y_of(spot[0]) / HEIGHT, 2))

    @property
    def is_at_right(self) -> bool:
        """Whether words have more room on its left."""
        return self.x > _MIDDLE


@dataclass(frozen=True, slots=True)
class DrawnTrack:
    """A satellite where it is now, and its way from there on."""

    name: str
    mark: Mark
    path: str


@dataclass(frozen=True, slots=True)
class DrawnTarget:
    """What a task looks at; the path is of one that is large enough to be seen, closed if it is an area."""

    target: TaskTarget
    middle: Spot
    mark: Mark
    path: str
    is_area: bool
    title: str


@dataclass(frozen=True, slots=True)
class Rim:
    """Where the places under satellites of a height end that a station hears; an outer one is of the highest."""

    area: str
    line: str
    is_outer: bool


@dataclass(frozen=True, slots=True)
class DrawnStation:
    """A station, and how far around it satellites are heard."""

    station: Station
    middle: Spot
    mark: Mark
    rims: Sequence[Rim]


def draw_stations(stations: Iterable[Station], heights: Sequence[float]) -> Sequence[DrawnStation]:
    """The stations, each with the rims of these heights in km, which rise."""
    return [
        DrawnStation(
            one,
            (one.latitude, one.longitude),
            Mark.at((one.latitude, one.longitude)),
            [_rim(one, height, is_outer=bool(number)) for number, height in enumerate(heights)],
        )
        for one in stations
    ]


def drawn_heights(satellites: Iterable[Tracked]) -> Sequence[float]:
    """The least height of satellites now, km, and the greatest one if it would make another picture."""
    heights = sorted(one.track.height_km for one in satellites if isinstance(one.track, GroundTrack))
    ends = [height for height in (*heights[:1], *heights[-1:]) if height > 0]
    return ends[:1] if len(ends) == 2 and ends[1] < _OTHER * ends[0] else ends


def draw_tracks(satellites: Iterable[Tracked]) -> Sequence[DrawnTrack]:
    """Those of the satellites of which they are known."""
    return [
        DrawnTrack(one.satellite.name, Mark.at(one.track.spots[0]), line_path(one.track.spots))
        for one in satellites
        if isinstance(one.track, GroundTrack)
    ]


def draw_targets(targets: Iterable[TaskTarget]) -> Sequence[DrawnTarget]:
    """All of them, and outlines of the first ones."""
    left = _MOST_CORNERS
    drawn = []
    for one in targets:
        corners = _corners(one.geometry)
        left -= len(corners)
        is_area = one.geometry["type"] == "Polygon"
        has_outline = left >= 0 and max(distance(corners[0], corner) for corner in corners) >= _SMALLEST
        path = _outline(corners, is_area=is_area) if has_outline else ""
        # The last corner of an area is the first one again (RFC 7946).
        middle = mean(corners[:-1]) if is_area else corners[len(corners) // 2]
        drawn.append(DrawnTarget(one, middle, Mark.at(middle), path, is_area, told(one)))
    return drawn


def told(one: TaskTarget) -> str:
    """What task it is, and when it is planned."""
    when = f" {interval(one.slot.starts, one.slot.ends)} UTC" if one.slot and one.slot.starts and one.slot.ends else ""
    where = f"{when} on {one.slot.satellite}" if one.slot else ""
    return f"{one.name}: {one.status}{where}, profit {number(one.profit_as_sent)}"


def graticule() -> str:
    """A line each 30 degrees."""
    across = "".join(f"M0 {y}H{WIDTH}" for y in range(300, HEIGHT, 300))
    return across + "".join(f"M{x} 0V{HEIGHT}" for x in range(300, WIDTH, 300))


def _rim(station: Station, height: float, *, is_outer: bool) -> Rim:
    radius = sight_radius(height, station.minimum_elevation)
    spots = circle((station.latitude, station.longitude), radius)
    # One that reaches around more than half of the Earth has no inside that a map could show.
    area = "" if is_outer or radius >= _HALF else area_path(spots)
    return Rim(area, line_path([*spots, spots[0]]), is_outer)


def _outline(corners: Sequence[Spot], *, is_area: bool) -> str:
    spots = list(great_circles(corners, step=_STEP))
    return area_path(spots[:-1]) if is_area else line_path(spots)


def _corners(geometry: Mapping[str, Any]) -> list[Spot]:
    given = geometry["coordinates"]
    if geometry["type"] == "Point":
        given = [given]
    elif geometry["type"] == "Polygon":
        (given,) = given
    return [(latitude, longitude) for longitude, latitude, *_ in given]
