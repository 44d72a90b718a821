from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="satellites",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="satellites",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="audit",
            name="object_id",
            field=models.CharField(max_length=200),
        ),
    ]
