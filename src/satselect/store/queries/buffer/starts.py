"""When tasks that wait for their time may start."""

from datetime import UTC, datetime

from django.db import connection

from satselect.store.sql.statements import planned_once


def next_start(fleet_id: int, *, after: datetime | None) -> datetime | None:
    """The first time after that one at which a buffered task of the fleet may start; None if none waits for one."""
    adapt = connection.ops.adapt_datetimefield_value
    with planned_once() as cursor:
        cursor.execute(_NEXT, {"fleet": fleet_id, "after": adapt(after or _LONG_AGO)})
        (found,) = cursor.fetchone()
    moment = datetime.fromisoformat(found) if isinstance(found, str) else found  # SQLite has no times
    return moment and moment.replace(tzinfo=moment.tzinfo or UTC)


_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

_NEXT = """
    SELECT min(not_before) FROM store_task
    WHERE fleet_id = %(fleet)s AND status = 'buffered' AND not_before > %(after)s
        AND batch_id NOT IN (SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND state = 'dead')
"""
