"""Why tasks wait, as somebody may be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.application.explanation.break_even import Asked, break_evens
from satselect.application.explanation.past import Past, Then
from satselect.application.explanation.reasons.speech import units
from satselect.application.explanation.reasons.why import Why, why_lost, why_waiting
from satselect.application.explanation.reasons.wording import Piece, pieces
from satselect.console.formatting import uses
from satselect.schemas.explanations import Reason, Unknown
from satselect.store.models import Iteration, Resource, Task, User
from satselect.store.queries.buffer.demands import demands_of


@dataclass(frozen=True, slots=True)
class Row:
    """A task with why it waits, or why it was not chosen.

    Attributes:
        profit: what it is worth, or was then.
        used: what it used then, in words; None for what it uses now.
        why: the reason, in pieces of a sentence.
        changes: what changed since, a sentence each.
        competes: whether it does in the next iteration.
    """

    task: Task
    profit: int | float
    used: str | None
    why: Sequence[Piece]
    changes: Sequence[str] = ()
    competes: bool = True

    @property
    def uses(self) -> str:
        """What it uses, or used then, in words."""
        return uses(self.task) if self.used is None else self.used


def rows_for(user: User, tasks: Sequence[Task], last: Iteration | None, *, at: datetime) -> list[Row]:
    """The tasks, in the order given, with the reasons why they wait."""
    reasons = why_waiting(tasks, last, at=at, by=user)
    return [_row(user, task, reasons[task.id]) for task in tasks]


def break_evens_for(
    tasks: Sequence[Task], last: Iteration | None, *, at: datetime, time_limit_s: float
) -> dict[UUID, float | Unknown]:
    """From which profit the last iteration would have selected those of the tasks that it did not: by their ids."""
    if last is None:
        return {}
    why = why_waiting(tasks, last, at=at)
    asked = [
        Asked(task, then, demand)
        for task in tasks
        if why[task.id].scene and (then := why[task.id].then) and (demand := why[task.id].demand)
    ]
    return break_evens(asked, last, time_limit_s=time_limit_s) if asked else {}


def by_reason(rows: Iterable[Row]) -> list[tuple[Row, list[Row]]]:
    """Rows with the same reason together, each reason with its first row, in the order in which they come first."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        found.setdefault((*row.why, *row.changes, row.competes), []).append(row)
    return [(some[0], some) for some in found.values()]


def lost_rows_for(user: User, tasks: Sequence[Task], iteration: Iteration, past: Past) -> list[Row]:
    """The tasks, as they were when that iteration did not select them, with the reasons why it did not."""
    reasons = why_lost(tasks, iteration, past)
    then = {task.id: past.of(task, iteration.version) for task in tasks}
    used = uses_then(tasks, then)
    return [
        Row(task, then[task.id].profit_as_sent, used[task.id], pieces(reasons[task.id], task, user)) for task in tasks
    ]


def uses_then(tasks: Sequence[Task], then: Mapping[UUID, Then]) -> dict[UUID, str]:
    """What these tasks used then, in words; in the order sent where they ask for the same still."""
    other = {then[task.id].signature_id for task in tasks if then[task.id].signature_id != task.signature_id}
    demands = demands_of(sorted(other))
    ids = {resource for demand in demands.values() for resource in demand.amounts}
    names = dict(Resource.objects.filter(id__in=sorted(ids)).values_list("id", "name")) if ids else {}
    used = {
        id: units({names.get(resource, "?"): amount for resource, amount in demand.amounts.items()})
        for id, demand in demands.items()
    }
    return {task.id: used.get(then[task.id].signature_id) or uses(task) for task in tasks}


def _row(user: User, task: Task, why: Why) -> Row:
    changes = [change.words for change in why.changes]
    competes = why.reason is not Reason.LATER and why.is_possible
    return Row(task, task.profit_as_sent, None, pieces(why, task, user), changes, competes)
