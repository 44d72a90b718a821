"""Reads the command line and calls what it asks for. What a command needs is loaded when it runs, not for `--help`."""

import sys
from collections.abc import Sequence
from importlib import import_module

from satselect.cli.parser import parser

_FAILED = 1

_COMMANDS = {
    "select": ("select", "run"),
    "serve": ("serve", "run"),
    "worker": ("worker", "run"),
    "batches": ("batches", "run"),
    "users": ("users", "run"),
    "keys": ("keys", "run"),
    "prune": ("prune", "run"),
    "submit": ("submit", "submit"),
    "status": ("submit", "status"),
    "demo": ("demo", "run"),
    "passes": ("passes", "run"),
}
"""Command to the room of it, and the function there that takes what was given and gives the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 failed, 2 wrong input."""
    given = parser().parse_args(arguments)
    room, function = _COMMANDS[given.command]
    try:
        code: int = getattr(import_module(f"satselect.cli.{room}"), function)(given)
    except KeyboardInterrupt:
        return _FAILED
    except BrokenPipeError:  # who reads the output has seen enough
        sys.stderr.close()
        return _FAILED
    return code
