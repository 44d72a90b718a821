"""Reads the command line and calls what it asks for. What a command needs is loaded when it runs, not for `--help`."""

import argparse
import sys
from collections.abc import Sequence

from satselect._version import __version__

_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 failed, 2 wrong input."""
    given = _parser().parse_args(arguments)
    try:
        return _COMMANDS[given.command](given)
    except KeyboardInterrupt:
        return _FAILED
    except BrokenPipeError:  # who reads the output has seen enough
        sys.stderr.close()
        return _FAILED


def _select(given: argparse.Namespace) -> int:
    from satselect.cli.select import run

    return run(given)


def _serve(given: argparse.Namespace) -> int:
    from satselect.cli.serve import serve

    return serve(given.host, given.port, given.database)


_COMMANDS = {"select": _select, "serve": _serve}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="satselect",
        description="Selects the satellite tasks worth most that fit the resources, and proves it.",
    )
    parser.add_argument("--version", action="version", version=f"satselect {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_select(commands.add_parser("select", help="select among the tasks of a file; no server, no database"))
    _add_serve(commands.add_parser("serve", help="migrate the database, then serve the API"))
    return parser


def _add_select(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tasks", metavar="TASKS.json", help="what POST /api/tasks/ takes; - reads standard input")
    parser.add_argument(
        "--capacity",
        metavar="NAME=UNITS",
        action="append",
        default=[],
        type=_capacity,
        help="units of a resource where it isn't 1; may be repeated",
    )
    parser.add_argument("--time-limit", metavar="SECONDS", type=_seconds, help="stop with the best found by then")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON, for programs")
    output.add_argument("--explain", action="store_true", help="say of each buffered task why it lost")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to answer on (%(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to answer on (%(default)s)")
    parser.add_argument("--database", metavar="URL", help="sqlite:///FILE or postgres://...; a SQLite file by default")


def _capacity(text: str) -> tuple[str, int]:
    name, _, units = text.rpartition("=")
    if not name.strip() or not units.isascii() or not units.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=UNITS, with a whole number of units")
    return name, int(units)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds
