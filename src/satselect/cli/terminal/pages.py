"""What people read on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from satselect.cli.terminal.tables import number, table, uses
from satselect.engine.problem.task import Task
from satselect.engine.result.selection import Selection

if TYPE_CHECKING:
    from satselect.cli.inputs.documents import Explain
    from satselect.engine.result.explanation import Explanation
    from satselect.engine.result.progress import OnProgress, Progress

_UNKNOWN = "unknown"
_CLEAR = "\x1b[K"  # the rest of the line
_PROOFS = {
    "duality": "proven by the prices of the resources",
    "search": "proven by an exhaustive search",
    "solver": "proven by HiGHS",
}


def page(selection: Selection, explain: "Explain | None") -> Iterator[str]:
    """The selection, line by line; with reasons if asked for."""
    best_first = sorted(selection.tasks, key=lambda task: -task.profit)
    yield from table(_titles(selection), [_row(task, selection) for task in best_first])
    yield ""
    yield _summary(selection)
    if explain and selection.buffered:
        yield ""
        yield from table(["buffered", "profit", "selected from", "held by"], _reasons(selection, explain))


@contextmanager
def progress_line() -> Iterator["OnProgress | None"]:
    """What keeps a line on standard error up to date, if that is a terminal; the line is gone at the end."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda now: print(f"\r{_so_far(now)}", end=_CLEAR, file=sys.stderr, flush=True)
    print("\r", end=_CLEAR, file=sys.stderr, flush=True)


def _so_far(now: "Progress") -> str:
    return f"found {number(now.profit)}, at most {number(now.bound)} possible"


def _titles(selection: Selection) -> list[str]:
    return ["selected", "profit", *(["satellite"] if selection.assignments else []), "resources"]


def _row(task: Task, selection: Selection) -> list[str]:
    where = [selection.assignments[task]] if selection.assignments else []
    return [task.name, number(task.profit), *where, uses(task.resources)]


def _summary(selection: Selection) -> str:
    count = f"{len(selection.tasks)} of {len(selection.tasks) + len(selection.buffered)} tasks"
    if selection.status == "optimal":
        return f"{count} earn {number(selection.profit)}, the most possible: {_PROOFS[selection.proof]}."
    return f"{count} earn {number(selection.profit)}; none earn more than {number(selection.bound)}."


def _reasons(selection: Selection, explain: "Explain") -> Iterator[list[str]]:
    for task in selection.buffered:
        explanation = explain(task)
        if explanation is None:
            yield [task.name, number(task.profit), _UNKNOWN, "unknown: the time was up"]
            continue
        holders = dict.fromkeys(one.name for held in explanation.displaced_by.values() for one in held)
        yield [
            task.name,
            number(task.profit),
            _needed(explanation),
            ", ".join(holders) or ("nobody" if explanation.fits else "nobody: it never fits"),
        ]


def _needed(explanation: "Explanation") -> str:
    """From which profit on the task would be selected; what can't run has no such profit, what wasn't proven has."""
    is_unknown = explanation.break_even is None and explanation.fits
    return _UNKNOWN if is_unknown else number(explanation.break_even)
