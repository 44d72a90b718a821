"""The options of `satselect passes`."""

import argparse
from datetime import timedelta

from satselect.cli.option_types import time

_MOST_DAYS = 366  # as far as `satselect.orbits` searches


def add_passes(parser: argparse.ArgumentParser) -> None:
    """Adds them."""
    add = parser.add_argument
    add(
        "--elements",
        metavar="FILE",
        required=True,
        help="OMM (JSON, CSV, XML, KVN) or two lines each; - reads stdin",
    )
    add("--satellite", metavar="NAME", action="append", default=[], help="only this one, by name or number; repeatable")
    add("--at", metavar="[NAME=]LAT,LON[,METRES]", action="append", default=[], help="a station; may be repeated")
    add("--stations", metavar="FILE", help="stations as GeoJSON points")
    add("--targets", metavar="FILE", help="targets as GeoJSON points, lines and polygons, instead of stations")
    add("--from", dest="start", metavar="TIME", type=time, help="as 2026-12-01T08:00Z; now by default")
    add("--days", metavar="DAYS", type=_days, default=timedelta(days=1), help="how long to search (1)")
    _add_conditions(parser)
    add("--max-age", metavar="DAYS", type=_days, default=timedelta(days=30), help="of elements at the search (30)")
    add("--earth", metavar="FILE", help="Earth orientation: finals2000A, or CSV of a catalogue")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON, for programs")
    output.add_argument("--csv", action="store_true", help="print CSV, for spreadsheets")
    output.add_argument("--ical", action="store_true", help="print iCalendar, for calendars")
    output.add_argument("--svg", action="store_true", help="print a picture of the first pass over the sky")


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    degrees = "DEGREES"
    add("--minimum-elevation", metavar=degrees, type=float, default=0.0, help="of the satellite over the horizon (0)")
    add("--maximum-elevation", metavar=degrees, type=float, help="likewise")
    add(
        "--minimum-off-nadir",
        metavar=degrees,
        type=float,
        help="at the satellite, from Earth's centre to the place",
    )
    add("--maximum-off-nadir", metavar=degrees, type=float, help="likewise")
    add("--minimum-sun-elevation", metavar=degrees, type=float, help="of the Sun over the horizon of the place")
    add("--maximum-sun-elevation", metavar=degrees, type=float, help="likewise")
    add("--minimum-range-km", metavar="KM", type=float, help="from place to satellite")
    add("--maximum-range-km", metavar="KM", type=float, help="likewise")
    add("--side", choices=("left", "right"), help="on which the place lies of the satellite's way")
    add("--sunlight", choices=("full", "some", "none"), help="how much of the Sun the satellite sees")
    add("--minimum-length", metavar="SECONDS", type=_seconds, default=timedelta(0), help="shorter ones are left out")


def _days(text: str) -> timedelta:
    return _length(text, 86_400, "a number of days above 0")


def _seconds(text: str) -> timedelta:
    return _length(text, 1, "a number of seconds above 0")


def _length(text: str, unit_s: float, what: str) -> timedelta:
    try:
        seconds = float(text) * unit_s
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= _MOST_DAYS * 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} and at most {_MOST_DAYS * 86_400 / unit_s:,.0f}")
    return timedelta(seconds=seconds)
