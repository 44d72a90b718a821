"""The buffered tasks that use a resource, the most profitable first, found without reading the others.

First the best task of each signature that has the resource, then more of those signatures only whose best are among
the best. In SQL for the reasons that `heads` gives.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from satselect.store.queries.buffer.heads import buffered_signatures


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a task is among those of its fleet: the most profitable first, then the oldest."""

    minus_profit: float
    seq: int
    position: int


_FIRST = Place(float("-inf"), 0, 0)


def tasks_using(fleet_id: int, resource_id: int, *, after: Place | None, limit: int, is_ageing: bool) -> list[UUID]:
    """The ids of the next so many buffered tasks after that place that use the resource.

    Where a fleet's tasks don't age, their rank keys are their profits, and `task_heads` has them in that order.
    """
    rank = "profit" if is_ageing else "rank_key"
    signatures = [id for id, demand in buffered_signatures(fleet_id).items() if resource_id in demand.amounts]
    place = after or _FIRST
    # A signature whose best task is not among the first `limit` bests has nothing among the first `limit` tasks.
    best = _best(fleet_id, signatures, place, 1, rank)[:limit]
    found = _best(fleet_id, [signature for _, signature, _ in best], place, limit, rank)
    return [id for _, _, id in found[:limit]]


def _best(
    fleet_id: int, signatures: Sequence[int], after: Place, count: int, rank: str
) -> list[tuple[Place, int, UUID]]:
    """The next so many tasks of each signature, in the order of their places."""
    if not signatures:
        return []
    profit = min(-after.minus_profit, 1e300)  # infinity is no literal in SQL
    facts: dict[str, Any] = {"fleet": fleet_id, "profit": profit, "seq": after.seq, "position": after.position}
    is_postgresql = connection.vendor == "postgresql"
    facts |= {"count": count, "signatures": list(signatures) if is_postgresql else json.dumps(list(signatures))}
    with connection.cursor() as cursor:
        cursor.execute((_POSTGRESQL if is_postgresql else _SQLITE).format(rank=rank), facts)
        rows = cursor.fetchall()
    return sorted(
        (Place(-profit, seq, position), signature, UUID(str(id))) for id, signature, profit, seq, position in rows
    )


# The comparison of the profit alone is what the index can use; of the one after it the index would be read from its
# beginning.
_NEXT = """
    FROM store_task
    WHERE fleet_id = %(fleet)s AND status = 'buffered' AND signature_id = live.{signature} AND {rank} <= %(profit)s
        AND ({rank} < %(profit)s OR batch_seq > %(seq)s OR (batch_seq = %(seq)s AND position > %(position)s))
    ORDER BY {rank} DESC, batch_seq, position LIMIT %(count)s
"""

_POSTGRESQL = f"""
    SELECT head.id, head.signature_id, head.profit, head.batch_seq, head.position
    FROM unnest(%(signatures)s::bigint[]) AS live(signature_id)
    CROSS JOIN LATERAL (
        SELECT id, signature_id, profit, batch_seq, position {_NEXT.format(signature="signature_id", rank="{rank}")}
    ) AS head
"""  # noqa: S608 - made of constants

_SQLITE = f"""
    SELECT head.id, head.signature_id, head.profit, head.batch_seq, head.position
    FROM json_each(%(signatures)s) AS live
    CROSS JOIN store_task AS head
    WHERE head.id IN (SELECT id {_NEXT.format(signature="value", rank="{rank}")})
"""  # noqa: S608 - made of constants
