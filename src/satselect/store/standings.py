"""New standings of many tasks, a statement for each part of the list."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from satselect.store.models import Task
from satselect.store.parts import VALUES_PER_STATEMENT

TASKS_PER_STATEMENT = VALUES_PER_STATEMENT // 2


def set_standings(standings: Sequence[tuple[UUID, float]]) -> None:
    """Gives tasks these standings, at most so many tasks at once."""
    adapt = Task._meta.pk.get_db_prep_value
    values = [value for id, standing in standings for value in (adapt(id, connection), standing)]
    with connection.cursor() as cursor:
        cursor.execute(_SET.format(rows=", ".join(["(%s, %s)"] * len(standings))), values)


_SET = """
    WITH given(id, standing) AS (VALUES {rows})
    UPDATE store_task SET standing = given.standing FROM given WHERE store_task.id = given.id
"""
