from django.db import migrations
from django.db.migrations.state import StateApps

from satselect.schemas.labels import folded
from satselect.schemas.limits import MAX_NAME_CHARACTERS


def fold_names(apps: StateApps, schema_editor: object) -> None:
    """Resources get the names by which tasks find them from now on, unless another has it: then both stay."""
    resources = apps.get_model("store", "Resource").objects
    fleets: dict[int, dict[str, str]] = {}
    found = list(resources.order_by("id").values_list("id", "fleet_id", "name"))
    for id, fleet_id, name in found:
        new = folded(name)
        is_name = new != name and 0 < len(new) <= MAX_NAME_CHARACTERS
        if is_name and not resources.filter(fleet=fleet_id, name=new).exists():
            resources.filter(id=id).update(name=new)
            fleets.setdefault(fleet_id, {})[name] = new
    iterations = apps.get_model("store", "Iteration").objects
    for fleet_id, names in fleets.items():
        for id in iterations.filter(fleet=fleet_id).values_list("id", flat=True):
            was = iterations.filter(id=id).values("capacities", "prices").get()
            now = {column: {_key(key, names): of for key, of in each.items()} for column, each in was.items()}
            if now != was:
                iterations.filter(id=id).update(**now)


def _key(key: str, names: dict[str, str]) -> str:
    """What a resource is called in an outcome: the name alone, or after its satellite."""
    satellite, slash, name = key.partition("/")
    return names.get(key) or f"{satellite}{slash}{names.get(name, name)}"


class Migration(migrations.Migration):
    """What iterations recorded by name is found by the new one."""

    dependencies = [
        ("store", "0022_webhook_secrets"),
    ]

    operations = [
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
