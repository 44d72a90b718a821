"""`satselect passes`: when satellites are over stations, or can take targets. No server, no internet."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from satselect.cli.passes.output import csv_of, document_of, page_of, place_of
from satselect.cli.terminal.telling import tell

if TYPE_CHECKING:
    from satselect.orbits import Elements, Line, Opportunity, Pass, Point, Polygon, Sights, Station

_DONE, _WRONG_INPUT = 0, 2


class _WrongInputError(Exception):
    """What to tell the user, in one line."""


def run(given: argparse.Namespace) -> int:
    """Searches and prints. Gives the exit code."""
    try:
        import satselect.orbits  # noqa: F401
    except ModuleNotFoundError as error:
        tell(f"passes need {error.name}: pip install 'satselect[orbits]'")
        return _WRONG_INPUT
    try:
        sys.stdout.write(_output(given))
    except _WrongInputError as error:
        tell(str(error))
        return _WRONG_INPUT
    return _DONE


def _output(given: argparse.Namespace) -> str:
    # Whatever is read first would take all of it, and the next find an empty file.
    if [given.elements, given.stations, given.targets, given.earth].count("-") > 1:
        raise _WrongInputError("standard input can hold one file only")
    found, stations = _found(given)
    if given.json:
        return json.dumps(document_of(found), ensure_ascii=False) + "\n"
    if given.csv:
        return csv_of(found, of_targets=given.targets is not None)
    if given.ical:
        from satselect.orbits import calendar

        return calendar(cast("Sights[Pass]", found), datetime.now(UTC))
    return _picture(found, stations, given) if given.svg else page_of(found)


def _found(given: argparse.Namespace) -> "tuple[Sights[Pass] | Sights[Opportunity], list[Station]]":
    """What there is, and over which stations: each input is read once, for one of them may be standard input."""
    from satselect.orbits import Conditions, opportunities, passes, read_earth

    elements = _elements(given)
    targets, stations = _places(given)
    start = given.start or datetime.now(UTC)
    with _saying("earth" if given.earth is None else given.earth):
        earth = None if given.earth is None else read_earth(_text(given.earth))
    with _saying(""):
        # The options are called as the conditions.
        conditions = Conditions(**{field.name: getattr(given, field.name) for field in fields(Conditions)})
        options = {"conditions": conditions, "earth": earth, "max_age": given.max_age}
        if targets:
            return opportunities(elements, targets, start, _end(start, given.days), **options), []
        return passes(elements, stations, start, _end(start, given.days), **options), stations


def _end(start: datetime, length: timedelta) -> datetime:
    try:
        return start + length
    except OverflowError:
        raise _WrongInputError(f"--days: no calendar reaches {length.days} days after {start:%Y-%m-%d}") from None


def _elements(given: argparse.Namespace) -> "list[Elements]":
    from satselect.orbits import newest, read_elements

    with _saying(given.elements):
        every = newest(read_elements(_bytes(given.elements), read_at=datetime.now(UTC)))
    wanted = set(given.satellite)
    chosen = [one for one in every if not wanted or {one.name, str(one.number)} & wanted]
    missing = wanted - {name for one in chosen for name in (one.name, str(one.number))}
    if missing:
        raise _WrongInputError(f"{given.elements}: no satellite {min(missing)!r}")
    return chosen


def _places(given: argparse.Namespace) -> "tuple[list[Point | Line | Polygon], list[Station]]":
    from satselect.orbits import stations_in, targets_in

    if given.targets is not None:
        if given.at or given.stations or given.ical or given.svg:
            raise _WrongInputError("--targets goes with neither --at nor --stations, --ical nor --svg")
        with _saying(given.targets):
            return list(targets_in(json.loads(_text(given.targets)))), []
    stations = [_station(text) for text in given.at]
    if given.stations is not None:
        with _saying(given.stations):
            stations += stations_in(json.loads(_text(given.stations)))
    if not stations:
        raise _WrongInputError("say where, with --at, --stations or --targets")
    return [], stations


def _station(text: str) -> "Station":
    from satselect.orbits import Station

    name, named, numbers = text.rpartition("=")
    try:
        if named and not name.strip():
            raise ValueError
        # Of any other number of parts unpacking fails, and is told below.
        parts = [float(part) for part in numbers.split(",")]
        latitude, longitude, height = (*parts, 0.0)[:3] if 2 <= len(parts) <= 3 else ()
    except ValueError:
        raise _WrongInputError(f"--at: {text!r} is not [NAME=]LATITUDE,LONGITUDE[,METRES]") from None
    with _saying("--at"):
        return Station(latitude, longitude, height, name)


def _picture(found: "Sights[Pass] | Sights[Opportunity]", stations: "list[Station]", given: argparse.Namespace) -> str:
    from satselect.orbits import sky_svg, sky_track

    for one in found[:1]:
        station = next(one_of for one_of in stations if one_of.name == place_of(one))
        looks = sky_track(one.elements, station, one.start, one.end, max_age=given.max_age)
        return sky_svg(cast("Pass", one), looks)
    raise _WrongInputError("there is no pass to draw")


@contextmanager
def _saying(where: str) -> Iterator[None]:
    """Says where it is what goes wrong."""
    from satselect.orbits import OrbitError

    before = f"{where}: " if where else ""
    try:
        yield
    except OrbitError as error:
        raise _WrongInputError(f"{before}{error}") from None
    except OSError as error:
        raise _WrongInputError(f"{before}{error.strerror}") from None
    except (ValueError, RecursionError):
        raise _WrongInputError(f"{before}not JSON in UTF-8") from None


def _bytes(path: str) -> bytes:
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def _text(path: str) -> str:
    return _bytes(path).decode("utf-8-sig")
