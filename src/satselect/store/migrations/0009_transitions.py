"""Transitions between uses of resources, and how these stand in each use."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("store", "0008_searches")]

    operations = [
        migrations.AddField("resource", "transition", models.JSONField(null=True)),
        migrations.AddConstraint(
            "resource",
            models.CheckConstraint(
                condition=Q(transition__isnull=True) | Q(kind="renewable"), name="resource_transition_of_renewable"
            ),
        ),
        migrations.AddField("assignmentresource", "angle", models.FloatField(null=True)),
        migrations.AddField("assignmentresource", "mode", models.CharField(max_length=64, null=True)),
    ]
