"""Files of Earth orientation: finals2000A of the IERS, and the CSV that catalogues make of it."""

import csv
from collections.abc import Iterator
from io import StringIO

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.errors import EarthFileError

_COLUMNS = ("MJD", "X", "Y", "UT1-UTC")
_FIXED = ((7, 15), (18, 27), (37, 46), (58, 68))  # the same in finals2000A: MJD, x, y, UT1-UTC
_SHORTEST = 68  # columns: as far as UT1-UTC reaches


def read_earth(text: str) -> EarthOrientation:
    """The Earth orientation in a text: lines of finals2000A, or CSV with columns MJD, X, Y and UT1-UTC.

    Raises:
        EarthFileError: it is neither, or a value is wrong.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return EarthOrientation.of_rows(_csv(text.lstrip("\ufeff")) if "," in first else _finals(text))


def _finals(text: str) -> Iterator[tuple[float, float, float, float]]:
    for number, line in enumerate(text.splitlines(), 1):
        cells = [line[first:last].strip() for first, last in _FIXED]
        if len(line.rstrip()) >= _SHORTEST and all(cells):  # days ahead of all predictions have empty columns
            yield _row(cells, number)
        elif line.strip() and not cells[0].replace(".", "").isdigit():
            raise EarthFileError(field="line", value=line, why="is no line of finals2000A", where=f"line {number}")


def _csv(text: str) -> Iterator[tuple[float, float, float, float]]:
    rows = csv.DictReader(StringIO(text))
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise EarthFileError(field="columns", value=rows.fieldnames, why=f"lack {missing[0]}")
    for row in rows:
        yield _row([row[name] or "" for name in _COLUMNS], rows.line_num)


def _row(cells: list[str], number: int) -> tuple[float, float, float, float]:
    try:
        day, x, y, ut1_utc = map(float, cells)
    except ValueError:
        raise EarthFileError(field="line", value=cells, why="are not numbers", where=f"line {number}") from None
    return day, x, y, ut1_utc
