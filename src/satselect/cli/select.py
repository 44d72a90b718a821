"""`satselect select`: the engine on a file, without server or database."""

import argparse
from datetime import UTC, datetime
from functools import partial

from satselect.cli.inputs.documents import document
from satselect.cli.inputs.inputs import read, unheeded
from satselect.cli.solving import Answer, run_solver
from satselect.cli.terminal.countdown import Countdown
from satselect.cli.terminal.interruption import Interruption
from satselect.cli.terminal.pages import page, progress_line
from satselect.cli.terminal.telling import tell
from satselect.engine.first_time import compiled_within
from satselect.engine.problem.task import Task
from satselect.engine.result.explanation import Explanation
from satselect.engine.select import select


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    return run_solver(given, partial(_selected, given), noun="selection")


def _selected(options: argparse.Namespace, countdown: Countdown, interruption: Interruption) -> Answer[Explanation]:
    given = read(options)
    tell(*unheeded(given.tasks, datetime.now(UTC)))
    tasks = {
        Task(task.name, task.resources, profit=task.profit, satellites=task.satellites): task for task in given.tasks
    }
    with compiled_within(countdown.stopped_to_compile), interruption.watched(), progress_line() as on_progress:
        selection = select(
            tasks,
            capacities=given.capacities,
            satellites=given.satellites,
            time_limit=countdown.left,
            on_progress=on_progress,
        )
    return Answer(selection.explain, partial(document, selection, tasks), partial(page, selection))
