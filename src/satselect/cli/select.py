"""`satselect select`: the engine on a file, without server or database."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from satselect.cli.files import satellites_in, tasks_in
from satselect.cli.pages import page, progress_line
from satselect.schemas.faults import InputError
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidProblemError
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task, check_satellites
from satselect.selection.select import select

_DONE, _WRONG_INPUT = 0, 2


class _WrongInputError(Exception):
    """What to tell the user, in one line."""


def run(given: argparse.Namespace) -> int:
    """Selects and prints. Gives the exit code."""
    try:
        tasks, selection = _selected(given)
    except _WrongInputError as error:
        print(f"satselect: {error}", file=sys.stderr)
        return _WRONG_INPUT
    if given.json:
        print(json.dumps(_document(selection, tasks), ensure_ascii=False))
    else:
        print("\n".join(page(selection, explain=given.explain)))
    return _DONE


def _selected(given: argparse.Namespace) -> tuple[dict[Task, NewTask], Selection]:
    with _reading(given.satellites):
        satellites = None if given.satellites is None else satellites_in(given.satellites)
    with _reading(given.tasks), progress_line() as on_progress:
        tasks = {
            Task(task.name, task.resources, profit=task.profit, satellites=task.satellites): task
            for task in tasks_in(given.tasks)
        }
        check_satellites(tasks, satellites or {})
        return tasks, select(
            tasks,
            capacities=dict(given.capacity),
            satellites=satellites,
            time_limit=given.time_limit,
            on_progress=on_progress,
        )


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Says of which file it is what goes wrong."""
    try:
        yield
    except InputError as error:
        more = f" (and {error.count - 1} more)" if error.count > 1 else ""
        raise _WrongInputError(f"{path}: {error.faults[0]}{more}") from None
    except InvalidProblemError as error:
        raise _WrongInputError(f"{path}: {error}") from None
    except OSError as error:
        raise _WrongInputError(f"{path}: {error.strerror}") from None


def _document(selection: Selection, sent: dict[Task, NewTask]) -> dict[str, object]:
    return {
        "tasks": [_line(task, sent[task], selection) for task in selection.tasks],
        "buffered": [_line(task, sent[task], selection) for task in selection.buffered],
        "profit": selection.profit,
        "bound": selection.bound,
        "gap": selection.gap,
        "status": selection.status,
        "proof": selection.proof,
    }


def _line(task: Task, sent: NewTask, selection: Selection) -> dict[str, object]:
    line: dict[str, object] = sent.model_dump(mode="json", include={"name", "resources", "profit"})
    satellite = selection.assignments.get(task)
    return line if satellite is None else line | {"satellite": satellite}
