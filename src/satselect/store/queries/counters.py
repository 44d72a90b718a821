"""The counters of a fleet, moved on in one statement that also reads it: the ORM would need two."""

import time
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from satselect.store.models import Fleet
from satselect.store.sql.statements import planned_once


class Counted(NamedTuple):
    """A fleet as an update left it."""

    id: int
    is_open: bool
    version: int
    seq: int
    event_number: int
    event_moment: int
    buffered: int
    ageing_per_hour: float
    release: str
    settle_s: float | None
    iterate_every_s: float | None
    horizon_s: float | None

    @property
    def plans_ahead(self) -> bool:
        """Whether it plans in time."""
        return self.horizon_s is not None


def id_of(slug: str) -> int | None:
    """The id of a fleet; None if there is no such fleet."""
    with planned_once() as cursor:
        cursor.execute("SELECT id FROM store_fleet WHERE slug = %s", [slug])
        row = cursor.fetchone()
    return row and int(row[0])


def home_of(fleet_id: int) -> tuple[str, int]:
    """The slug of a fleet, and its partition.

    Raises:
        DoesNotExist: of `Fleet`, if there is none.
    """
    with planned_once() as cursor:
        cursor.execute("SELECT slug, partition FROM store_fleet WHERE id = %s", [fleet_id])
        row = cursor.fetchone()
    if row is None:
        raise Fleet.DoesNotExist
    return row[0], row[1]


def settings_of(fleet_id: int) -> tuple[int, int, float, str, bool, bool]:
    """The version of a fleet, the number of its last batch, its ageing, its release, whether it is open, or plans.

    Raises:
        DoesNotExist: of `Fleet`, if there is none.
    """
    with planned_once() as cursor:
        cursor.execute(_SETTINGS, [fleet_id])
        row = cursor.fetchone()
    if row is None:
        raise Fleet.DoesNotExist
    return *row[:-2], bool(row[-2]), bool(row[-1])


_SETTINGS = (
    "SELECT version, seq, ageing_per_hour, release, is_open, horizon_s IS NOT NULL FROM store_fleet WHERE id = %s"
)


def count_batch(slug: str, *, entering: int) -> Counted | None:
    """The fleet with one batch and event more, and so many tasks in its buffer; None if there is no such fleet."""
    return _moved(_COUNT_BATCH, {"slug": slug, "entering": entering})


def count_iteration(
    fleet_id: int,
    *,
    version: int,
    at: datetime,
    leaving: int,
    events: int = 1,
    seq: int | None = None,
    batches: int = 0,
) -> Counted | None:
    """The fleet with one version more, so many events more and tasks less; None if it isn't at that version.

    Nothing is expected of it any more: it iterated at that time.

    Args:
        fleet_id: which fleet.
        version: that it has to be at.
        at: when it iterated.
        leaving: how many tasks leave its buffer, less those that enter.
        events: how many there are.
        seq: of the last batch that it has to have; None for any.
        batches: how many it has from then on besides.
    """
    # In the form in which the ORM stores times: these statements go past it.
    moment = connection.ops.adapt_datetimefield_value(at)
    facts = {"fleet": fleet_id, "version": version, "at": moment, "leaving": leaving, "events": events}
    if seq is None:
        return _moved(_COUNT_ITERATION, facts)
    return _moved(_COUNT_ITERATION_AND_BATCHES, facts | {"seq": seq, "batches": batches})


def count_change(fleet_id: int, *, entering: int, events: int = 1, spoils: bool = True) -> Counted | None:
    """The fleet with so many events and tasks in its buffer more, and one version more.

    None if fewer are in its buffer than leave it: somebody was quicker. What spoils no selection under way leaves the
    version as it is, unless scheduled tasks hold what they use.
    """
    facts = {"fleet": fleet_id, "entering": entering, "events": events, "versions": int(spoils)}
    return _moved(_COUNT_CHANGE, facts)


def count_fleet_change(fleet_id: int) -> Counted | None:
    """The fleet with one version and event more; None if there is no such fleet any more."""
    return _moved(_COUNT_CHANGE, {"fleet": fleet_id, "entering": 0, "events": 1, "versions": 1})


def _moved(statement: str, facts: dict[str, Any]) -> Counted | None:
    with planned_once() as cursor:
        cursor.execute(statement + _FLEET, facts | {"now": time.time_ns() // 1_000})
        row = cursor.fetchone()
    return row and Counted(row[0], bool(row[1]), *row[2:])


_FLEET = """
    RETURNING id, is_open, version, seq, event_number, event_moment, buffered, ageing_per_hour, release, settle_s,
        iterate_every_s, horizon_s
"""

# Moments are the clock's or one more than the last: it may stand still between two events, or be set back
# (decision 0108).
_COUNT_BATCH = """
    UPDATE store_fleet SET seq = seq + 1, event_number = event_number + 1, buffered = buffered + %(entering)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + 1
    WHERE slug = %(slug)s
"""

# A report changes what can be selected where tasks hold what they use until then, or a plan is made: there it moves the
# version. A buffer that would fall below 0 is refused by the condition, so no constraint breaks the transaction.
_COUNT_CHANGE = """
    UPDATE store_fleet
    SET version = version + CASE WHEN release = 'completion' OR horizon_s IS NOT NULL THEN 1 ELSE %(versions)s END,
        event_number = event_number + %(events)s, buffered = buffered + %(entering)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + %(events)s
    WHERE id = %(fleet)s AND buffered + %(entering)s >= 0
"""

_COUNT_ITERATION = """
    UPDATE store_fleet
    SET version = version + 1, event_number = event_number + %(events)s, buffered = buffered - %(leaving)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + %(events)s,
        iterated = %(at)s, iterate_at = NULL, freed_by = ''
    WHERE id = %(fleet)s AND version = %(version)s
"""

# Submissions move `seq` alone. The lane numbers its batches after the last one it saw, so that must still be the last.
_COUNT_ITERATION_AND_BATCHES = (
    _COUNT_ITERATION.replace("SET version", "SET seq = seq + %(batches)s, version") + " AND seq = %(seq)s "
)
