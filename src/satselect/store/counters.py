"""The counters of a fleet, moved on in one statement that also reads it: the ORM would need two."""

import time
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection


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


def count_batch(slug: str, *, entering: int) -> Counted | None:
    """The fleet with one batch and event more, and so many tasks in its buffer; None if there is no such fleet."""
    return _moved(_COUNT_BATCH, {"slug": slug, "entering": entering})


def count_iteration(fleet_id: int, *, version: int, at: datetime, leaving: int, events: int = 1) -> Counted | None:
    """The fleet with one version more, so many events more and tasks less; None if it isn't at that version.

    Nothing is expected of it any more: it iterated at that time.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    facts = {"fleet": fleet_id, "version": version, "at": moment, "leaving": leaving, "events": events}
    return _moved(_COUNT_ITERATION, facts)


def count_change(fleet_id: int, *, entering: int, events: int = 1, spoils: bool = True) -> Counted:
    """The fleet with so many events and tasks in its buffer more, and one version more.

    What spoils no selection under way leaves the version as it is, unless scheduled tasks hold what they use.
    """
    facts = {"fleet": fleet_id, "entering": entering, "events": events, "versions": int(spoils)}
    moved = _moved(_COUNT_CHANGE, facts)
    assert moved is not None, "fleets with tasks are never deleted"  # noqa: S101
    return moved


def count_fleet_change(fleet_id: int) -> Counted | None:
    """The fleet with one version and event more; None if there is no such fleet any more."""
    return _moved(_COUNT_CHANGE, {"fleet": fleet_id, "entering": 0, "events": 1, "versions": 1})


def _moved(statement: str, facts: dict[str, Any]) -> Counted | None:
    with connection.cursor() as cursor:
        cursor.execute(statement + _FLEET, facts | {"now": time.time_ns() // 1_000})
        row = cursor.fetchone()
    return row and Counted(row[0], bool(row[1]), *row[2:])


_FLEET = """
    RETURNING id, is_open, version, seq, event_number, event_moment, buffered, ageing_per_hour, release, settle_s,
        iterate_every_s
"""

_COUNT_BATCH = """
    UPDATE store_fleet SET seq = seq + 1, event_number = event_number + 1, buffered = buffered + %(entering)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + 1
    WHERE slug = %(slug)s
"""

_COUNT_CHANGE = """
    UPDATE store_fleet
    SET version = version + CASE release WHEN 'completion' THEN 1 ELSE %(versions)s END,
        event_number = event_number + %(events)s, buffered = buffered + %(entering)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + %(events)s
    WHERE id = %(fleet)s
"""

_COUNT_ITERATION = """
    UPDATE store_fleet
    SET version = version + 1, event_number = event_number + %(events)s, buffered = buffered - %(leaving)s,
        event_moment = CASE WHEN event_moment < %(now)s THEN %(now)s ELSE event_moment END + %(events)s,
        iterated = %(at)s, iterate_at = NULL, freed_by = ''
    WHERE id = %(fleet)s AND version = %(version)s
"""
