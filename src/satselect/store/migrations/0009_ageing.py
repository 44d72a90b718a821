from django.db import migrations, models
from django.db.migrations.state import StateApps


def rank_by_profit(apps: StateApps, schema_editor: object) -> None:
    """Nothing aged so far."""
    apps.get_model("store", "Task").objects.update(standing=models.F("profit"))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_satellites"),
    ]

    operations = [
        migrations.AddField(
            model_name="fleet",
            name="ageing_per_hour",
            field=models.FloatField(default=0),
        ),
        migrations.AddConstraint(
            model_name="fleet",
            constraint=models.CheckConstraint(
                condition=models.Q(("ageing_per_hour__gte", 0)), name="fleet_ageing_not_negative"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="standing",
            field=models.FloatField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(rank_by_profit, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="task", name="task_heads"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("fleet"),
                models.F("signature"),
                models.OrderBy(models.F("standing"), descending=True),
                models.F("batch_seq"),
                models.F("position"),
                condition=models.Q(("status", "buffered")),
                name="task_heads",
            ),
        ),
    ]
