from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from satselect.schemas.labels import folded


def declare(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Declares what operators gave: all of closed fleets, what is shared, and what the audit says they made or changed.

    Of the rest it can't be known: it is shown to who used it.
    """
    resources: Any = apps.get_model("store", "Resource").objects.using(editor.connection.alias)
    audits: Any = apps.get_model("store", "Audit").objects.using(editor.connection.alias)
    resources.filter(Q(fleet__is_open=False) | Q(is_shared=True)).update(is_declared=True)
    acts = audits.filter(action__in=("resource.create", "resource.edit")).values_list("object_id", "facts")
    given = {(str(facts.get("of", "")).partition("/")[0], name) for name, facts in acts}
    for fleet, name in given:
        resources.filter(fleet__slug=fleet, name__in={name, folded(name)}).update(is_declared=True)


def leave(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The column goes, nothing else."""


class Migration(migrations.Migration):
    """What who sees a part is told instead of numbers that count all, and which names of resources are for everybody."""

    dependencies = [
        ("store", "0023_folded_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="fleet",
            name="event_moment",
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name="event",
            name="moment",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="moment",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="is_declared",
            field=models.BooleanField(db_default=False),
        ),
        migrations.RunPython(declare, leave, elidable=False),
    ]
