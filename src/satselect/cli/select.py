"""`satselect select`: the engine on a file, without server or database."""

import argparse
import json
import sys

from satselect.cli.files import tasks_in
from satselect.cli.pages import page, progress_line
from satselect.schemas.faults import InputError
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidProblemError
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import select

_DONE, _WRONG_INPUT = 0, 2


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    try:
        sent = tasks_in(given.tasks)
        tasks = {Task(task.name, task.resources, profit=task.profit): task for task in sent}
        with progress_line() as on_progress:
            selection = select(
                tasks, capacities=dict(given.capacity), time_limit=given.time_limit, on_progress=on_progress
            )
    except InputError as error:
        more = f" (and {error.count - 1} more)" if error.count > 1 else ""
        return _refuse(f"{given.tasks}: {error.faults[0]}{more}")
    except InvalidProblemError as error:
        return _refuse(f"{given.tasks}: {error}")
    except OSError as error:
        return _refuse(f"{given.tasks}: {error.strerror}")
    if given.json:
        print(json.dumps(_document(selection, tasks), ensure_ascii=False))
    else:
        print("\n".join(page(selection, explain=given.explain)))
    return _DONE


def _refuse(message: str) -> int:
    print(f"satselect: {message}", file=sys.stderr)
    return _WRONG_INPUT


def _document(selection: Selection, sent: dict[Task, NewTask]) -> dict[str, object]:
    fields = {"name", "resources", "profit"}
    return {
        "tasks": [sent[task].model_dump(mode="json", include=fields) for task in selection.tasks],
        "buffered": [sent[task].model_dump(mode="json", include=fields) for task in selection.buffered],
        "profit": selection.profit,
        "bound": selection.bound,
        "gap": selection.gap,
        "status": selection.status,
        "proof": selection.proof,
    }
