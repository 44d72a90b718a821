"""What tasks use: what their signatures say, in the order in which each task was sent."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from satselect.store.models import Resource, Signature, Task
from satselect.store.queries.buffer.demands import Demand
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.statements import ask


def order_of(demand: Demand) -> str | None:
    """What a task keeps of the order in which its resources were sent; None if their ids go up, as most do.

    >>> order_of(Demand({7: 1, 12: 1})), order_of(Demand({12: 1, 7: 2}))
    (None, '12,7')
    """
    ids = list(demand.amounts)
    return None if all(map(int.__lt__, ids, ids[1:])) else ",".join(map(str, ids))


def tell_uses(tasks: Collection[Task]) -> None:
    """Each task has `uses` from now on: resource to amount, in the order sent. Takes as long for many as for one."""
    found = uses_told((task.id, task.signature_id, task.resource_order) for task in tasks)
    for task in tasks:
        task.uses = found[task.id]


def uses_of(task_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Of each task the amounts that it uses, by the name of the resource, in the order sent."""
    facts: list[tuple[UUID, int, str | None]] = []
    for part in in_parts(task_ids):
        facts += Task.objects.filter(id__in=part).values_list("id", "signature_id", "resource_order")
    return uses_told(facts)


def uses_told(facts: Iterable[tuple[UUID, int, str | None]]) -> dict[UUID, dict[str, int]]:
    """The same of tasks whose signatures and orders are read already."""
    facts = list(facts)
    rows = ask("SELECT id, amounts FROM store_signature WHERE id {among:bigint}", sorted({one[1] for one in facts}))
    amounts = {id: json.loads(text) for id, text in rows}
    uses = named_uses([(amounts[signature_id], order) for _, signature_id, order in facts])
    return dict(zip((id for id, *_ in facts), uses, strict=True))


def named_uses(uses: Sequence[tuple[Mapping[str, int], str | None]]) -> list[dict[str, int]]:
    """The same of tasks of which also the amounts by the ids of resources are read, each with its order."""
    ids = sorted({int(id) for amounts, _ in uses for id in amounts})
    names = {str(id): name for id, name in ask("SELECT id, name FROM store_resource WHERE id {among:bigint}", ids)}
    return [{names[resource]: amounts[resource] for resource in _sent(amounts, order)} for amounts, order in uses]


def _sent(amounts: Mapping[str, int], order: str | None) -> Sequence[str]:
    """The ids in the order sent."""
    return sorted(amounts, key=int) if order is None else order.split(",")  # as numbers: as text 12 comes before 7


def is_used(resource: Resource) -> bool:
    """Whether a task uses it, whatever became of that. Looks through the tasks of the fleet if one ever did."""
    # Through signatures, which are few and name their resources; the caller has the fleet locked (decision 0169).
    naming = Signature.objects.filter(fleet=resource.fleet_id, amounts__has_key=str(resource.id))
    ids = list(naming.values_list("id", flat=True))
    tasks = Task.objects.filter(fleet=resource.fleet_id)
    return any(tasks.filter(signature__in=part).exists() for part in in_parts(ids))


def resources_used(tasks: QuerySet[Task]) -> RawSQL:
    """The ids of the resources that one of these tasks uses, for a query to look into."""
    some, parameters = tasks.order_by().values("signature").query.sql_with_params()
    return RawSQL(_USED[connection.vendor].format(tasks=some), parameters)  # noqa: S611 - made of constants


# Told apart, for PostgreSQL takes each object for a hundred keys, and looks through a list of too many one by one.
_USED = {
    "postgresql": """
        SELECT DISTINCT key::bigint FROM store_signature AS signature, jsonb_object_keys(signature.amounts) AS key
        WHERE signature.id IN ({tasks})
    """,
    "sqlite": """
        SELECT CAST(used.key AS integer) FROM store_signature AS signature, json_each(signature.amounts) AS used
        WHERE signature.id IN ({tasks})
    """,
}
