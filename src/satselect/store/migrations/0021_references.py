from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_what_was"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("reference__isnull", False)),
                fields=["reference", "id"],
                name="task_of_reference",
            ),
        ),
    ]
