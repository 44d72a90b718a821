"""What `select` and `plan` have in common: a time limit, a signal that ends them with the best so far, reasons."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from satselect.cli.inputs.documents import as_json
from satselect.cli.inputs.files import shown
from satselect.cli.inputs.inputs import WrongInputError
from satselect.cli.terminal.countdown import Countdown
from satselect.cli.terminal.interruption import Interruption
from satselect.cli.terminal.output import put
from satselect.cli.terminal.telling import tell
from satselect.engine.problem.errors import InvalidProblemError
from satselect.engine.problem.task import Task

Reason = TypeVar("Reason")
Reason_co = TypeVar("Reason_co", covariant=True)
Explain = Callable[[Task], Reason | None]

_WRONG_INPUT = 2


class _Explains(Protocol[Reason_co]):
    def __call__(self, task: Task, *, time_limit: float | None) -> Reason_co: ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[Reason]):
    """A selection or a plan, and how it is shown: with reasons unless `Explain` is None.

    Attributes:
        explain: why a task lost, within so many seconds.
        document: the answer for programs.
        page: the answer for people, line by line.
        export: the answer as another program reads it, instead of both.
    """

    explain: _Explains[Reason]
    document: Callable[[Explain[Reason] | None], Mapping[str, object]]
    page: Callable[[Explain[Reason] | None], Iterator[str]]
    export: Callable[[], bytes] | None = None


def run_solver(
    given: argparse.Namespace, find: Callable[[Countdown, Interruption], Answer[Reason]], *, noun: str
) -> int:
    """Finds an answer and prints it. Gives the exit code.

    Args:
        given: the options `tasks`, `time_limit`, `json` and `explain`.
        find: gives the answer. What it raises as WrongInputError or InvalidProblemError is told.
        noun: the kind of answer, in one word.
    """
    countdown, interruption = Countdown(given.time_limit), Interruption()
    try:
        answer = find(countdown, interruption)
    except WrongInputError as error:
        tell(*error.lines)
        return _WRONG_INPUT
    except InvalidProblemError as error:
        tell(f"{shown(given.tasks)}: {error}")
        return _WRONG_INPUT
    if answer.export:  # bytes, which printing would decode
        put(answer.export())
    else:
        with interruption.watched():
            explain = _in_time(answer.explain, countdown, interruption) if given.explain else None
            said = as_json(answer.document(explain)) if given.json else "\n".join(answer.page(explain))
        print(said)
    if interruption.came:
        print(f"satselect: interrupted; this is the best {noun} found by then", file=sys.stderr)
    return interruption.exit_code


def _in_time(explain: _Explains[Reason], countdown: Countdown, interruption: Interruption) -> Explain[Reason]:
    """Why a task lost, as far as there is time; None if there is none at all."""

    def explained(task: Task) -> Reason | None:
        return None if countdown.is_long_over or interruption.came else explain(task, time_limit=countdown.left)

    return explained
