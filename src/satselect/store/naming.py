"""Tasks found by their name or their reference, whatever else is asked of them."""

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from satselect.store.models import Task


def tasks_named(tasks: "QuerySet[Task]", by: str, text: str, **fields: object) -> "QuerySet[Task]":
    """Those of that `name` or `reference` with these values of `status`, `fleet` and `account`.

    Asked in words that no index but that of the names, or the references, has: SQLite keeps no statistics, and would
    rather read all tasks with the status, or the whole buffer in the order wanted.
    """
    words = {f"its_{field}": _WORDS[field] for field in fields}
    return tasks.alias(**words).filter(**{by: text}, **{f"its_{field}": value for field, value in fields.items()})


_WORDS: dict[str, Combinable] = {
    "status": Concat("status", Value("")),
    "fleet": F("fleet_id") + 0,
    "account": F("account_id") + 0,
}
