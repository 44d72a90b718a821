"""What happened to a task, as somebody may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.scheduling.visible import OPERATORS, visible_iterations
from satselect.store.models import Assignment, Task, User


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a task.

    Attributes:
        by: who did it; empty for the service itself, and for somebody of another account.
        iteration_id: the iteration that scheduled it, if the user may see that.
        satellite: where it was scheduled.
    """

    at: datetime
    after: str
    reason: str
    words: str
    by: str
    iteration_id: UUID | None
    satellite: str


def read_history(user: User, task: Task) -> Sequence[Step]:
    """All of it, oldest first."""
    rows = list(task.history.select_related("by").order_by("id"))
    assigned = Assignment.objects.filter(task=task).values_list("iteration_id", "satellite__name")
    satellites = dict(assigned)
    visible = set(visible_iterations(user).filter(id__in=satellites).values_list("id", flat=True))
    sees_all = user.role in OPERATORS
    return [
        Step(
            row.at,
            row.after,
            row.get_reason_display().lower(),
            row.words,
            row.by.username if row.by and (sees_all or row.by.account_id == user.account_id) else "",
            row.iteration_id if row.iteration_id in visible else None,
            satellites.get(row.iteration_id, "") if row.iteration_id else "",
        )
        for row in rows
    ]
