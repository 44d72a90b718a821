from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0015_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="traceparent",
            field=models.CharField(max_length=64, null=True),
        ),
    ]
