"""What an iteration does with tasks, in SQL that is put together once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from satselect.store.sql.statements import change


def move_tasks(task_ids: Sequence[UUID], before: str, after: str, *, at: datetime) -> int:
    """How many of these tasks had the one status, and have the other one now."""
    return change(_MOVE, after, at, before, list(task_ids))


# The status it has to have is in the condition: who counts fewer rows than tasks knows that somebody was quicker.
_MOVE = "UPDATE store_task SET status = %s, updated = %s WHERE status = %s AND id {among:uuid}"
