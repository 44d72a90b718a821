"""What happened to a task, as somebody may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.application.access.rights import sees_name_of
from satselect.application.access.visibility import visible_iterations
from satselect.console.formatting import interval
from satselect.store.models import Assignment, Task, User
from satselect.store.queries.tasks.histories import history_of


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a task.

    Attributes:
        by: who did it; empty for the service itself, and for somebody of another account.
        iteration_id: the iteration that scheduled it, if the user may see that.
        satellite: where it was scheduled.
        when: from when to when, if it was planned in time.
        links: where what the task brought is, each with `href`, and perhaps `title`.
    """

    at: datetime
    after: str
    reason: str
    words: str
    by: str
    iteration_id: UUID | None
    satellite: str
    when: str = ""
    links: Sequence[Mapping[str, str]] = ()


def read_history(user: User, task: Task) -> Sequence[Step]:
    """All of it, oldest first."""
    assigned = Assignment.objects.filter(task=task).values_list("iteration_id", "satellite__name", "starts", "ends")
    places = {id: (name, interval(starts, ends) if starts and ends else "") for id, name, starts, ends in assigned}
    visible = set(visible_iterations(user).filter(id__in=places).values_list("id", flat=True))
    return [
        Step(
            row.at,
            row.after,
            row.get_reason_display().lower(),
            row.words,
            row.by.username if row.by and sees_name_of(user, row.by) else "",
            row.iteration_id if row.iteration_id in visible else None,
            *(places.get(row.iteration_id, ("", "")) if row.iteration_id else ("", "")),
            links=row.links or (),
        )
        for row in history_of(task)
    ]
