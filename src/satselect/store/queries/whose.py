"""Conditions on the task of a row."""

from django.db.models import Exists, OuterRef, Q

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
