"""Why tasks wait, as somebody may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.console.words import uses
from satselect.scheduling.explanation.past import Past, Then
from satselect.scheduling.explanation.speech import units
from satselect.scheduling.explanation.why import Why, why_lost, why_waiting
from satselect.scheduling.explanation.words import Piece, pieces
from satselect.schemas.explanations import Reason
from satselect.store.demands import demands_of
from satselect.store.models import Iteration, Resource, Task, User


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
    competes = why.reason is not Reason.LATER
    return Row(task, task.profit_as_sent, None, pieces(why, task, user), changes, competes)
