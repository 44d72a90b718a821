"""The options of `satselect plan`."""

import argparse
import re
from datetime import timedelta
from math import isfinite

from satselect.cli.option_types import seconds, time
from satselect.schemas.fields.folding import folded

_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(s|m|h|d)", re.ASCII)
FORMATS = ("csv", "ical", "openmct", "yamcs", "pytroll")  # those of `exports.formats`, which `--help` must not load
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Adds them."""
    add = parser.add_argument
    add("tasks", metavar="TASKS.json", help="tasks with opportunities and duration; - reads standard input")
    add(
        "--horizon",
        metavar="LENGTH",
        type=_length,
        help="how far ahead, as 24h, 90m or 2d; all that has a time if missing",
    )
    add("--from", dest="start", metavar="TIME", type=time, help="where the horizon starts; the first time there is")
    add("--satellites", metavar="FILE", help='as {"sat-1": {"camera": {"units": 1, "turnaround": 5}, "disk": 4}, ...}')
    add("--shared", metavar="FILE", help="what satellites share, likewise by resource")
    add(
        "--passes", metavar="FILE", help='as [{"satellite": "sat-1", "from": ..., "until": ..., "drains": {"disk": 4}}]'
    )
    add("--slew", metavar="NAME=RATE[,SETTLE]", action="append", default=[], type=_slew, help="turns of a resource")
    add(
        "--transitions",
        metavar="FILE",
        help='turns and changes of mode, as {"camera": {"detail": "mode", "seconds": {"a": {"b": 30}, ...}}}',
    )
    add("--step", metavar="SECONDS", type=seconds, help="between two starts that are tried (10)")
    add("--time-limit", metavar="SECONDS", type=seconds, help="stop with the best found by then")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON, for programs")
    output.add_argument(
        "--format",
        choices=FORMATS,
        help="print a table for spreadsheets, or what calendars, Open MCT, Yamcs or pytroll read",
    )
    add("--explain", action="store_true", help="say of each task that is not planned who holds what it needs, and when")


def _length(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length like 24h, 90m or 2d")
    try:
        return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
    except OverflowError:
        raise argparse.ArgumentTypeError(f"{text!r} is too long") from None


def _slew(text: str) -> tuple[str, float, float]:
    name, _, numbers = text.rpartition("=")
    name = folded(name)  # as those of tasks are, which it is compared with
    rate, _, settle = numbers.partition(",")
    try:
        turn = float(rate), float(settle or 0)
    except ValueError:
        turn = 0.0, 0.0
    if not name or not turn[0] > 0 or not turn[1] >= 0 or not all(map(isfinite, turn)):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=DEGREES-IN-A-SECOND[,SECONDS]")
    return name, *turn
