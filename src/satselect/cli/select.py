"""`satselect select`: the engine on a file, without server or database."""

import argparse
import sys
from functools import partial

from satselect.cli.countdown import Countdown
from satselect.cli.documents import as_json, document
from satselect.cli.inputs import WrongInputError, read
from satselect.cli.pages import page, progress_line
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidProblemError
from satselect.selection.explain import Explanation
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import make_ready, select

_DONE, _WRONG_INPUT = 0, 2


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    countdown = Countdown(given.time_limit)
    try:
        tasks, selection = _selected(given, countdown)
    except WrongInputError as error:
        print(*(f"satselect: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return _WRONG_INPUT
    explain = partial(_explained, selection, countdown) if given.explain else None
    if given.json:
        print(as_json(document(selection, tasks, explain)))
    else:
        print("\n".join(page(selection, explain)))
    return _DONE


def _selected(options: argparse.Namespace, countdown: Countdown) -> tuple[dict[Task, NewTask], Selection]:
    given = read(options)
    if options.time_limit is not None:
        with countdown.stopped_to_compile():
            make_ready(given.tasks, given.satellites)
    try:
        tasks = {
            Task(task.name, task.resources, profit=task.profit, satellites=task.satellites): task
            for task in given.tasks
        }
        with progress_line() as on_progress:
            return tasks, select(
                tasks,
                capacities=given.capacities,
                satellites=given.satellites,
                time_limit=countdown.left,
                on_progress=on_progress,
            )
    except InvalidProblemError as error:
        raise WrongInputError([f"{options.tasks}: {error}"]) from None


def _explained(selection: Selection, countdown: Countdown, task: Task) -> Explanation | None:
    """Why the task lost, as far as there is time; None if there is none at all."""
    return None if countdown.is_long_over else selection.explain(task, time_limit=countdown.left)
