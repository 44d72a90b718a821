"""Deadlines as they were sent, and opportunities that edits took away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def tell_deadlines_sent(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Of tasks that wait: an earlier deadline than their last start was sent, a later one is not known any more."""
    tasks = apps.get_model("store", "Task").objects
    waiting = tasks.filter(is_timed=True, status__in=("buffered", "scheduled"), deadline__isnull=False)
    for task in waiting.prefetch_related("opportunities").iterator(chunk_size=1_000):
        if not any(start == task.deadline for start in _last_starts(task)):
            tasks.filter(id=task.id).update(deadline_sent=task.deadline)


def _last_starts(task: Any) -> Iterator[datetime]:  # noqa: ANN401
    lasts = timedelta(milliseconds=task.duration_ms or 0)
    for spot in task.opportunities.all():
        first, end = max(spot.starts, task.window_starts or spot.starts), min(spot.ends, task.window_ends or spot.ends)
        yield first if task.duration_ms is None else end - lasts


class Migration(migrations.Migration):
    dependencies = [("store", "0006_targets")]

    operations = [
        migrations.AddField("opportunity", "withdrawn", models.DateTimeField(null=True)),
        migrations.AddField("task", "deadline_sent", models.DateTimeField(null=True)),
        migrations.RunPython(tell_deadlines_sent, migrations.RunPython.noop),
    ]
