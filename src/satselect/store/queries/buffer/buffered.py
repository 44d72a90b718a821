"""The condition by which indexes hold the buffer alone."""

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL


def is_buffered() -> RawSQL:
    """That a task is buffered, in the very words of the partial indexes: SQLite doesn't use them for a parameter."""
    return RawSQL("store_task.status = 'buffered'", (), output_field=BooleanField())
