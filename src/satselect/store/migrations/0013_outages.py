import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0012_release"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "fleet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outages",
                        to="store.fleet",
                    ),
                ),
                (
                    "satellite",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outages",
                        to="store.satellite",
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outages",
                        to="store.supply",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["fleet", "ends"], name="outage_of_fleet")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("satellite__isnull", True), ("supply__isnull", False)),
                            models.Q(("satellite__isnull", False), ("supply__isnull", True)),
                            _connector="OR",
                        ),
                        name="outage_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__isnull", True), ("ends__gt", models.F("starts")), _connector="OR"),
                        name="outage_ends_later",
                    ),
                ],
            },
        ),
    ]
