"""`satselect select`: the engine on a file, without server or database."""

import argparse
import sys
from functools import partial

from satselect.cli.countdown import Countdown
from satselect.cli.documents import as_json, document
from satselect.cli.inputs import WrongInputError, read
from satselect.cli.interruption import Interruption
from satselect.cli.pages import page, progress_line
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidProblemError
from satselect.selection.explain import Explanation
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import make_ready, select

_WRONG_INPUT = 2


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    countdown, interruption = Countdown(given.time_limit), Interruption()
    try:
        tasks, selection = _selected(given, countdown, interruption)
    except WrongInputError as error:
        print(*(f"satselect: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return _WRONG_INPUT
    with interruption.watched():
        explain = partial(_explained, selection, countdown, interruption) if given.explain else None
        said = as_json(document(selection, tasks, explain)) if given.json else "\n".join(page(selection, explain))
    print(said)
    if interruption.came:
        print("satselect: interrupted; this is the best selection found by then", file=sys.stderr)
    return interruption.exit_code


def _selected(
    options: argparse.Namespace, countdown: Countdown, interruption: Interruption
) -> tuple[dict[Task, NewTask], Selection]:
    given = read(options)
    with countdown.stopped_to_compile():
        make_ready(given.tasks, given.satellites)
    try:
        tasks = {
            Task(task.name, task.resources, profit=task.profit, satellites=task.satellites): task
            for task in given.tasks
        }
        with interruption.watched(), progress_line() as on_progress:
            return tasks, select(
                tasks,
                capacities=given.capacities,
                satellites=given.satellites,
                time_limit=countdown.left,
                on_progress=on_progress,
            )
    except InvalidProblemError as error:
        raise WrongInputError([f"{options.tasks}: {error}"]) from None


def _explained(
    selection: Selection, countdown: Countdown, interruption: Interruption, task: Task
) -> Explanation | None:
    """Why the task lost, as far as there is time; None if there is none at all."""
    return None if countdown.is_long_over or interruption.came else selection.explain(task, time_limit=countdown.left)
