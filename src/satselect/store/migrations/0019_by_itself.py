from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.models.functions import Now

CAUSES = [
    (cause, cause)
    for cause in (
        "request",
        "completion",
        "failure",
        "cancellation",
        "retry",
        "edit",
        "not_before",
        "outage",
        "capacity",
        "settings",
        "timer",
    )
]


def note_iterations(apps: StateApps, schema_editor: object) -> None:
    """When each fleet iterated last; those with tasks that wait are to be looked at."""
    fleets = apps.get_model("store", "Fleet").objects
    last = apps.get_model("store", "Iteration").objects.filter(fleet=models.OuterRef("id")).order_by("-version")
    fleets.update(iterated=models.Subquery(last.values("as_of")[:1]))
    fleets.filter(buffered__gt=0).update(iterate_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0018_answers"),
    ]

    operations = [
        migrations.AddField("fleet", "settle_s", models.FloatField(blank=True, db_default=5.0, null=True)),
        migrations.AddField("fleet", "iterate_every_s", models.FloatField(blank=True, null=True)),
        migrations.AddField("fleet", "iterated", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("fleet", "iterate_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "fleet",
            "freed_by",
            models.CharField(blank=True, choices=CAUSES, db_default="", editable=False, max_length=16),
        ),
        migrations.AddField(
            "iteration", "cause", models.CharField(choices=CAUSES, db_default="request", max_length=16)
        ),
        migrations.AddConstraint(
            "fleet",
            models.CheckConstraint(
                condition=models.Q(settle_s__isnull=True) | models.Q(settle_s__range=(0, 2678400)),
                name="fleet_settle_in_range",
            ),
        ),
        migrations.AddConstraint(
            "fleet",
            models.CheckConstraint(
                condition=models.Q(iterate_every_s__isnull=True) | models.Q(iterate_every_s__range=(1, 2678400)),
                name="fleet_timer_in_range",
            ),
        ),
        migrations.RunPython(note_iterations, migrations.RunPython.noop),
        migrations.AddIndex(
            "fleet",
            models.Index(
                fields=("iterate_at",), condition=models.Q(iterate_at__isnull=False), name="fleet_of_iterate_at"
            ),
        ),
    ]
