"""`satselect select`: the engine on a file, without server or database."""

import argparse
import sys

from satselect.cli.documents import as_json, document
from satselect.cli.inputs import WrongInputError, read
from satselect.cli.pages import page, progress_line
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidProblemError
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import select

_DONE, _WRONG_INPUT = 0, 2


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    try:
        tasks, selection = _selected(given)
    except WrongInputError as error:
        print(*(f"satselect: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return _WRONG_INPUT
    if given.json:
        print(as_json(document(selection, tasks, explain=given.explain)))
    else:
        print("\n".join(page(selection, explain=given.explain)))
    return _DONE


def _selected(options: argparse.Namespace) -> tuple[dict[Task, NewTask], Selection]:
    given = read(options)
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
                time_limit=options.time_limit,
                on_progress=on_progress,
            )
    except InvalidProblemError as error:
        raise WrongInputError([f"{options.tasks}: {error}"]) from None
