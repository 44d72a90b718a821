"""`satselect submit` and `satselect status`: a client of a running service."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from satselect.cli.files import lines_about, tasks_in
from satselect.cli.tables import number, table, uses
from satselect.schemas.faults import InputError
from satselect.schemas.iterations import IterationAnswer
from satselect.schemas.tasks import Status, TaskAnswer

if TYPE_CHECKING:
    from satselect.client.client import Client

_DONE, _FAILED, _WRONG_INPUT = 0, 1, 2
_NEWEST = 20


def submit(given: argparse.Namespace) -> int:
    """Submits the tasks of a file and prints what became of them. Gives the exit code."""
    try:
        tasks = tasks_in(given.tasks)
    except (InputError, OSError) as error:
        return _fail(*lines_about(given.tasks, error), code=_WRONG_INPUT)

    def ask(client: "Client") -> Iterator[str]:
        iteration = client.submit(tasks, fleet=given.fleet, idempotency_key=given.idempotency_key)
        if given.json:
            yield iteration.model_dump_json()
        else:
            yield from _iteration(iteration)

    return _with_client(given, ask)


def status(given: argparse.Namespace) -> int:
    """Prints how a task, or the newest ones, are doing. Gives the exit code."""

    def ask(client: "Client") -> Iterator[str]:
        if given.task is None:
            newest = [task for task, _ in zip(client.tasks(), range(_NEWEST), strict=False)]
            yield from [_list_json(newest)] if given.json else _tasks(newest)
        elif given.json:
            yield client.task(given.task).model_dump_json()
        else:
            yield from _task(client, client.task(given.task))

    return _with_client(given, ask)


def _with_client(given: argparse.Namespace, ask: Callable[["Client"], Iterator[str]]) -> int:
    try:
        from satselect.client.client import Client
    except ImportError as error:
        return _fail(f"this needs {error.name}: pip install 'satselect[client]'", code=_WRONG_INPUT)
    from satselect.client.errors import BadAddressError, ClientError, InvalidError, NotFoundError

    key = given.key or os.environ.get("SATSELECT_KEY")
    try:
        with Client(given.url or os.environ.get("SATSELECT_URL", "http://localhost:8000"), key) as client:
            print("\n".join(ask(client)))
    except (BadAddressError, InvalidError, NotFoundError) as error:
        return _fail(str(error), code=_WRONG_INPUT)
    except ClientError as error:
        return _fail(str(error), code=_FAILED)
    return _DONE


def _iteration(iteration: IterationAnswer) -> Iterator[str]:
    rows = [[task.name, number(task.profit), uses(task.resources), str(task.id)] for task in iteration.tasks]
    yield from table(["scheduled", "profit", "resources", "id"], rows)
    yield ""
    waiting = f"{iteration.buffered} buffered" if iteration.buffered is not None else "the rest is buffered"
    yield f"{len(iteration.tasks)} scheduled in iteration {iteration.id}, {waiting}."


def _tasks(tasks: list[TaskAnswer]) -> Iterator[str]:
    rows = [[task.name, task.status, number(task.profit), uses(task.resources), str(task.id)] for task in tasks]
    yield from table(["task", "status", "profit", "resources", "id"], rows)


def _task(client: "Client", task: TaskAnswer) -> Iterator[str]:
    on = f" on {task.satellite}" if task.satellite else ""
    yield f"{task.name} is {task.status}{on}: profit {number(task.profit)}, uses {uses(task.resources)}."
    if task.status is Status.BUFFERED:
        yield from _reasons(client, task)
    yield ""
    lines = [
        [line.at.isoformat(timespec="seconds"), line.after, line.reason, line.words] for line in client.history(task.id)
    ]
    yield from table(["when", "status", "why", "words"], lines)


def _reasons(client: "Client", task: TaskAnswer) -> Iterator[str]:
    explanation = client.explain(task.id)
    for resource, holders in explanation.displaced_by.items():
        yield f"{resource} is held by {', '.join(holder.name for holder in holders)}."
    if explanation.break_even_profit is not None:
        yield f"It would have been selected from a profit of {number(explanation.break_even_profit)}."


def _list_json(tasks: list[TaskAnswer]) -> str:
    return json.dumps([task.model_dump(mode="json") for task in tasks])


def _fail(*lines: str, code: int) -> int:
    for line in lines:
        print(f"satselect: {line}", file=sys.stderr)
    return code
