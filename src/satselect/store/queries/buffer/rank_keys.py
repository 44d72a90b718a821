"""New rank keys of many tasks, a statement for each part of the list."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from satselect.store.models import Task
from satselect.store.sql.chunks import VALUES_PER_STATEMENT

TASKS_PER_STATEMENT = VALUES_PER_STATEMENT // 2  # each task takes two values


def set_rank_keys(rank_keys: Sequence[tuple[UUID, float]]) -> None:
    """Gives tasks these rank keys, at most so many tasks at once."""
    adapt = Task._meta.pk.get_db_prep_value
    values = [value for id, rank_key in rank_keys for value in (adapt(id, connection), rank_key)]
    with connection.cursor() as cursor:
        cursor.execute(_SET.format(rows=", ".join(["(%s, %s)"] * len(rank_keys))), values)


_SET = """
    WITH given(id, rank_key) AS (VALUES {rows})
    UPDATE store_task SET rank_key = given.rank_key FROM given WHERE store_task.id = given.id
"""
