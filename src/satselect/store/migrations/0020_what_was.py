import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0019_by_itself"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="ended_version",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="fleet",
            name="forgotten",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="history",
            name="deadline",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="history",
            name="fleet",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.fleet",
            ),
        ),
        migrations.AddField(
            model_name="history",
            name="is_whole_profit",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="history",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="history",
            name="profit",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="history",
            name="signature",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.signature",
            ),
        ),
        migrations.AddField(
            model_name="history",
            name="version",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="iteration",
            name="availability",
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name="history",
            index=models.Index(
                condition=models.Q(("version__isnull", False)), fields=["fleet", "version"], name="history_of_version"
            ),
        ),
    ]
