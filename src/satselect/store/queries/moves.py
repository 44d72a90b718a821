"""What an iteration does with tasks, in SQL that is put together once."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection


def move_tasks(task_ids: Sequence[UUID], before: str, after: str, *, at: datetime) -> int:
    """How many of these tasks had the one status, and have the other one now; as many as one statement takes."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement for any number of tasks; SQLite has no arrays.
            cursor.execute(_MOVE.format("= ANY(%s)"), [after, at, before, list(task_ids)])
        else:
            places = f"IN ({', '.join(['%s'] * len(task_ids))})"
            cursor.execute(_MOVE.format(places), [after, adapt(at), before, *(id.hex for id in task_ids)])
        return int(cursor.rowcount)


def assignments_of(iteration_id: UUID) -> list[tuple[int, UUID]]:
    """The id and the task of each assignment of an iteration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ASSIGNMENTS, [iteration_id])
            return list(cursor.fetchall())
        cursor.execute(_ASSIGNMENTS_AT_ONCE, [iteration_id.hex])
        (found,) = cursor.fetchone()
        return [(id, UUID(task_id)) for id, task_id in json.loads(found)]


# The status it has to have is in the condition: who counts fewer rows than tasks knows that somebody was quicker.
_MOVE = "UPDATE store_task SET status = %s, updated = %s WHERE status = %s AND id {}"

_ASSIGNMENTS = "SELECT id, task_id FROM store_assignment WHERE iteration_id = %s"

_ASSIGNMENTS_AT_ONCE = _ASSIGNMENTS.replace("id, task_id", "json_group_array(json_array(id, task_id))")  # see `at_once`
