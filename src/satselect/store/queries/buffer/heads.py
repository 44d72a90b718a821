"""The part of a buffer that can be selected, found without reading the rest.

Written in SQL, for three things that the ORM can't say: the distinct signatures by jumping along an index, the best few
tasks of each, and conditions in the very words of a partial index, without which SQLite does not use it.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from satselect.store.models import Batch
from satselect.store.queries.buffer.demands import Demand, demands_of
from satselect.store.sql.statements import planned_once


@dataclass(frozen=True, slots=True)
class Head:
    """A buffered task among the best of its signature."""

    id: UUID
    signature_id: int
    profit: float
    rank_key: float
    batch_seq: int
    position: int
    deadline: datetime | None
    created: datetime

    @property
    def age(self) -> tuple[int, int]:
        """The smaller the older."""
        return self.batch_seq, self.position


def buffered_signatures(fleet_id: int) -> dict[int, Demand]:
    """Signature to what it asks for, for every signature that has a buffered task."""
    with planned_once() as cursor:
        cursor.execute(_SIGNATURES, {"fleet": fleet_id})
        return demands_of([row[0] for row in cursor.fetchall()])


def heads(
    fleet_id: int,
    copies: Mapping[int, int | None],
    *,
    last_seq: int,
    at: datetime,
    is_ageing: bool,
    without: Collection[str] = (Batch.State.DEAD,),
) -> list[Head]:
    """The tasks that may be selected at that time, oldest first.

    Args:
        fleet_id: whose buffer.
        copies: signature to how many of its tasks fit together; None where all do.
        last_seq: the last batch to consider.
        at: tasks that start later, or whose deadline is over, stay out.
        is_ageing: whether rank keys are rounded, so that profits have to tell apart what stands the same.
        without: batches in these states stay out.
    """
    words = {
        # In the text, as PostgreSQL plans for any value else, and would read all batches, of which nearly all are done.
        "states": ", ".join(f"'{Batch.State(state).value}'" for state in without),
        "rank": "rank_key DESC, profit" if is_ageing else "rank_key",
    }
    facts = {"fleet": fleet_id, "seq": last_seq, "at": connection.ops.adapt_datetimefield_value(at)}
    read = _read_postgresql if connection.vendor == "postgresql" else _read_sqlite
    rows = [
        Head(UUID(str(id)), signature, profit, rank_key, seq, position, _moment(deadline), _in_utc(created))
        for id, signature, profit, rank_key, seq, position, deadline, created in read(copies, facts, words)
    ]
    return sorted(rows, key=lambda head: head.age)


def overdue(fleet_id: int, *, at: datetime, limit: int) -> list[UUID]:
    """The buffered tasks whose deadline is over."""
    facts = {"fleet": fleet_id, "at": connection.ops.adapt_datetimefield_value(at), "limit": limit}
    with planned_once() as cursor:
        cursor.execute(_OVERDUE, facts)
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def _moment(value: datetime | None) -> datetime | None:
    return value and _in_utc(value)


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=value.tzinfo or UTC)  # SQLite has no zones


def _read_postgresql(
    copies: Mapping[int, int | None], facts: dict[str, Any], words: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    with planned_once() as cursor:
        statement = _HEADS_POSTGRESQL.format_map(words)
        cursor.execute(statement, {**facts, "signatures": list(copies), "copies": list(copies.values())})
        return list(cursor.fetchall())


def _read_sqlite(
    copies: Mapping[int, int | None], facts: dict[str, Any], words: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    # A LIMIT can't depend on the row here, so one query for each number of copies; nearly always that is one query.
    groups = defaultdict(list)
    for signature, limit in copies.items():
        groups[-1 if limit is None else limit].append(signature)  # -1 is no limit to SQLite; NULL to PostgreSQL
    rows: list[tuple[Any, ...]] = []
    with planned_once() as cursor:
        for limit, signatures in groups.items():
            given = {**facts, "signatures": json.dumps(signatures), "limit": limit}
            cursor.execute(_HEADS_SQLITE.format_map(words), given)
            rows.extend(cursor.fetchall())
    return rows


# Loose index scan: from each signature to the next along `task_heads`, a look-up each, however many tasks they have.
_SIGNATURES = """
    WITH RECURSIVE live(signature_id) AS (
        SELECT min(signature_id) FROM store_task WHERE fleet_id = %(fleet)s AND status = 'buffered'
        UNION ALL
        SELECT (
            SELECT min(signature_id) FROM store_task
            WHERE fleet_id = %(fleet)s AND status = 'buffered' AND signature_id > live.signature_id
        )
        FROM live WHERE live.signature_id IS NOT NULL
    )
    SELECT signature_id FROM live WHERE signature_id IS NOT NULL
"""

# Dead batches are few; their tasks stay buffered, and nothing selects them until somebody requeues them.
_BEST = """
    FROM store_task
    WHERE fleet_id = %(fleet)s AND status = 'buffered' AND signature_id = live.{signature}
        AND batch_seq <= %(seq)s
        AND (not_before IS NULL OR not_before <= %(at)s)
        AND (deadline IS NULL OR deadline >= %(at)s)
        AND batch_id NOT IN (SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND state IN ({states}))
    ORDER BY {rank} DESC, batch_seq, position
"""

_HEADS_POSTGRESQL = f"""
    SELECT head.id, head.signature_id, head.profit, head.rank_key, head.batch_seq, head.position, head.deadline,
        head.created
    FROM unnest(%(signatures)s::bigint[], %(copies)s::bigint[]) AS live(signature_id, copies)
    CROSS JOIN LATERAL (
        SELECT id, signature_id, profit, rank_key, batch_seq, position, deadline, created
        {_BEST.format(signature="signature_id", rank="{rank}", states="{states}")} LIMIT live.copies
    ) AS head
"""  # noqa: S608 - made of constants

# SQLite keeps to the order of a CROSS JOIN, and so begins with the list and not with the table.
_HEADS_SQLITE = f"""
    SELECT head.id, head.signature_id, head.profit, head.rank_key, head.batch_seq, head.position, head.deadline,
        head.created
    FROM json_each(%(signatures)s) AS live
    CROSS JOIN store_task AS head
    WHERE head.id IN (SELECT id {_BEST.format(signature="value", rank="{rank}", states="{states}")} LIMIT %(limit)s)
"""  # noqa: S608 - made of constants

_OVERDUE = """
    SELECT id FROM store_task
    WHERE fleet_id = %(fleet)s AND status = 'buffered' AND deadline < %(at)s
    ORDER BY deadline LIMIT %(limit)s
"""
