"""What changed in a buffer since it was last read, found without reading the rest."""

from datetime import datetime

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
        cursor.execute(_TOUCHED_LOOKED_UP if connection.vendor == "postgresql" else _TOUCHED, facts)
        return {id: Demand.read(*columns) for id, *columns in cursor.fetchall()}


# From the batches: a batch's tasks are found along its own index.
_TOUCHED = """
    SELECT id, amounts, satellites FROM store_signature WHERE id IN (
        SELECT task.signature_id
        FROM store_batch AS batch JOIN store_task AS task ON task.batch_id = batch.id
        WHERE batch.fleet_id = %(fleet)s AND batch.seq > %(after)s AND batch.seq <= %(last)s
        UNION
        SELECT signature_id FROM store_task
        WHERE fleet_id = %(fleet)s AND status = 'buffered' AND not_before > %(since)s AND not_before <= %(at)s
    )
"""

# The same where it is planned once, for any numbers: PostgreSQL takes a range of them for a two-hundredth of all, and
# would read all tasks and all signatures. What it can't join is looked up batch by batch (`OFFSET 0`), and an array,
# which it takes for ten ids long, id by id (decision 0184).
_TOUCHED_LOOKED_UP = """
    SELECT id, amounts, satellites FROM store_signature WHERE id = ANY(ARRAY(
        SELECT task.signature_id
        FROM store_batch AS batch
        CROSS JOIN LATERAL (SELECT signature_id FROM store_task WHERE batch_id = batch.id OFFSET 0) AS task
        WHERE batch.fleet_id = %(fleet)s AND batch.seq > %(after)s AND batch.seq <= %(last)s
        UNION
        SELECT signature_id FROM store_task
        WHERE fleet_id = %(fleet)s AND status = 'buffered' AND not_before > %(since)s AND not_before <= %(at)s
    ))
"""
