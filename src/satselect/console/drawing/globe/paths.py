"""Lines and areas on a map as the `d` of SVG paths, in tenths of a degree from its upper left corner.

A line ends where the map does, and goes on at the other side. An area is drawn a second time where it reaches over a
side, and down to the edge if a pole lies in it: the map cuts off what is outside of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from satselect.console.drawing.globe.sphere import Spot, between, wrapped

WIDTH, HEIGHT = 3600, 1800  # tenths of a degree, so that paths are short in whole numbers
_FARTHEST = 15.0
"""Degrees across that are drawn straight: close to a pole a short way is a wide one on the map."""
_MOST_HALVED = 8  # across a pole the halves stay as wide as they were, and this would never end

_Point = tuple[float, float]


def x_of(longitude: float) -> float:
    """How far right it is, in tenths of a degree."""
    return 10 * (longitude + 180)


def y_of(latitude: float) -> float:
    """How far down it is, in tenths of a degree."""
    return 10 * (90 - latitude)


def line_path(spots: Sequence[Spot]) -> str:
    """A line through spots that are close to each other."""
    return "".join(_written(piece) for piece in _pieces(list(_fine(spots))))


def area_path(spots: Sequence[Spot]) -> str:
    """What lies inside of spots; of an outline around the axis, the side on which the nearer pole is."""
    outline = _unwrapped([*spots, spots[0]])
    # Around the axis longitudes don't come back to where they began, but a whole turn farther.
    if round(outline[-1][1] - outline[0][1]):
        return _around_pole(outline)
    longitudes = [longitude for _, longitude in outline]
    least, most = min(longitudes), max(longitudes)
    return "".join(
        f"{_written([(x_of(longitude + turn), y_of(latitude)) for latitude, longitude in outline])}z"
        for turn in (-360, 0, 360)
        if least + turn < 180 and most + turn > -180
    )


def _fine(spots: Sequence[Spot]) -> Iterator[Spot]:
    yield from spots[:1]
    for a, b in pairwise(spots):
        yield from _halved(a, b, _MOST_HALVED)
        yield b


def _halved(a: Spot, b: Spot, most: int) -> Iterator[Spot]:
    """Spots between two, where they lie too far apart on the map."""
    if most and abs(wrapped(b[1] - a[1])) > _FARTHEST:
        middle = between(a, b, 0.5)
        yield from _halved(a, middle, most - 1)
        yield middle
        yield from _halved(middle, b, most - 1)


def _pieces(spots: Sequence[Spot]) -> Iterator[list[_Point]]:
    """The line, cut where it leaves the map at a side."""
    piece = [(x_of(longitude), y_of(latitude)) for latitude, longitude in spots[:1]]
    for (before, last), (latitude, longitude) in pairwise(spots):
        step = wrapped(longitude - last)
        # It went on at the other side: the way there is shorter than the one across the map.
        if abs(last + step - longitude) > 1:
            edge = 180.0 if step > 0 else -180.0
            part = (edge - last) / step if step else 0.0
            crossing = before + part * (latitude - before)
            piece.append((x_of(edge), y_of(crossing)))
            yield piece
            piece = [(x_of(-edge), y_of(crossing))]
        piece.append((x_of(longitude), y_of(latitude)))
    yield piece


def _unwrapped(spots: Iterable[Spot]) -> list[Spot]:
    """The same spots, each with the longitude next to that of the one before, however far that leads."""
    found: list[Spot] = []
    for latitude, longitude in spots:
        last = found[-1][1] if found else longitude
        found.append((latitude, last + wrapped(longitude - last)))
    return found


def _around_pole(outline: Sequence[Spot]) -> str:
    """Three times around, so that its ends are beyond the sides, and along the edge at which the pole is."""
    around = outline[-1][1] - outline[0][1]
    pole = 90.0 if sum(latitude for latitude, _ in outline) > 0 else -90.0
    thrice = [(latitude, longitude + turn) for turn in (-around, 0.0, around) for latitude, longitude in outline]
    closed = [*thrice, (pole, thrice[-1][1]), (pole, thrice[0][1])]
    return f"{_written([(x_of(longitude), y_of(latitude)) for latitude, longitude in closed])}z"


def _written(points: Sequence[_Point]) -> str:
    """A path of whole tenths, each step from where the last one ended."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - before, y - above) for (before, above), (x, y) in pairwise(whole)]
    # A minus parts two numbers by itself: there may be thousands of them.
    text = " ".join(f"{across} {down}" for across, down in steps if across or down)
    (x, y) = whole[0]
    return f"M{x} {y}l{text or '0 0'}".replace(" -", "-")
