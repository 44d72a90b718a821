"""What rows ask of their task: what it is, and when it is over, as planned or as a report says that comes before.

A report before the planned start says nothing of when the task ran: it holds what it was given.
"""

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, When

from satselect.schemas.tasks import Status
from satselect.store.models import Task


def whose_task(*which: Q, of: str = "", **named: object) -> Exists:
    """That the task of a row is such a one, looked up from the row.

    Joined, a database may begin with all tasks of a status, however many there are: SQLite takes them for ten, and
    PostgreSQL reads all tasks for those of a day.

    Args:
        which: what holds of the task.
        of: what leads from the row to one that has a task, as `assignment__`.
        named: the same by name.
    """
    return Exists(Task.objects.filter(*which, id=OuterRef(f"{of}task"), **named))


def finished(starts: datetime, ends: datetime, ended: datetime | None, status: str) -> datetime:
    """When an assignment of that time is over, of which the end was reported so."""
    is_early = ended is not None and status == Status.COMPLETED and starts < ended < ends
    return ended if is_early and ended is not None else ends


def was_early(of: str = "") -> Q:
    """That a task was reported completed before its planned end; `of` leads to the assignment."""
    runs = {f"{of}ended__gt": F(f"{of}starts"), f"{of}ended__lt": F(f"{of}ends")}
    return Q(whose_task(of=of, status=Status.COMPLETED), **runs)


def over(of: str = "") -> Case:
    """The same as a column."""
    return Case(When(was_early(of), then=F(f"{of}ended")), default=F(f"{of}ends"))
