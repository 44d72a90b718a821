"""What changed in a buffer since it was last read, found without reading the rest."""

from datetime import datetime
from functools import cache

from django.db import connection

from satselect.store.queries.buffer.demands import Demand
from satselect.store.sql.statements import planned_once


def changed_signatures(
    fleet_id: int, *, after_seq: int, last_seq: int, since: datetime, at: datetime
) -> dict[int, Demand]:
    """Signature to what it asks for, for the signatures of tasks that came into play.

    Those are the tasks of the batches after one and up to another, and those that may start by now but not since. Of
    the batches all are taken, buffered still or not: asked for the status, PostgreSQL may read an index of the whole
    buffer, where it has no statistics of it yet.
    """
    adapt = connection.ops.adapt_datetimefield_value
    facts = {"fleet": fleet_id, "after": after_seq, "last": last_seq, "since": adapt(since), "at": adapt(at)}
    with planned_once() as cursor:
        cursor.execute(_touched(connection.vendor), facts)
        return {id: Demand.read(*columns) for id, *columns in cursor.fetchall()}


@cache
def _touched(vendor: str) -> str:
    # A range of numbers is a two-hundredth of all batches to PostgreSQL, for which it would read all signatures. A list
    # is ten to it, which it looks up: so the statement may be planned once (decision 0184).
    among = "= ANY(ARRAY({}))" if vendor == "postgresql" else "IN ({})"
    tasks = _TASKS.format(of_batches=among.format(_BATCHES))
    return f"SELECT id, amounts, satellites FROM store_signature WHERE id {among.format(tasks)}"  # noqa: S608 - constants


# From the batches: a batch's tasks are found along its own index.
_BATCHES = "SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND seq > %(after)s AND seq <= %(last)s"
_TASKS = """
    SELECT signature_id FROM store_task WHERE batch_id {of_batches}
    UNION
    SELECT signature_id FROM store_task
    WHERE fleet_id = %(fleet)s AND status = 'buffered' AND not_before > %(since)s AND not_before <= %(at)s
"""
