"""Reads the command line and calls what it asks for. What a command needs is loaded when it runs, not for `--help`."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from importlib import import_module

from satselect.cli.parser import parser
from satselect.cli.terminal.output import UnwrittenError, checked_output
from satselect.cli.terminal.telling import tell
from satselect.schemas.administration.settings import unknown_settings

_FAILED, _WRONG_INPUT, _STOPPED = 1, 2, 130  # 130 is 128 and SIGINT
_INTERRUPTED = (130, 143)  # 128 and the number of the signal, as shells tell it

_COMMANDS = {
    "select": ("select", "run"),
    "serve": ("service.serve", "run"),
    "worker": ("service.worker", "run"),
    "batches": ("service.batches", "run"),
    "users": ("service.users", "run"),
    "keys": ("service.keys", "run"),
    "products": ("service.products", "run"),
    "prune": ("service.prune", "run"),
    "submit": ("submit", "submit"),
    "status": ("submit", "status"),
    "stations": ("stations", "run"),
    "demo": ("demo.demo", "run"),
    "plan": ("plan.plan", "run"),
    "passes": ("passes.passes", "run"),
}
"""Command to the room of it, and the function there that takes what was given and gives the exit code."""


_ENDED_AT_ONCE = frozenset({"select", "plan"})
_SERVICES = frozenset({"serve", "worker"})
"""Commands that are not there for what they print."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 failed, 2 wrong input, 130 stopped with Ctrl+C.

    Without arguments those of the process, which an interrupted selection ends at once.
    """
    given = parser().parse_args(arguments)
    code = _run(given)
    if arguments is None and given.command in _ENDED_AT_ONCE and code in _INTERRUPTED:
        with suppress(OSError, ValueError):  # the reader may be gone
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)  # unloading compiled code takes half a second, and a solver left alone may still run
    return code


def _run(given: Namespace) -> int:
    # A setting that is misspelt would have no effect, and nobody would be told.
    if unknown := unknown_settings(os.environ):
        tell(*unknown)
        return _WRONG_INPUT
    room, function = _COMMANDS[given.command]
    try:
        with nullcontext() if given.command in _SERVICES else checked_output():
            code: int = getattr(import_module(f"satselect.cli.{room}"), function)(given)
    except KeyboardInterrupt:
        return _STOPPED
    except UnwrittenError as error:
        if error.why is not None:  # else who reads the output has seen enough
            tell(f"can't write to standard output: {error.why}")
        return _FAILED
    return code
