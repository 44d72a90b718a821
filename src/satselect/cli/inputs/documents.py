"""What programs read: a selection as JSON."""

import json
import sys
from codecs import lookup
from collections.abc import Callable, Mapping, Sequence

from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.task import Task
from satselect.engine.result.explanation import Explanation
from satselect.engine.result.selection import Selection
from satselect.schemas.tasks import NewTask

Explain = Callable[[Task], Explanation | None]


def document(selection: Selection, sent: Mapping[Task, NewTask], explain: Explain | None) -> dict[str, object]:
    """The selection, with each task as it was sent; with the reasons of those that are buffered if asked for."""
    return {
        "tasks": [_line(task, sent[task], selection) for task in selection.tasks],
        "buffered": [
            _line(task, sent[task], selection) | (_reasons(explain(task)) if explain else {})
            for task in selection.buffered
        ],
        "profit": selection.profit,
        "bound": selection.bound,
        "gap": selection.gap,
        "status": selection.status,
        "proof": selection.proof,
    }


def as_json(value: object) -> str:
    """The value in one line that standard output can take: letters as they are where it is UTF-8, else escaped."""
    is_utf8 = lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name == "utf-8"
    # Another encoding has no letters for some names; written as escapes they are the same JSON.
    return json.dumps(value, ensure_ascii=not is_utf8)


def _line(task: Task, sent: NewTask, selection: Selection) -> dict[str, object]:
    line: dict[str, object] = sent.model_dump(mode="json", include={"name", "resources", "profit"})
    satellite = selection.assignments.get(task)
    return line if satellite is None else line | {"satellite": satellite}


def _reasons(explanation: Explanation | None) -> dict[str, object]:
    """What the service says in an explanation, by the same names; null where there was no time for it."""
    if explanation is None:
        return dict.fromkeys(("displaced_by", "price", "break_even_profit"))
    held = {_key(key): _holders(holders) for key, holders in explanation.displaced_by.items()}
    return {"displaced_by": held, "price": explanation.price, "break_even_profit": explanation.break_even}


def _key(key: ResourceKey) -> str:
    return key if isinstance(key, str) else "/".join(key)


def _holders(tasks: Sequence[Task]) -> list[dict[str, object]]:
    return [{"name": task.name, "profit": task.profit} for task in tasks]
