"""`satselect plan`: plans in time from files, without server or database."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from satselect.cli.inputs.inputs import WrongInputError
from satselect.cli.plan.inputs import Given, read
from satselect.cli.plan.output import document, page
from satselect.cli.solving import Answer, run_solver
from satselect.cli.terminal.countdown import Countdown
from satselect.cli.terminal.interruption import Interruption
from satselect.cli.terminal.pages import progress_line
from satselect.engine.first_time import compiled_within
from satselect.engine.plan import plan
from satselect.engine.planning.explanation import TimedExplanation
from satselect.engine.planning.outcome import Plan
from satselect.engine.problem.errors import InvalidArgumentError


def run(given: argparse.Namespace) -> int:
    """Plans and prints. Gives the exit code."""
    return run_solver(given, partial(_planned, given), noun="plan")


def _planned(options: argparse.Namespace, countdown: Countdown, interruption: Interruption) -> Answer[TimedExplanation]:
    if options.format and options.explain:
        raise WrongInputError([f"--explain: {options.format} has no place for reasons; --json has"])
    given = read(options)
    with (
        compiled_within(countdown.stopped_to_compile),
        interruption.watched(),
        progress_line() as on_progress,
        _named(options),
    ):
        found = plan(
            given.tasks,
            capacities=given.capacities,
            satellites=given.satellites,
            passes=given.passes,
            horizon=given.horizon,
            transition=given.transition,
            step=options.step,
            time_limit=countdown.left,
            on_progress=on_progress,
        )
    export = partial(_exported, found, given, options.format) if options.format else None
    return Answer(found.explain, partial(document, found, dict(given.tasks)), partial(page, found), export)


@contextmanager
def _named(options: argparse.Namespace) -> Iterator[None]:
    """Faults of transitions are told of the option, or the file, that they stand in, and not of the tasks."""
    try:
        yield
    except InvalidArgumentError as error:
        if not error.field.startswith("transition"):
            raise
        is_slew = any(error.value == name or repr(name) in error.field for name, *_ in options.slew)
        raise WrongInputError([f"{'--slew' if is_slew else options.transitions}: {error}"]) from error


def _exported(found: Plan, given: Given, name: str) -> bytes:
    # Only who asks for a format of others loads these.
    from satselect.cli.plan.exports import timetable
    from satselect.exports.formats import FORMATS

    return FORMATS[name].write(timetable(found, given, datetime.now(UTC)))
