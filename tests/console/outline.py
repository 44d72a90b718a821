"""Makes the outline of the world that the console's map shows, from `land-110m.json` of the package `world-atlas`.

python -m tests.console.outline land-110m.json src/satselect/console/static/console/world.svg
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import hypot
from pathlib import Path
from typing import Any

from satselect.console.drawing.globe.paths import HEIGHT, WIDTH, area_path
from satselect.console.drawing.globe.sphere import Spot

TOLERANCE = 0.25
"""Degrees that the outline may be off: half a pixel of a map 720 wide."""
SMALLEST = 1.0
"""Degrees across: islands below that are left out."""


def main(source: Path, written: Path) -> None:
    """Writes the outline as an SVG file with one path."""
    rings = [thinned(ring) for ring in rings_of(json.loads(source.read_text()))]
    paths = "".join(area_path(ring) for ring in rings if len(ring) > 2 and _across(ring) >= SMALLEST)
    written.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path id="land" d="{paths}"/></svg>\n'
    )


def rings_of(atlas: dict[str, Any]) -> Iterator[list[Spot]]:
    """The outlines and holes in a TopoJSON file, as latitudes and longitudes; the last spot is not the first again."""
    (across, up), (left, low) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        xs, ys = accumulate(x for x, _ in arc), accumulate(y for _, y in arc)
        arcs.append([(low + up * y, left + across * x) for x, y in zip(xs, ys, strict=True)])
    for shape in atlas["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for ring in polygon:
                spots: list[Spot] = []
                for number in ring:
                    arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                    spots += arc[1 if spots else 0 :]
                yield spots[:-1]


def thinned(ring: Sequence[Spot]) -> list[Spot]:
    """The ring without spots that are hardly off the line between those that stay (Douglas and Peucker)."""
    half = max(range(len(ring)), key=lambda at: _apart(ring[0], ring[at]))
    return [*_kept([*ring[: half + 1]]), *_kept([*ring[half:], ring[0]])]


def _kept(spots: Sequence[Spot]) -> list[Spot]:
    """Of a line, without its last spot."""
    if len(spots) < 3:
        return list(spots[:1])
    offs = [_off(spot, spots[0], spots[-1]) for spot in spots]
    farthest = max(range(len(spots)), key=offs.__getitem__)
    if offs[farthest] <= TOLERANCE:
        return list(spots[:1])
    return [*_kept(spots[: farthest + 1]), *_kept(spots[farthest:])]


def _off(spot: Spot, a: Spot, b: Spot) -> float:
    way = (b[0] - a[0], b[1] - a[1])
    length = hypot(*way)
    if length < TOLERANCE:
        return _apart(spot, a)
    return abs(way[0] * (spot[1] - a[1]) - way[1] * (spot[0] - a[0])) / length


def _apart(a: Spot, b: Spot) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _across(ring: Sequence[Spot]) -> float:
    return max(max(spot[axis] for spot in ring) - min(spot[axis] for spot in ring) for axis in (0, 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
