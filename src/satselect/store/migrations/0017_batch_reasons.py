from django.db import migrations, models

REASONS = [
    ("submitted", "Submitted"),
    ("selected", "Selected"),
    ("overdue", "Overdue"),
    ("edited", "Edited"),
    ("cancelled", "Cancelled"),
    ("completed", "Completed"),
    ("failed", "Failed"),
    ("failed, tried again", "Retried"),
    ("accepted", "Accepted"),
    ("given up", "Given Up"),
    ("requeued", "Requeued"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0016_traceparent"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="reason",
            field=models.CharField(max_length=32, choices=REASONS, null=True),
        ),
    ]
