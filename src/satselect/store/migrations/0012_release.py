from django.db import migrations, models
from django.db.migrations.state import StateApps


def end_assignments(apps: StateApps, schema_editor: object) -> None:
    """What is over by now ended when the task changed last."""
    task = apps.get_model("store", "Task").objects.filter(id=models.OuterRef("task"))
    over = apps.get_model("store", "Assignment").objects.exclude(is_live=True, task__status="scheduled")
    over.update(ended=models.Subquery(task.values("updated")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0011_inbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="fleet",
            name="release",
            field=models.CharField(
                choices=[("iteration", "iteration"), ("completion", "completion")], default="iteration", max_length=16
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="ended",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(end_assignments, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["satellite", "ended"], name="assignment_of_satellite"),
        ),
    ]
