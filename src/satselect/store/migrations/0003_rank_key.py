"""What ranks a task gets the name that the code has for it, and passes without a station are unique on SQLite, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_time")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_heads"),
        migrations.RenameField(model_name="task", old_name="standing", new_name="rank_key"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("fleet"),
                models.F("signature"),
                models.OrderBy(models.F("rank_key"), descending=True),
                models.F("batch_seq"),
                models.F("position"),
                condition=models.Q(("status", "buffered")),
                name="task_heads",
            ),
        ),
        migrations.RemoveConstraint(model_name="pass", name="pass_unique"),
        migrations.AddConstraint(
            model_name="pass",
            constraint=models.UniqueConstraint(fields=("satellite", "starts", "ends", "station"), name="pass_unique"),
        ),
        migrations.AddConstraint(
            model_name="pass",
            constraint=models.UniqueConstraint(
                condition=models.Q(("station", None)),
                fields=("satellite", "starts", "ends"),
                name="pass_unique_without_station",
            ),
        ),
    ]
