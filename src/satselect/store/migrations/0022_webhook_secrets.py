from django.db import migrations, models


class Migration(migrations.Migration):
    """The secret before the present one, which signs beside it for a while."""

    dependencies = [
        ("store", "0021_references"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="old_secret",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="webhook",
            name="old_secret_until",
            field=models.DateTimeField(null=True),
        ),
    ]
