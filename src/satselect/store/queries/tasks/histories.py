"""What happened to tasks: that one was submitted is what its own row says, the rest are rows of history."""

from collections.abc import Iterator

from django.db.models import QuerySet

from satselect.schemas.tasks import Status
from satselect.store.models import History, Task


def history_of(task: Task) -> Iterator[History]:
    """All of it, oldest first, with who did it. The first is not stored: it has no id."""
    yield History(
        task=task, at=task.created, after=Status.BUFFERED, reason=History.Reason.SUBMITTED, by=task.submitted_by
    )
    yield from changes().filter(task=task)


def changes() -> QuerySet[History]:
    """What happened after tasks were submitted, oldest first, with who did it."""
    # Releases before decision 0174 kept a row of that, too.
    return History.objects.exclude(reason=History.Reason.SUBMITTED).select_related("by").order_by("id")
