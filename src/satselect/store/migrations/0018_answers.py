from django.db import migrations, models


class Migration(migrations.Migration):
    """An answer that an earlier release kept may be an operator's: from now on only operators get it again."""

    dependencies = [
        ("store", "0017_batch_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="answer_to_account",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="audience",
            field=models.TextField(null=True),
        ),
    ]
