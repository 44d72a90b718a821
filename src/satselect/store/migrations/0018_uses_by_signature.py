"""What tasks use is told by their signatures alone; a task keeps in which order it was sent."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TASKS_AT_ONCE = 5_000
_GONE: str = "TaskResource"


def keep_orders(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of tasks whose resources were not sent as their ids go up: a part of the tasks at a time is held in memory."""
    table: Any = apps.get_model("store", "Task")
    tasks = table.objects.order_by("id").values_list("id", "signature__amounts")
    part = list(tasks[:TASKS_AT_ONCE])
    while part:
        _keep_orders_of(part, apps, editor)
        part = list(tasks.filter(id__gt=part[-1][0])[:TASKS_AT_ONCE])


def _keep_orders_of(part: list[tuple[UUID, dict[str, int]]], apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    table: Any = apps.get_model("store", "Task")
    uses: Any = apps.get_model("store", _GONE)
    sent: defaultdict[UUID, dict[int, int]] = defaultdict(dict)
    within = uses.objects.filter(task_id__gte=part[0][0], task_id__lte=part[-1][0]).order_by("task_id", "position")
    for task_id, resource_id, amount in within.values_list("task_id", "resource_id", "amount"):
        sent[task_id][resource_id] = amount
    orders = []
    for task_id, amounts in part:
        if {str(id): amount for id, amount in sent[task_id].items()} != amounts:
            raise RuntimeError(f"the task {task_id} uses other resources than its signature says")
        if (ids := list(sent[task_id])) != sorted(ids):
            key = table._meta.pk.get_db_prep_value(task_id, editor.connection)
            orders.append((",".join(map(str, ids)), key))
    with editor.connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table._meta.db_table} SET resource_order = %s WHERE id = %s", orders)  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("store", "0017_ordered_targets")]

    operations = [
        migrations.AddField("task", "resource_order", models.TextField(null=True)),
        migrations.RunPython(keep_orders),
        migrations.RemoveField("task", "resources"),
        migrations.DeleteModel("TaskResource"),
    ]
