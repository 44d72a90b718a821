"""Tasks found by their name, its beginning, or their reference, whatever else is asked of them."""

import sys
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.store.models import Task


def tasks_named(tasks: "QuerySet[Task]", by: str, text: str, **fields: object) -> "QuerySet[Task]":
    """Those of that `name` or `reference` with these values of `status`, `fleet` and `account`.

    Asked in words that no index but that of the names, or the references, has: SQLite keeps no statistics, and would
    rather read all tasks with the status, or the whole buffer in the order wanted.
    """
    words = {f"its_{field}": _WORDS[field] for field in fields}
    return tasks.alias(**words).filter(**{by: text}, **{f"its_{field}": value for field, value in fields.items()})


_WORDS: dict[str, Combinable] = {
    # Concatenations and sums of nothing: the value stays, and no index of the column can answer it (decision 0027).
    "status": Concat("status", Value("")),
    "fleet": F("fleet_id") + 0,
    "account": F("account_id") + 0,
}


def ids_beginning(beginning: str, *, limit: int) -> list[UUID]:
    """The ids of the first so many tasks, by their names, whose names begin like that: as written, letter for letter.

    In SQL, for PostgreSQL has an index of that order only by operators that Django doesn't know.
    """
    is_postgresql = connection.vendor == "postgresql"
    # As a range instead of LIKE: the name may hold its wildcards, and on SQLite LIKE takes capitals for small letters.
    facts: dict[str, str | int] = {"from": beginning, "until": _after(beginning), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL if is_postgresql else _SQLITE, facts)
        return [UUID(str(id)) for (id,) in cursor.fetchall()]


def _after(beginning: str) -> str:
    """The first text after all names that begin like that, by the numbers of their letters."""
    # Nothing comes after the last letter: what begins with it ends where what is before it does.
    before = beginning.rstrip(_LAST)
    if not before:
        return _LAST * (MAX_NAME_CHARACTERS + 1)
    last = ord(before[-1]) + 1
    return before[:-1] + chr(_PAST_SURROGATES if _FIRST_SURROGATE <= last < _PAST_SURROGATES else last)


_LAST = chr(sys.maxunicode)
_FIRST_SURROGATE, _PAST_SURROGATES = 0xD800, 0xE000
"""Between them are no letters."""

_SQLITE = """
    SELECT id FROM store_task WHERE name >= %(from)s AND name < %(until)s ORDER BY name, id LIMIT %(limit)s
"""

_POSTGRESQL = """
    SELECT id FROM store_task WHERE name ~>=~ %(from)s AND name ~<~ %(until)s
    ORDER BY name USING ~<~, id LIMIT %(limit)s
"""
