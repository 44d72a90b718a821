"""`satselect submit` and `satselect status`: a client of a running service."""

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from satselect.cli.asking import WRONG_INPUT, ask, fail
from satselect.cli.inputs.documents import as_json
from satselect.cli.inputs.files import lines_about, tasks_in
from satselect.cli.terminal.tables import number, table, uses
from satselect.schemas.explanations import UNKNOWN_WORDS, Unknown
from satselect.schemas.iterations import IterationAnswer
from satselect.schemas.reading.faults import InputError
from satselect.schemas.task_answers import TaskAnswer
from satselect.schemas.tasks import Status

if TYPE_CHECKING:
    from satselect.client.client import Client

_NEWEST = 20


def submit(given: argparse.Namespace) -> int:
    """Submits the tasks of a file and prints what became of them. Gives the exit code."""
    try:
        tasks = tasks_in(given.tasks)
    except (InputError, OSError) as error:
        return fail(*lines_about(given.tasks, error), code=WRONG_INPUT)

    def question(client: "Client") -> Iterator[str]:
        iteration = client.submit(tasks, fleet=given.fleet, idempotency_key=given.idempotency_key)
        if given.json:
            yield as_json(iteration.model_dump(mode="json", by_alias=True))
        else:
            yield from _iteration(iteration)

    return _with_client(given, question)


def status(given: argparse.Namespace) -> int:
    """Prints how a task, or the newest ones, are doing. Gives the exit code."""

    def question(client: "Client") -> Iterator[str]:
        if given.task is None:
            newest = [task for task, _ in zip(client.tasks(), range(_NEWEST), strict=False)]
            yield from [_list_json(newest)] if given.json else _tasks(newest)
        elif given.json:
            yield as_json(client.task(given.task).model_dump(mode="json", by_alias=True))
        else:
            yield from _task(client, client.task(given.task))

    return _with_client(given, question)


def _with_client(given: argparse.Namespace, question: Callable[["Client"], Iterator[str]]) -> int:
    def put(url: str, key: str | None) -> None:
        from satselect.client.client import Client

        # Joined before anything is printed: half of a table must not stand above an error.
        with Client(url, key) as client:
            print("\n".join(question(client)))

    return ask(given, put)


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
    if explanation.why:
        yield f"It waits because {explanation.why}."
    if explanation.changed_since:
        yield f"Changed since: {'; '.join(change.words for change in explanation.changed_since)}."
    if explanation.break_even_profit is not None:
        yield f"It would have been selected from a profit of {number(explanation.break_even_profit)}."
    elif explanation.break_even_unknown not in (None, Unknown.NOT_WAITING):
        yield UNKNOWN_WORDS[explanation.break_even_unknown]


def _list_json(tasks: list[TaskAnswer]) -> str:
    return as_json([task.model_dump(mode="json", by_alias=True) for task in tasks])
